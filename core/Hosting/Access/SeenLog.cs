using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using Microsoft.Extensions.DependencyInjection;
using Wolverine;

namespace MedCrm.Hosting.Access;

/// <summary>
/// Tells the access log who was shown to whom, once an hour for each reader, way, request and patient: what is asked for again and again costs nothing but a look
/// into memory. It is in the outbox before the answer leaves: what cannot be logged is not shown. After a restart some is told twice, and is one entry all the same.
/// </summary>
public sealed class SeenLog(IServiceScopeFactory scopes, TimeProvider clock)
{
    private static readonly SeenRequest Everybody = new(new RequestId(Guid.Empty), null);
    private readonly Lock _lock = new();
    private readonly Dictionary<(AgentId, SeenAs), HashSet<SeenRequest>> _told = [];
    private DateTimeOffset _hour;

    /// <summary>These people are about to be shown.</summary>
    public async Task TellAsync(Agent reader, SeenAs how, IEnumerable<SeenRequest> seen)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var now = clock.GetUtcNow();
        List<SeenRequest> news;
        lock (_lock)
        {
            var told = Told(reader, how, now);
            news = [.. seen.Where(one => !told.Contains(one)).Distinct()];
        }

        if (news.Count == 0)
        {
            return;
        }

        await PublishAsync(new LogSeen(reader, how, news, now));
        lock (_lock)
        {
            Told(reader, how, now).UnionWith(news);
        }
    }

    /// <summary>A reader's window is about to be shown whatever changes.</summary>
    public async Task TellWindowAsync(Agent reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            if (Told(reader, SeenAs.Window, now).Contains(Everybody))
            {
                return;
            }
        }

        await PublishAsync(new LogSeen(reader, SeenAs.Window, [], now));
        lock (_lock)
        {
            Told(reader, SeenAs.Window, now).Add(Everybody);
        }
    }

    private async Task PublishAsync(LogSeen seen)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMessageBus>().PublishAsync(seen);
    }

    private HashSet<SeenRequest> Told(Agent reader, SeenAs how, DateTimeOffset now)
    {
        if (now - _hour >= TimeSpan.FromHours(1) || now < _hour)
        {
            _hour = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero);
            _told.Clear();
        }

        return _told.TryGetValue((reader.Id, how), out var told) ? told : _told[(reader.Id, how)] = [];
    }
}
