using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MedCrm.Connectors.Telephony;
using MedCrm.Connectors.Tests.Conformance;
using MedCrm.Hosting;

namespace MedCrm.Connectors.Tests.Telephony;

public sealed class AsteriskConformance(PostgresFixture postgres) : ConformanceSuite(postgres)
{
    protected override ChannelPeer CreatePeer() => new RecordedAsterisk();
}

public sealed class MangoConformance(PostgresFixture postgres) : ConformanceSuite(postgres)
{
    protected override ChannelPeer CreatePeer() => new MangoPeer();
}

public sealed class UisConformance(PostgresFixture postgres) : ConformanceSuite(postgres)
{
    protected override ChannelPeer CreatePeer() => new UisPeer();
}

public sealed class MegafonConformance(PostgresFixture postgres) : ConformanceSuite(postgres)
{
    protected override ChannelPeer CreatePeer() => new MegafonPeer();
}

public sealed class ZadarmaConformance(PostgresFixture postgres) : ConformanceSuite(postgres)
{
    protected override ChannelPeer CreatePeer() => new ZadarmaPeer();
}

/// <summary>What all exchanges share: a letter is a call of its own, recognised by the caller's number.</summary>
internal abstract partial class ExchangePeer : ChannelPeer
{
    private static int _numbers;
    private readonly ConcurrentDictionary<string, string> _phones = new();

    public override Part Part => TelephonyConnector.Part;

    public override string Folder => SourceTree.At("connectors", "Telephony");

    public override IReadOnlyDictionary<string, string> NotApplicable { get; } = new Dictionary<string, string>
    {
        ["C18"] = "Nobody tells a machine by its call",
    };

    // When a sample is told is not what it is about.
    public override string Scrub(string picture) => Moment().Replace(picture, "#");

    public override string? Recognise(string? phone) => _phones.FirstOrDefault(pair => pair.Key.Split('\n')[0] == phone).Key?.Split('\n')[1];

    /// <summary>A number for each letter, and the same each time.</summary>
    protected string PhoneOf(Letter letter)
    {
        var known = _phones.FirstOrDefault(pair => pair.Value == letter.Id).Key;
        if (known is null)
        {
            known = string.Create(CultureInfo.InvariantCulture, $"+7916{Interlocked.Increment(ref _numbers):D7}\n{letter.Text}");
            _phones[known] = letter.Id;
        }

        return known.Split('\n')[0];
    }

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT[\d:.+]+")]
    private static partial Regex Moment();
}

/// <summary>An Asterisk that repeats what a real one told of a call that its caller gave up, each time with another caller; and that keeps records of what it told, also when nobody listened.</summary>
internal sealed partial class RecordedAsterisk : ExchangePeer
{
    private const string Caller = "+79051112242";
    private readonly string _records = Path.GetTempFileName();
    private readonly ConcurrentDictionary<string, IReadOnlyList<string>> _calls = new();
    private AsteriskPeer? _peer;
    private ChaosLine? _line;
    private int _call;

    public override string Samples => SourceTree.At("tests", "MedCrm.Connectors.Tests", "Telephony", "Samples", "Asterisk");

    public override string? Mode => "push";

    public override ChaosLine? Line => _line;

    public override IReadOnlyList<string> Secrets => [AsteriskPeer.Password];

    public override Task<IReadOnlyDictionary<string, string?>> StartAsync(CancellationToken ct)
    {
        _peer = new AsteriskPeer();
        _line = ChaosLine.To(_peer.Port);
        return Task.FromResult<IReadOnlyDictionary<string, string?>>(new Dictionary<string, string?>
        {
            ["Connectors:Telephony:Asterisk:0:Key"] = "main",
            ["Connectors:Telephony:Asterisk:0:Host"] = "127.0.0.1",
            ["Connectors:Telephony:Asterisk:0:Port"] = $"{_line.Port}",
            ["Connectors:Telephony:Asterisk:0:UserName"] = AsteriskPeer.UserName,
            ["Connectors:Telephony:Asterisk:0:Password"] = AsteriskPeer.Password,
            ["Connectors:Telephony:Asterisk:0:Grace"] = "00:00:00.3",
            ["Connectors:Telephony:Asterisk:0:CallRecords"] = _records,
            ["Connectors:Telephony:Asterisk:0:CallRecordsTimeZone"] = "UTC",
        });
    }

    public override IReadOnlyDictionary<string, string?> WithBadCredentials(IReadOnlyDictionary<string, string?> settings) =>
        new Dictionary<string, string?>(settings) { ["Connectors:Telephony:Asterisk:0:Password"] = "wrong" };

    public override Sample Compose(Letter letter)
    {
        var phone = PhoneOf(letter);
        _calls.GetOrAdd(letter.Id, _ =>
        {
            var shift = (letter.SentAt ?? TimeProvider.System.GetUtcNow()) - Begin();
            var id = string.Create(CultureInfo.InvariantCulture, $"pbx{7000 + Interlocked.Increment(ref _call)}-");
            return [.. Recording.Events("caller_cancel_before_answer").Select(block => Stamp().Replace(block.Replace("pbx1-", id, StringComparison.Ordinal).Replace(Caller, phone, StringComparison.Ordinal), stamp => Shifted(stamp.Value, shift)))];
        });
        return new(letter.Id, Encoding.UTF8.GetBytes($"letter: {letter.Id}"));
    }

    // Nobody but the exchange speaks on its line; bytes that are no events are what a broken one would say, and it is not told that they were not kept.
    public override async Task<Delivery> DeliverAsync(Sample sample, Worker worker, CancellationToken ct)
    {
        var order = sample.Content.Length < 300 ? Encoding.UTF8.GetString(sample.Content.Span).Trim() : "";
        if (order.StartsWith("recording: ", StringComparison.Ordinal))
        {
            await ListenedToAsync(ct);
            await _peer!.TellAsync(Recording.Events(order[11..]));
            return Delivery.Acknowledged;
        }

        if (order.StartsWith("letter: ", StringComparison.Ordinal))
        {
            await ListenedToAsync(ct);
            var events = _calls[order[8..]];
            await File.AppendAllTextAsync(_records, RecordOf(events), ct);
            await _peer!.TellAsync(events);
            return Delivery.Acknowledged;
        }

        await _peer!.TellRawAsync([.. sample.Content.Span, .. "\r\n\r\n"u8]);
        return Delivery.Refused;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_peer is not null)
        {
            await _line!.DisposeAsync();
            await _peer.DisposeAsync();
        }

        File.Delete(_records);
        await base.DisposeAsync();
    }

    // Who has never been there is still on the way; who was there and is not now has the records.
    private async Task ListenedToAsync(CancellationToken ct)
    {
        while (_peer!.SignIns == 0)
        {
            await Task.Delay(20, ct);
        }
    }

    private static DateTimeOffset Begin() => At(Stamp().Match(Recording.Events("caller_cancel_before_answer")[0]).Value);

    private static DateTimeOffset At(string stamp) => DateTimeOffset.UnixEpoch.AddTicks((long)(decimal.Parse(stamp, CultureInfo.InvariantCulture) * TimeSpan.TicksPerSecond));

    private static string Shifted(string stamp, TimeSpan by) => (decimal.Parse(stamp, CultureInfo.InvariantCulture) + (decimal)by.TotalSeconds).ToString("0.000000", CultureInfo.InvariantCulture);

    /// <summary>Its line in cdr_custom, as the README has it.</summary>
    private static string RecordOf(IReadOnlyList<string> events)
    {
        string Field(string name) => events[0].Split("\r\n").First(line => line.StartsWith(name + ": ", StringComparison.Ordinal))[(name.Length + 2)..];
        var (from, to) = (At(Stamp().Match(events[0]).Value), At(Stamp().Match(events[^1]).Value));
        string[] columns = [Field("Linkedid"), Field("Uniqueid"), Field("Channel"), "", Field("CallerIDNum"), Field("Exten"), "Dial", Time(from), "", Time(to), "0", "NO ANSWER"];
        return string.Join(',', columns.Select(column => $"\"{column}\"")) + "\n";
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?<=Timestamp: )\d+\.\d+")]
    private static partial Regex Stamp();
}
