using System.Collections.Concurrent;

namespace MedCrm.Load.Traffic;

/// <summary>Many senders side by side; one person's messages leave one after another.</summary>
internal static class Crowd
{
    /// <summary>Sends everything, each sender as fast as it is answered, or all together at a pace.</summary>
    /// <param name="window">Where to.</param>
    /// <param name="contacts">Ordered by person.</param>
    /// <param name="senders">Side by side.</param>
    /// <param name="perSecond">Zero: flat out.</param>
    public static async Task<IReadOnlyList<Accepted>> SendAsync(Uri window, IEnumerable<Contact> contacts, int senders, double perSecond = 0)
    {
        using var sender = new FormSender(window);
        var people = new ConcurrentQueue<Contact[]>(contacts.GroupBy(contact => contact.Person).Select(person => person.ToArray()));
        var accepted = new ConcurrentBag<Accepted>();
        var began = Waiting.Clock.GetTimestamp();
        var taken = 0;
        await Task.WhenAll(Enumerable.Range(0, senders).Select(_ => Task.Run(async () =>
        {
            while (people.TryDequeue(out var messages))
            {
                foreach (var message in messages)
                {
                    if (perSecond > 0 && TimeSpan.FromSeconds(Interlocked.Increment(ref taken) / perSecond) - Waiting.Clock.GetElapsedTime(began) is { Ticks: > 0 } early)
                    {
                        await Task.Delay(early, Waiting.Clock);
                    }

                    accepted.Add(await sender.SendAsync(message));
                }
            }
        })));
        return [.. accepted];
    }
}
