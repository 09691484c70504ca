using System.Globalization;

namespace MedCrm.Connectors.Telegram;

/// <summary>Where we stand in a bot's updates, as a checkpoint: <c>update=4711;at=2026-01-31T08:00:00Z</c>.</summary>
/// <param name="Update">The last update that was stored.</param>
/// <param name="At">UTC instant of that.</param>
internal sealed record PollPosition(long Update, DateTimeOffset At)
{
    // Bot API, Update: after a week without any the next number is chosen anew, and may lie below ours.
    private static readonly TimeSpan NumbersHold = TimeSpan.FromDays(6);

    /// <summary>Reads a position. Null: none, or not ours.</summary>
    public static PollPosition? Parse(string? position) =>
        (position ?? "").Split(';') is [var update, var at] && update.StartsWith("update=", StringComparison.Ordinal) && at.StartsWith("at=", StringComparison.Ordinal)
            && long.TryParse(update.AsSpan(7), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && DateTimeOffset.TryParse(at.AsSpan(3), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? new(id, instant.ToUniversalTime())
            : null;

    /// <summary>What to ask for. Null: everything Telegram still has; repeats are dropped by key.</summary>
    public int? Offset(DateTimeOffset now) => now - At < NumbersHold ? (int)(Update + 1) : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"update={Update};at={At.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}");
}
