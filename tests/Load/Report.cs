using System.Globalization;
using System.Text;

namespace MedCrm.Load;

/// <summary>One measured value.</summary>
/// <param name="Verb">Which measurement.</param>
/// <param name="Setting">Transport and layout.</param>
/// <param name="What">What was measured.</param>
/// <param name="Value">With its unit.</param>
/// <param name="Target">Null: none is promised.</param>
/// <param name="Met">Null: there is no target.</param>
internal sealed record Figure(string Verb, string Setting, string What, string Value, string? Target = null, bool? Met = null);

/// <summary>Gathers figures and prints them as a Markdown table. A target that is missed by speed is a figure; a contact lost or doubled is a failure.</summary>
internal sealed class Report
{
    private readonly List<Figure> _figures = [];

    public bool Failed { get; private set; }

    public static string Number(double value, string unit = "") =>
        string.Create(CultureInfo.InvariantCulture, $"{(Math.Abs(value) < 10 && value != Math.Floor(value) ? Math.Round(value, 1) : Math.Round(value)):#,0.#}{(unit.Length > 0 ? $" {unit}" : "")}");

    public void Add(string verb, string setting, string what, string value) => _figures.Add(new Figure(verb, setting, what, value));

    /// <summary>A value that should not be above (or, the other way round, below) a limit.</summary>
    public void Add(string verb, string setting, string what, double value, string unit, double limit, bool atLeast = false) =>
        _figures.Add(new Figure(verb, setting, what, Number(value, unit), $"{(atLeast ? "≥" : "≤")} {Number(limit, unit)}", atLeast ? value >= limit : value <= limit));

    /// <summary>A share, 0 to 1, that should not be below a limit; with the digits that tell .9989 from .9991.</summary>
    public void Add(string verb, string setting, string what, double share, double atLeast) =>
        _figures.Add(new Figure(verb, setting, what, share.ToString("F4", CultureInfo.InvariantCulture), $"≥ {atLeast.ToString("0.###", CultureInfo.InvariantCulture)}", share >= atLeast));

    /// <summary>A count that must be exact.</summary>
    public void Expect(string verb, string setting, string what, long value, long expected)
    {
        _figures.Add(new Figure(verb, setting, what, Number(value), $"= {Number(expected)}", value == expected));
        Failed |= value != expected;
    }

    public async Task PrintAsync()
    {
        var text = new StringBuilder("\n| verb | setting | what | value | target | |\n|---|---|---|---:|---:|---|\n");
        foreach (var figure in _figures)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {figure.Verb} | {figure.Setting} | {figure.What} | {figure.Value} | {figure.Target} | {figure.Met switch { true => "met", false => "MISSED", null => "" }} |");
        }

        text.AppendLine().AppendLine(await Machine.DescribeAsync());
        await Console.Out.WriteAsync(text);
    }
}
