using System.Text.Json.Nodes;
using MedCrm.Contracts;
using MedCrm.Contracts.Window;
using MedCrm.Gateway;
using MedCrm.Gateway.Live;
using MedCrm.Hosting.Bus;
using MedCrm.Integration.Tests.Hub;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MedCrm.Integration.Tests;

/// <summary>What the screens are told, in numbers without gaps.</summary>
public sealed class FeedTests(Hubs hubs)
{
    [Theory, ClassData(typeof(BothTransports))]
    public async Task Eight_writers_at_once_leave_no_gap_and_no_double(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        await using var second = await SecondGatewayAsync(hub);
        Feed[] feeds = [hub.Of<Feed>("gateway"), second.Services.GetRequiredService<Feed>()];
        var before = await feeds[0].HeadAsync(CancellationToken.None);
        var subject = await SubjectAsync(hub);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            for (var n = 0; n < 25; n++)
            {
                var change = Change(subject, new RequestId(Guid.NewGuid()), 1);
                await feeds[writer % 2].AppendAsync([change, change, Change(subject, change.Row.Id, 2)], CancellationToken.None);
                await feeds[writer % 2].AppendAsync([change], CancellationToken.None);
            }
        }));
        var written = await feeds[1].ReadAsync(before, 1000, CancellationToken.None);
        Assert.Equal(8 * 25 * 2, written.Count(entry => entry.Row.Number == 0));
        Assert.Equal(Enumerable.Range(1, written.Count).Select(n => before + n), written.Select(entry => entry.Seq));
        Assert.Equal(written.Count, written.DistinctBy(entry => (entry.Row.Id, entry.Row.Rev)).Count());
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_screen_that_was_away_hears_exactly_what_it_missed(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var (seen, missed) = (Person.New(), Person.New());
        Guid epoch;
        long last;
        await using (var line = await window.ListenAsync())
        {
            await window.SendFormAsync(seen.Form("При мне"));
            var id = (string)(await window.RowOfAsync(seen))["id"]!;
            await Eventually.TrueAsync(() => Task.FromResult(line.EventsOf(id).Count > 0), "push to the screen");
            (epoch, last) = (line.Epoch, (long)line.Events[^1]["seq"]!);
        }

        await window.SendFormAsync(missed.Form("Без меня"));
        var row = await window.RowOfAsync(missed);
        await Eventually.TrueAsync(async () => await hub.AskAsync<long>("Gateway", "select count(*) from gateway.feed where entity_id = $1", (Guid)row["id"]!) > 0, "entry of the feed");
        await using var again = await window.ListenAsync(epoch, last);
        var told = again.Resumed["events"]!.AsArray();
        Assert.Equal("delta", (string?)again.Resumed["mode"]);
        Assert.Equal(Enumerable.Range(1, told.Count).Select(n => last + n), told.Select(change => (long)change!["seq"]!));
        Assert.Contains(told, change => (string?)change!["row"]!["contact"]!["phone"] == missed.Phone);
        Assert.DoesNotContain(told, change => (string?)change!["row"]!["contact"]!["phone"] == seen.Phone && (long)change["row"]!["rev"]! == 1);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task What_cannot_be_caught_up_with_is_loaded_anew(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var feed = hub.Of<Feed>("gateway");
        var subject = await SubjectAsync(hub);
        await feed.AppendAsync([.. Enumerable.Range(1, 5).Select(_ => Change(subject, new RequestId(Guid.NewGuid()), 1))], CancellationToken.None);
        var head = await feed.HeadAsync(CancellationToken.None);

        Assert.Equal("delta", await ModeAsync($"epoch={feed.Epoch}&after={head - 2}"));
        Assert.Equal("reset", await ModeAsync($"epoch={Guid.NewGuid()}&after={head - 2}"));
        Assert.Equal("reset", await ModeAsync($"epoch={feed.Epoch}&after={head + 100_000}"));
        Assert.Equal("reset", await ModeAsync($"epoch={feed.Epoch}&after=-1"));

        await hub.AskAsync<object>("Gateway", "update gateway.feed set written_at = now() - interval '1 hour' where seq <= $1", head - 2);
        await feed.TrimAsync(CancellationToken.None);
        Assert.Equal("delta", await ModeAsync($"epoch={feed.Epoch}&after={head - 2}"));
        Assert.Equal("reset", await ModeAsync($"epoch={feed.Epoch}&after={head - 3}"));

        async Task<string?> ModeAsync(string query) => (string?)(await window.GetAsync($"/api/screen-events?{query}"))["mode"];
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task Two_gateways_tell_their_screens_the_same(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        await using var second = await SecondGatewayAsync(hub);
        var window = await hub.WindowAsync();
        await using var here = await window.ListenAsync();
        await using var there = await window.ListenAsync(at: new Uri(second.Urls.First()));
        Assert.Equal(here.Epoch, there.Epoch);
        var people = Enumerable.Range(0, 6).Select(_ => Person.New()).ToList();
        await Task.WhenAll(people.Select(person => window.SendFormAsync(person.Form("Всем экранам"))));
        foreach (var person in people)
        {
            var id = (string)(await window.RowOfAsync(person))["id"]!;
            await Eventually.TrueAsync(() => Task.FromResult(here.EventsOf(id).Count > 0 && there.EventsOf(id).Count > 0), "push to both screens");
        }

        var common = here.Events.Select(Seq).Intersect(there.Events.Select(Seq)).ToList();
        Assert.Equal(here.Events.Where(change => common.Contains(Seq(change))).Select(change => change.ToJsonString()), there.Events.Where(change => common.Contains(Seq(change))).Select(change => change.ToJsonString()));
        Assert.Equal(common.Order(), common);
        await second.StopAsync();
    }

    private static long Seq(JsonNode change) => (long)change["seq"]!;

    private static Task<WebApplication> SecondGatewayAsync(TestHub hub) => hub.StartAsync(GatewayPart.Part, new ConfigurationBuilder()
        .AddConfiguration(hub.Settings)
        .AddInMemoryCollection(new Dictionary<string, string?> { ["Parts:gateway:Url"] = $"http://127.0.0.1:{Host.Hub.FreePorts(1)[0]}" })
        .Build());

    private static async Task<DataSubjectId> SubjectAsync(TestHub hub)
    {
        var subject = DataSubjectId.New();
        await hub.Vault.EnsureKeyAsync(subject, CancellationToken.None);
        return subject;
    }

    private static RequestChanged Change(DataSubjectId subject, RequestId id, long rev) => new(
        subject,
        new RequestRow(
            id, 0, rev, RequestStatus.New, ChannelKind.Website, new RequestRowContact(null, null, null, null), null, null, null, 0, false, false, null, null,
            new ConversationId(Guid.NewGuid()), null, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, null, null),
        DateTimeOffset.UnixEpoch);
}
