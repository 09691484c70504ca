namespace MedCrm.Hosting;

/// <summary>Settings are wrong. The message lists every mistake, one a line, for the person who wrote them.</summary>
public sealed class SettingsException(string part, IReadOnlyList<string> mistakes)
    : Exception($"Settings of {part} are wrong:{Environment.NewLine}  {string.Join(Environment.NewLine + "  ", mistakes)}")
{
    public IReadOnlyList<string> Mistakes { get; } = mistakes;
}
