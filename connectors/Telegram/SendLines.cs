using MedCrm.Contracts;

namespace MedCrm.Connectors.Telegram;

/// <summary>
/// Keeps answers to one chat in order while Telegram asks for pauses, and pauses only whom it must: a chat that was written to too often, or
/// the whole bot once a second chat is refused at the same time. In memory: after a restart the first refusal teaches it again.
/// </summary>
internal sealed class SendLines(TimeProvider clock)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan BehindAnother = TimeSpan.FromSeconds(3);

    // An answer that did not come back for its turn so long was given up elsewhere.
    private static readonly TimeSpan Overdue = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Bot, long Chat), Line> _lines = [];
    private readonly Dictionary<string, DateTimeOffset> _botPauses = [];

    /// <summary>Asks for the turn of an answer.</summary>
    /// <returns>Null: it is its turn, and <see cref="Leave"/> must follow. Else when to ask again.</returns>
    public TimeSpan? Enter(string bot, long chat, MessageId id)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (!_lines.TryGetValue((bot, chat), out var line))
            {
                _lines[(bot, chat)] = line = new Line();
            }

            line.Waiting.RemoveAll(other => other.Id != id && other.DueAt + Overdue < now);
            var until = line.PausedUntil > _botPauses.GetValueOrDefault(bot) ? line.PausedUntil : _botPauses.GetValueOrDefault(bot);
            var at = line.Waiting.FindIndex(other => other.Id == id);
            if (until <= now && !line.IsBusy && (line.Waiting.Count == 0 || at == 0))
            {
                line.Waiting.RemoveAll(other => other.Id == id);
                line.IsBusy = true;
                return null;
            }

            var shortest = line.Waiting.Count > 0 && at != 0 ? BehindAnother : Shortest;
            var pause = until - now > shortest ? until - now : shortest;
            if (at < 0)
            {
                line.Waiting.Add((id, now + pause));
            }
            else
            {
                line.Waiting[at] = (id, now + pause);
            }

            return pause;
        }
    }

    /// <summary>Ends the turn of an answer.</summary>
    /// <param name="pause">How long Telegram wants to be left alone; the answer comes back and keeps its place. Null: it is settled.</param>
    public void Leave(string bot, long chat, MessageId id, TimeSpan? pause)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            var line = _lines[(bot, chat)];
            line.IsBusy = false;
            if (pause is { } wait)
            {
                if (wait > TimeSpan.Zero && _lines.Any(other => other.Key.Bot == bot && other.Key.Chat != chat && other.Value.PausedUntil > now))
                {
                    _botPauses[bot] = now + wait;
                }

                line.PausedUntil = now + wait;
                line.Waiting.Insert(0, (id, now + wait));
            }
            else if (line.Waiting.Count == 0)
            {
                _lines.Remove((bot, chat));
            }
        }
    }

    private sealed class Line
    {
        public List<(MessageId Id, DateTimeOffset DueAt)> Waiting { get; } = [];

        public DateTimeOffset PausedUntil { get; set; }

        public bool IsBusy { get; set; }
    }
}
