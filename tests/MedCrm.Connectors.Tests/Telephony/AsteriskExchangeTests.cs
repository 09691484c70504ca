using System.Globalization;
using System.Text;
using MedCrm.Connectors.Sdk;
using MedCrm.Connectors.Tests.Email;
using MedCrm.Contracts;
using MedCrm.Contracts.Telephony;
using Xunit;

namespace MedCrm.Connectors.Tests.Telephony;

/// <summary>The connector on a line to an exchange that tells what a real one told.</summary>
public sealed class AsteriskExchangeTests
{
    public enum Telling
    {
        AsRecorded,
        Backwards,
        Shuffled,
        Twice,
        ByteByByte,
    }

    public static TheoryData<Telling> Tellings => [.. Enum.GetValues<Telling>()];

    [Theory, MemberData(nameof(Tellings))]
    public async Task Every_recorded_call_is_one_call_with_the_right_outcome(Telling telling)
    {
        await using var peer = new AsteriskPeer();
        await using var watched = await WatchedExchange.StartAsync(WatchedExchange.Options(peer.Port));
        var events = AsteriskCallTests.All.SelectMany(expected => Recording.Events(expected.Recording)).Concat(Recording.Events("originate_busy")).ToList();
        switch (telling)
        {
            case Telling.AsRecorded:
                await peer.TellAsync(events);
                break;
            case Telling.Backwards:
                await peer.TellAsync(events.AsEnumerable().Reverse());
                break;
            case Telling.Shuffled:
                await peer.TellAsync(Recording.Shuffled(events, 7));
                break;
            case Telling.Twice:
                await peer.TellAsync([.. events, .. events]);
                break;
            case Telling.ByteByByte:
                foreach (var chunk in Encoding.UTF8.GetBytes(string.Concat(events.Select(block => block + "\r\n\r\n"))).Chunk(997))
                {
                    await peer.TellRawAsync(chunk);
                }

                break;
        }

        var calls = (await watched.EndedAsync(AsteriskCallTests.All.Count)).ToDictionary(call => $"{call.Party?.Value} {call.Line} {call.Direction}");
        foreach (var expected in AsteriskCallTests.All)
        {
            AsteriskCallTests.Check(expected, calls[$"{expected.Party} {expected.Line} {expected.Direction}"]);
        }
    }

    [Fact]
    public async Task The_agent_hears_of_a_ringing_call_within_a_second_and_of_its_answer()
    {
        await using var peer = new AsteriskPeer();
        await using var watched = await WatchedExchange.StartAsync(WatchedExchange.Options(peer.Port));
        var events = Recording.Events("answered_queue_call");
        var ringing = events.TakeWhile(block => !block.StartsWith("Event: DialEnd", StringComparison.Ordinal)).ToList();
        await peer.TellAsync(ringing);
        await watched.Sink.WaitAsync(sink => sink.Calls.Any(call => call.Phase == CallPhase.Ringing && call.Agents is [{ Extension: "101", StoppedAt: null, RangAt: not null }]), seconds: 1);
        await peer.TellAsync(events.Skip(ringing.Count).TakeWhile(block => !block.StartsWith("Event: Hangup", StringComparison.Ordinal)));
        await watched.Sink.WaitAsync(sink => sink.Calls.Any(call => call.Phase == CallPhase.Answered && call.Agents is [{ AnsweredAt: not null }]), seconds: 1);
        Assert.DoesNotContain(watched.Sink.Calls, call => call.Phase == CallPhase.Ended);
    }

    [Fact]
    public async Task A_call_that_ended_while_the_line_was_cut_is_closed_from_the_exchanges_records()
    {
        await using var peer = new AsteriskPeer();
        var records = Path.GetTempFileName();
        try
        {
            var options = WatchedExchange.Options(peer.Port);
            options.CallRecords = records;
            await using var watched = await WatchedExchange.StartAsync(options);
            await peer.TellAsync(Recording.Events("answered_queue_call").TakeWhile(block => !block.StartsWith("Event: HangupRequest", StringComparison.Ordinal)));
            await watched.Sink.WaitAsync(sink => sink.Calls.Any(call => call.Phase == CallPhase.Answered));
            await peer.TellAsync(Recording.Events("caller_cancel_before_answer").Take(3));

            // The first goes on after the cut, ends, and leaves a record; of a second one there is only the record.
            var now = TimeProvider.System.GetUtcNow();
            await File.WriteAllLinesAsync(records,
            [
                Record("pbx1-1795386714.0", "PJSIP/anonymous-00000000", "PJSIP/101-00000001", "+79161234567", "84951112233", "Queue", now.AddSeconds(-20), now.AddSeconds(-20), now.AddSeconds(-1), 19, "ANSWERED"),
                Record("pbx1-1795390000.9", "PJSIP/anonymous-00000019", "", "+79165550000", "84951112233", "Queue", now.AddSeconds(-40), null, now.AddSeconds(-5), 5, "NO ANSWER"),
                Record("pbx1-1795390001.1", "PJSIP/anonymous-00000020", "PJSIP/102-00000021", "+79165550001", "84951112233", "Dial", now.AddSeconds(-40), now.AddSeconds(-30), now.AddSeconds(-5), 25, "ANSWERED"),
                "a line, that \"nobody can read",
            ]);
            peer.Cut();
            var calls = (await watched.EndedAsync(4)).ToDictionary(call => call.Party?.Value ?? "");
            Assert.Equal((CallOutcome.Answered, 2), (calls["+79161234567"].Outcome, calls["+79161234567"].WaitSeconds));
            Assert.Equal(CallOutcome.Abandoned, calls["+79165550000"].Outcome);
            Assert.Equal((CallOutcome.Answered, 10, 25), (calls["+79165550001"].Outcome, calls["+79165550001"].WaitSeconds, calls["+79165550001"].TalkSeconds));
            Assert.NotEqual(CallOutcome.Answered, calls["+79051112242"].Outcome);
        }
        finally
        {
            File.Delete(records);
        }
    }

    [Fact]
    public async Task A_call_that_goes_on_through_a_cut_line_ends_as_one_call()
    {
        await using var peer = new AsteriskPeer();
        await using var watched = await WatchedExchange.StartAsync(WatchedExchange.Options(peer.Port));
        var events = Recording.Events("answered_queue_call");
        var before = events.TakeWhile(block => !block.StartsWith("Event: HangupRequest", StringComparison.Ordinal)).ToList();
        await peer.TellAsync(before);
        await watched.Sink.WaitAsync(sink => sink.Calls.Any(call => call.Phase == CallPhase.Answered));
        peer.Channels.Add(Channel("PJSIP/anonymous-00000000", "pbx1-1795386714.0", "pbx1-1795386714.0", "Up"));
        peer.Channels.Add(Channel("PJSIP/101-00000001", "pbx1-1795386715.1", "pbx1-1795386714.0", "Up"));
        peer.Cut();
        await Eventually.TrueAsync(() => peer.SignIns == 2);
        await watched.ConnectedAsync();
        await peer.TellAsync(events.Skip(before.Count));
        AsteriskCallTests.Check(AsteriskCallTests.Of("answered_queue_call"), Assert.Single(await watched.EndedAsync(1)));
    }

    [Fact]
    public async Task The_exchange_restarts_and_what_it_forgot_is_over()
    {
        var sink = new MemorySink();
        int port;
        await using (var peer = new AsteriskPeer())
        {
            port = peer.Port;
            await using var first = await WatchedExchange.StartAsync(WatchedExchange.Options(port), sink);
            await peer.TellAsync(Recording.Events("abandoned_queue_call").TakeWhile(block => !block.StartsWith("Event: HangupRequest", StringComparison.Ordinal)));
            await sink.WaitAsync(all => all.Calls.Any(call => call.Agents.Count == 1));
            await peer.TellAsync(Recording.Events("pbx_shutdown_part1"));
        }

        // We too have restarted meanwhile: only what was stored tells that there was a call.
        await using var again = new AsteriskPeer(port);
        await using var second = await WatchedExchange.StartAsync(WatchedExchange.Options(port), sink);
        await sink.WaitAsync(all => all.Calls.Any(call => call.Phase == CallPhase.Ended));
        var ended = Assert.Single(sink.Calls, call => call.Phase == CallPhase.Ended);
        Assert.Equal(("pbx1-1795386753.3", CallOutcome.Failed), (ended.ExternalCallId, ended.Outcome));
    }

    [Fact]
    public async Task A_hostile_stream_costs_neither_the_line_nor_the_next_call()
    {
        await using var peer = new AsteriskPeer();
        await using var watched = await WatchedExchange.StartAsync(WatchedExchange.Options(peer.Port));
        await peer.TellRawAsync(Encoding.UTF8.GetBytes($"Event: Newchannel\r\nLinkedid: evil\r\nUniqueid: evil\r\nChannel: {new string('A', 5_000_000)}\r\n\r\n"));
        await peer.TellRawAsync(Encoding.UTF8.GetBytes($"Event: Hangup\r\n{string.Concat(Enumerable.Repeat("X-Header: y\r\n", 200_000))}\r\n"));
        await peer.TellRawAsync([0xff, 0xfe, 0x00, .. ":::\r\nno colon\r\n: empty name\r\n\r\n\r\n\r\nEvent: NeverHeardOf\r\nLinkedid: "u8, .. Encoding.UTF8.GetBytes(new string('L', 500)), .. "\r\n\r\n"u8]);
        await peer.TellRawAsync("Response: Success\r\nActionID: nobody-asked\r\n\r\nEvent: Cdr\r\nLinkedID: x\r\nTimestamp: 99999999999999999999\r\nDuration: NaN\r\n\r\n"u8.ToArray());
        await peer.TellAsync(Recording.Events("busy"));
        await watched.Sink.WaitAsync(sink => sink.Calls.Any(call => call.Party?.Value == "+79031112235" && call.Phase == CallPhase.Ended));
        Assert.Equal(1, peer.SignIns);
        Assert.All(watched.Sink.Stored, stored => Assert.InRange(stored.Size, 0, 64 * 1024));
    }

    [Fact]
    public async Task While_the_database_is_away_nothing_is_lost()
    {
        await using var peer = new AsteriskPeer();
        var sink = new MemorySink { BeforeCommit = _ => throw new ConnectorNotReadyException("The database is away.") };
        await using var watched = await WatchedExchange.StartAsync(WatchedExchange.Options(peer.Port), sink, connected: false);
        await Eventually.TrueAsync(() => peer.SignIns == 1);
        await peer.TellAsync(Recording.Events("answered_queue_call"));
        await Eventually.TrueAsync(() => peer.SignIns == 2);
        sink.BeforeCommit = null;
        AsteriskCallTests.Check(AsteriskCallTests.Of("answered_queue_call"), Assert.Single(await watched.EndedAsync(1)));
    }

    [Fact]
    public async Task What_was_recorded_is_fetched_when_the_call_is_over_and_silence_is_not()
    {
        await using var peer = new AsteriskPeer();
        var home = Directory.CreateTempSubdirectory("medcrm-recordings").FullName;
        try
        {
            var day = Directory.CreateDirectory(Path.Combine(home, "2026", "11", "22")).FullName;
            await File.WriteAllBytesAsync(Path.Combine(day, "in-84951112244-+79051112238-pbx1-1795387147.71.wav"), new byte[44]);
            await File.WriteAllBytesAsync(Path.Combine(day, "in-84951112266-+79051112240-pbx1-1795387235.80.wav"), new byte[4000]);
            var options = WatchedExchange.Options(peer.Port);
            options.Recordings = home;
            await using var watched = await WatchedExchange.StartAsync(options);
            await peer.TellAsync([.. Recording.Events("recording"), .. Recording.Events("recording_local_agent_audio")]);
            await watched.Sink.WaitAsync(sink => sink.Calls.Any(call => call.Recording is not null));
            var recorded = Assert.Single(watched.Sink.Calls, call => call.Recording is not null);
            Assert.Equal(("pbx1-1795387235.80", "audio/wav"), (recorded.ExternalCallId, recorded.Recording!.MediaType));
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    [Theory]
    [InlineData("/srv/pbx/var/spool/asterisk/monitor/2026/11/a.wav", "2026/11/a.wav")]
    [InlineData("2026/11/a.wav", "2026/11/a.wav")]
    [InlineData("../../etc/passwd", null)]
    [InlineData("/etc/passwd", null)]
    [InlineData("/var/spool/asterisk/monitor//etc/passwd", null)]
    public void A_path_of_a_recording_does_not_lead_elsewhere(string told, string? expected) => Assert.Equal(expected, MedCrm.Connectors.Telephony.Asterisk.Recordings.Relative(told));

    [Fact]
    public async Task A_wrong_password_asks_for_a_person()
    {
        await using var peer = new AsteriskPeer();
        var options = WatchedExchange.Options(peer.Port);
        options.Password = "wrong";
        await using var watched = await WatchedExchange.StartAsync(options, connected: false);
        await Eventually.TrueAsync(() => watched.Health.All is [{ State: ChannelState.Refused }]);
        Assert.DoesNotContain("wrong", watched.Health.All[0].Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_click_rings_the_agent_first_under_the_clicks_own_id()
    {
        await using var peer = new AsteriskPeer();
        await using var watched = await WatchedExchange.StartAsync(WatchedExchange.Options(peer.Port));
        var call = CallId.New();
        var placed = await watched.Exchange.PlaceAsync(new CallToPlace(call, null, "+79161234567", "101"), CancellationToken.None);
        var action = Assert.Single(peer.Actions, action => action["Action"] == "Originate");
        Assert.Equal(("PJSIP/101", "+79161234567", "from-internal"), (action["Channel"], action["Exten"], action["Context"]));
        Assert.Equal((placed.ExternalCallId, placed.ExternalCallId), (action["ChannelId"], action["ActionID"]));

        await peer.TellAsync(Recording.Events("click_to_call_originate").Select(block => block.Replace("medcrm-task-42", placed.ExternalCallId, StringComparison.Ordinal)));
        var told = Assert.Single(await watched.EndedAsync(1));
        Assert.Equal((call, CallDirection.Outbound, CallOutcome.Answered), (told.CallId, told.Direction, told.Outcome));
    }

    [Fact]
    public async Task A_click_that_finds_the_agent_busy_says_so()
    {
        await using var peer = new AsteriskPeer();
        await using var watched = await WatchedExchange.StartAsync(WatchedExchange.Options(peer.Port));
        var placed = await watched.Exchange.PlaceAsync(new CallToPlace(CallId.New(), null, "+79161234567", "103"), CancellationToken.None);
        await peer.TellAsync(Recording.Events("originate_busy").Select(block => block
            .Replace("pbx1-1795386834.29", placed.ExternalCallId, StringComparison.Ordinal).Replace("ActionID: mc-2", $"ActionID: {placed.ExternalCallId}", StringComparison.Ordinal)));
        var told = Assert.Single(await watched.EndedAsync(1));
        Assert.Equal((CallDirection.Outbound, "+79161234567", false), (told.Direction, told.Party?.Value, told.Outcome == CallOutcome.Answered));
    }

    [Theory]
    [InlineData("101\r\nAction: Command\r\nCommand: core stop now")]
    [InlineData("anything")]
    public async Task An_extension_cannot_smuggle_commands(string extension)
    {
        await using var peer = new AsteriskPeer();
        await using var watched = await WatchedExchange.StartAsync(WatchedExchange.Options(peer.Port));
        await Assert.ThrowsAnyAsync<Exception>(() => watched.Exchange.PlaceAsync(new CallToPlace(CallId.New(), null, "+79161234567", extension), CancellationToken.None));
        Assert.DoesNotContain(peer.Actions, action => action["Action"] is "Originate" or "Command");
    }

    private static string Channel(string name, string uniqueId, string linkedId, string state) =>
        $"Channel: {name}\r\nChannelState: 6\r\nChannelStateDesc: {state}\r\nCallerIDNum: <unknown>\r\nUniqueid: {uniqueId}\r\nLinkedid: {linkedId}\r\nApplication: Queue\r\nDuration: 00:00:05\r\nBridgeId: f2098cc9-ad6d-4d63-a4b1-beeb3cf2ef7f";

    private static string Record(
        string id, string channel, string destination, string from, string to, string application, DateTimeOffset start, DateTimeOffset? answer, DateTimeOffset end, int talk, string disposition) =>
        string.Join(',', new[] { id, id, channel, destination, from, to, application, Time(start), answer is { } at ? Time(at) : "", Time(end), talk.ToString(CultureInfo.InvariantCulture), disposition }.Select(column => $"\"{column}\""));

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
