using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Marten;
using MedCrm.Connectors.Sdk;
using MedCrm.Connectors.Sdk.Inbound;
using MedCrm.Connectors.Sdk.Quarantine;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Contracts.Telephony;
using MedCrm.Hosting.Vault;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Xunit;

namespace MedCrm.Connectors.Testing;

/// <summary>A connector as it runs in production: its own host, a real database behind a line that can break, a real bus, its peer, and somebody who hears what it sends.</summary>
public sealed partial class Stage : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly IReadOnlyDictionary<string, string?> _settings;
    private readonly List<Worker> _workers = [];
    private readonly string _database;

    private Stage(ChannelPeer peer, ConnectorManifest manifest, ChatStandIn chat, ChaosLine database, string connectionString, IReadOnlyDictionary<string, string?> settings)
    {
        Peer = peer;
        Manifest = manifest;
        Chat = chat;
        Database = database;
        _database = connectionString;
        _settings = settings;
    }

    /// <summary>The far side.</summary>
    public ChannelPeer Peer { get; }

    /// <summary>What the connector says of itself.</summary>
    public ConnectorManifest Manifest { get; }

    /// <summary>Who hears.</summary>
    public ChatStandIn Chat { get; }

    /// <summary>The line between the connector and its database.</summary>
    public ChaosLine Database { get; }

    /// <summary>All that its workers logged.</summary>
    public LogTrap Logs { get; } = new();

    /// <summary>The worker that was started last.</summary>
    public Worker Worker => _workers[^1];

    /// <summary>The settings it runs with.</summary>
    public IReadOnlyDictionary<string, string?> Settings => _settings;

    /// <summary>Builds the stage; no worker runs yet.</summary>
    public static async Task<Stage> SetAsync(ChannelPeer peer, PostgresFixture postgres, CancellationToken ct)
    {
        var manifest = ConnectorManifest.Read(peer.Folder);
        var basis = await postgres.SettingsAsync();
        var direct = new NpgsqlConnectionStringBuilder(basis["ConnectionStrings:Connectors"]);
        var line = ChaosLine.To(direct.Port);
        var through = new NpgsqlConnectionStringBuilder(direct.ConnectionString) { Port = line.Port }.ConnectionString;
        var settings = new Dictionary<string, string?>(basis.AsEnumerable())
        {
            ["ConnectionStrings:Connectors"] = through,
            ["ConnectionStrings:Vault"] = through,
            ["Logging:LogLevel:MedCrm"] = "Trace",
        };
        foreach (var (key, value) in await peer.StartAsync(ct))
        {
            settings[key] = value;
        }

        var chat = await ChatStandIn.StartAsync(basis, manifest.Sends ? manifest.Key : null);
        return new Stage(peer, manifest, chat, line, direct.ConnectionString, settings);
    }

    /// <summary>Starts a worker. Several may run at once.</summary>
    /// <param name="shared">Whether it shares the work with others.</param>
    /// <param name="settings">Settings other than the stage's. Null: the stage's.</param>
    public async Task<Worker> StartWorkerAsync(bool shared = false, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var all = new Dictionary<string, string?>(settings ?? _settings);
        if (shared)
        {
            all["Bus:Clustered"] = "true";
        }

        var worker = new Worker(Peer.Part.Build(new ConfigurationBuilder().AddInMemoryCollection(all).Build()));
        worker.Get<ILoggerFactory>().AddProvider(Logs);
        await worker.StartAsync();
        _workers.Add(worker);
        return worker;
    }

    /// <summary>The channel's part: sends until it is acknowledged or refused, as channels do.</summary>
    public async Task<Delivery> DeliverAsync(Sample sample, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var delivery = await Peer.DeliverAsync(sample, Worker, ct);
            if (delivery != Delivery.NotAcknowledged)
            {
                return delivery;
            }

            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60), $"'{sample.Name}' was not acknowledged within a minute.");
            await Task.Delay(100, ct);
        }
    }

    /// <summary>All messages heard so far, and behind them what their authors made of them; of an exchange its calls that are over, each once, under the text of their letter.</summary>
    public IEnumerable<ReceiveInboundMessage> Said => Chat.Heard.Messages.Concat(Chat.Heard.Changes.Select(change => change.Message)).Concat(EndedCalls.Select(AsSaid).OfType<ReceiveInboundMessage>());

    /// <summary>Calls that are over, with the last that was said of each.</summary>
    public IEnumerable<CallChanged> EndedCalls => Chat.Heard.Calls.Where(call => call.Phase == CallPhase.Ended).GroupBy(call => call.CallId).Select(call => call.Last());

    /// <summary>Opened texts of all that was said.</summary>
    public IReadOnlyList<string> Texts => [.. Said.Select(message => Plain(Open(message.Text)))];

    /// <summary>Waits for a message by its text.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="patience">How long. Null: 30 seconds.</param>
    public Task<ReceiveInboundMessage> HeardAsync(string text, TimeSpan? patience = null) =>
        Eventually.AsyncOf(() => Said.FirstOrDefault(message => Plain(Open(message.Text)) == Plain(text)), patience);

    /// <summary>Waits until all these texts were heard, then sees that each was heard once, and nothing else.</summary>
    /// <param name="texts">What was written.</param>
    /// <param name="ct">Cancels.</param>
    /// <param name="patience">How long what was stored may be on its way. Null: 30 seconds.</param>
    public async Task HeardOnceAsync(IReadOnlyCollection<string> texts, CancellationToken ct, TimeSpan? patience = null)
    {
        foreach (var text in texts)
        {
            await HeardAsync(text);
        }

        await QuietAsync(ct, patience);
        var heard = Texts;
        Assert.Equal(texts.Select(Plain).Order(StringComparer.Ordinal), heard.Order(StringComparer.Ordinal));
    }

    /// <summary>Waits until nothing is on its way to Chat any more.</summary>
    /// <param name="ct">Cancels.</param>
    /// <param name="patience">How long. Null: 30 seconds.</param>
    public async Task QuietAsync(CancellationToken ct, TimeSpan? patience = null)
    {
        var most = patience ?? TimeSpan.FromSeconds(30);
        var started = Stopwatch.GetTimestamp();
        await using var connection = new NpgsqlConnection(_database);
        await connection.OpenAsync(ct);
        var quiet = 0;
        while (quiet < 3)
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < most, $"What was stored is still on its way after {most.TotalSeconds:0} seconds.");
            await using var command = new NpgsqlCommand(
                $"select (select count(*) from {Manifest.Key}_bus.wolverine_outgoing_envelopes) + (select count(*) from bus.\"wolverine_queue_chat.inbound\") + (select count(*) from bus.wolverine_queue_requests) + (select count(*) from chat_bus.wolverine_incoming_envelopes where status <> 'Handled')",
                connection);
            quiet = (long)(await command.ExecuteScalarAsync(ct))! == 0 ? quiet + 1 : 0;
            await Task.Delay(100, ct);
        }
    }

    /// <summary>How many inputs are stored; asked past the line that may be broken.</summary>
    public async Task<long> CountStoredAsync(CancellationToken ct) => await CountAsync("storedinput", ct);

    /// <summary>How many of them wait in the quarantine.</summary>
    public async Task<long> CountQuarantinedAsync(CancellationToken ct) => await CountAsync("quarantinedinput", ct);

    /// <summary>Waits until that many inputs are stored.</summary>
    public async Task StoredAsync(long count, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        while (await CountStoredAsync(ct) < count)
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30), $"{await CountStoredAsync(ct)} of {count} inputs are stored after 30 seconds.");
            await Task.Delay(50, ct);
        }
    }

    /// <summary>Sends an answer to somebody who was heard, as Chat would.</summary>
    /// <param name="heard">Their message.</param>
    /// <param name="text">The answer.</param>
    /// <param name="to">Another address than theirs. Null: theirs.</param>
    /// <param name="choices">Answers to offer as buttons. Null: none.</param>
    public async Task<DeliverMessage> AnswerAsync(ReceiveInboundMessage heard, string text, string? to = null, IReadOnlyList<string>? choices = null)
    {
        var vault = Worker.Get<IPersonalDataVault>();
        var subject = heard.SubjectId;
        await vault.EnsureKeyAsync(subject, default);
        var address = to ?? Open(heard.ContactPoints.First(point => point.System == Peer.AnswersTo).Value);
        IReadOnlyList<string> thread = heard.Aliases.Count > 0 ? [heard.Aliases[0]] : [heard.ExternalMessageId];
        var answer = new DeliverMessage(
            MessageId.New(), new ConversationId(Guid.NewGuid()), subject, heard.Channel, vault.Seal(subject, address), null, heard.Subject, vault.Seal(subject, text), thread, [], choices);
        await Chat.SendAsync(answer);
        return answer;
    }

    /// <summary>Waits for the report that settles an answer: sent or failed.</summary>
    public Task<ReportDelivery> ReportAsync(DeliverMessage answer) => Chat.Heard.ReportAsync(answer.MessageId);

    /// <summary>Waits until the contact sees what is looked for.</summary>
    public async Task<IReadOnlyList<SeenAnswer>> SeenAsync(string address, Func<IReadOnlyList<SeenAnswer>, bool> enough, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var seen = await Peer.SeenAsync(address, ct);
            if (enough(seen))
            {
                return seen;
            }

            Assert.True(Stopwatch.GetElapsedTime(started) < Peer.Patience, $"The contact does not see it; {seen.Count} answers are shown.");
            await Task.Delay(100, ct);
        }
    }

    /// <summary>The address under which somebody who was heard is answered.</summary>
    public string AddressOf(ReceiveInboundMessage heard) => Open(heard.ContactPoints.First(point => point.System == Peer.AnswersTo).Value);

    /// <summary>Opens what was sealed.</summary>
    public string Open(Sealed value) => Worker.Get<IPersonalDataVault>().Open(value) ?? "";

    /// <summary>What was understood of an input, as text for a golden file: keys and times that differ from run to run are left out.</summary>
    /// <param name="message">What was understood.</param>
    /// <param name="editedAt">When its author made this of it. Null: it is new.</param>
    public string Picture(ReceiveInboundMessage message, DateTimeOffset? editedAt = null)
    {
        string? Clear(Sealed? value) => value is { } given ? Open(given) : null;
        var picture = new JsonObject
        {
            ["kind"] = JsonSerializer.SerializeToNode(message.Kind),
            ["channel"] = message.Channel,
            ["from"] = new JsonArray([.. message.ContactPoints.Select(point => JsonValue.Create($"{point.System}: {Clear(point.Value)}"))]),
            ["name"] = Clear(message.DisplayName),
            ["conversation"] = message.ExternalConversationId,
            ["references"] = new JsonArray([.. message.References.Select(id => JsonValue.Create(id))]),
            ["subject"] = Clear(message.Subject),
            ["text"] = Plain(Clear(message.Text)!),
            ["attachments"] = new JsonArray([.. message.Attachments.Select(file => JsonValue.Create($"{Clear(file.FileName)} {file.MediaType} {file.Size}"))]),
            ["form"] = message.Form is null ? null : new JsonObject(message.Form.Select((field, i) => KeyValuePair.Create($"{i} {Clear(field.SealedName)}", (JsonNode?)Clear(field.Value)))),
            ["consent"] = message.Consent is { } consent ? $"{consent.Given} {consent.TextVersion}".Trim() : null,
            ["automated"] = message.Automated,
            ["suspicions"] = new JsonArray([.. message.Suspicions.Select(word => JsonValue.Create(word))]),
            ["sentAt"] = Peer.TellsTime && message.SentAt != message.ReceivedAt ? message.SentAt.ToString("O") : null,
        };
        if (message.Folds is { } folds)
        {
            // Only where a channel has them: the pictures of all others stay as they are.
            picture["folded"] = new JsonArray([.. folds.Select(fold => JsonValue.Create($"{fold.Kind}: {Clear(message.Text)!.Substring(fold.Start, fold.Length).Split('\n')[0]}"))]);
        }

        if (message.ChoiceOf is { } asked)
        {
            picture["choiceOf"] = asked.ToString();
        }

        if (editedAt is { } at)
        {
            picture["editedAt"] = at.ToString("O");
        }

        return Peer.Scrub(Hash().Replace(picture.ToJsonString(Readable), "#")) + "\n";
    }

    /// <summary>A picture of a call that is over.</summary>
    public string Picture(CallChanged call) => Peer.Scrub(new JsonObject
    {
        ["channel"] = call.Channel,
        ["direction"] = JsonSerializer.SerializeToNode(call.Direction),
        ["outcome"] = JsonSerializer.SerializeToNode(call.Outcome),
        ["party"] = call.Party is { } party ? Open(party.Value) : null,
        ["line"] = call.Line,
        ["queue"] = call.Queue,
        ["agents"] = new JsonArray([.. call.Agents.Select(agent => JsonValue.Create(agent.Extension))]),
        ["waitSeconds"] = call.WaitSeconds,
        ["talkSeconds"] = call.TalkSeconds,
        ["startedAt"] = Peer.TellsTime ? call.StartedAt?.ToString("O") : null,
    }.ToJsonString(Readable)) + "\n";

    /// <summary>A picture of a message that was taken back.</summary>
    public static string Picture(RemoveInboundMessage removal) => new JsonObject { ["removed"] = removal.RemovedAt.ToString("O") }.ToJsonString(Readable) + "\n";

    /// <summary>A picture of a contact who shut the channel to us, or opened it.</summary>
    public static string Picture(ReportReachability report) => new JsonObject { ["reachable"] = report.Reachable, ["at"] = report.At.ToString("O") }.ToJsonString(Readable) + "\n";

    /// <summary>A picture of an input that nobody understood.</summary>
    public static string Picture(string quarantineReason) => new JsonObject { ["quarantined"] = quarantineReason }.ToJsonString(Readable) + "\n";

    /// <summary>Inputs stored, by id, with the reason of those in the quarantine.</summary>
    public async Task<IReadOnlyDictionary<Guid, string?>> InputsAsync(CancellationToken ct)
    {
        await using var session = Worker.Get<IDocumentStore>().QuerySession();
        var waiting = (await session.Query<QuarantinedInput>().ToListAsync(ct)).ToDictionary(input => input.Id, input => input.Reason);
        return (await session.Query<StoredInput>().Select(input => input.Id).ToListAsync(ct)).ToDictionary(id => id, waiting.GetValueOrDefault);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Database.Up();
        foreach (var worker in _workers)
        {
            await worker.DisposeAsync();
        }

        await Chat.DisposeAsync();
        await Peer.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>Channels end lines in their own way and put blank ones around texts.</summary>
    public static string Plain(string text) => text.ReplaceLineEndings("\n").Trim();

    private ReceiveInboundMessage? AsSaid(CallChanged call) => Peer.Recognise(call.Party is { } party ? Open(party.Value) : null) is { } text
        ? new ReceiveInboundMessage(
            ChannelKind.Phone, call.Channel, $"{call.CallId}", call.SubjectId, call.Party is { } point ? [point] : [], null, null, [], [], "", null, Worker.Get<IPersonalDataVault>().Seal(call.SubjectId, text),
            default, [], null, null, false, [], call.StartedAt ?? call.At, call.At, Guid.Empty)
        : null;

    private async Task<long> CountAsync(string document, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(_database);
        await connection.OpenAsync(ct);
        await using var exists = new NpgsqlCommand($"select to_regclass('{Manifest.Key}.mt_doc_{document}')::text", connection);
        if (await exists.ExecuteScalarAsync(ct) is not string)
        {
            return 0;
        }

        await using var command = new NpgsqlCommand($"select count(*) from {Manifest.Key}.mt_doc_{document}", connection);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    [GeneratedRegex("[0-9a-f]{32}")]
    private static partial Regex Hash();
}

/// <summary>A running process of the connector, but for the process.</summary>
public sealed class Worker(WebApplication app) : IAsyncDisposable
{
    private bool _stopped;

    /// <summary>Its address, for webhooks.</summary>
    public Uri Url => new(app.Urls.First());

    /// <summary>How its channels are doing.</summary>
    public IReadOnlyList<ChannelStatus> Health => Get<ChannelHealth>().All;

    /// <summary>A service of the connector.</summary>
    public T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>A service of the connector. Null: it brings none.</summary>
    public T? Find<T>()
        where T : class => app.Services.GetService<T>();

    internal Task StartAsync() => app.StartAsync();

    /// <summary>Asks it to stop.</summary>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> StopAsync()
    {
        var started = Stopwatch.GetTimestamp();
        _stopped = true;
        await app.StopAsync();
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Dies: it does not wait for anything it has begun.</summary>
    public async Task CrashAsync()
    {
        _stopped = true;
        await app.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (!_stopped)
        {
            await StopAsync();
        }

        await app.DisposeAsync();
    }
}
