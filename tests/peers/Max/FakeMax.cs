using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace MedCrm.Peers.Max;

/// <summary>What was sent to a person and arrived.</summary>
/// <param name="User">The person.</param>
/// <param name="Mid">The message.</param>
/// <param name="Text">Null: none.</param>
/// <param name="Attachments">As they were sent.</param>
/// <param name="File">Name and size of what was uploaded for it. Null: nothing.</param>
public sealed record Arrived(long User, string Mid, string? Text, JsonArray? Attachments, (string Name, long Size)? File);

/// <summary>A fault that meets the next call.</summary>
public enum Fault
{
    /// <summary>The line is cut before the call is carried out.</summary>
    CutBefore,

    /// <summary>The call is carried out, and the line cut before the answer.</summary>
    CutAfter,

    /// <summary>503 with MAX's own body.</summary>
    Unavailable,

    /// <summary>502 of a proxy in between, as HTML.</summary>
    BadGateway,
}

/// <summary>
/// The Bot API of MAX on loopback, strict: every call is compared with the published description (max-bot-api.json), and what differs is an
/// offence that the tests look for. Updates stay until a later marker confirms them.
/// </summary>
public sealed class FakeMax : IAsyncDisposable
{
    public const long BotId = 229229229;
    private static readonly JsonNode Api = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Max", "max-bot-api.json")))!;
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, BotState> _bots = new();
    private readonly ConcurrentQueue<(string Call, Fault Fault)> _faults = new();
    private readonly ConcurrentDictionary<string, byte[]> _files = new();
    private readonly ConcurrentDictionary<string, (string Kind, string? Name, long Size, int NotReady)> _uploads = new();
    private DateTimeOffset _busyUntil;
    private long _messages = 1000;

    private FakeMax(WebApplication app) => _app = app;

    /// <summary>Ways in which the connector broke the published rules.</summary>
    public ConcurrentQueue<string> Offences { get; } = new();

    public ConcurrentQueue<Arrived> Arrived { get; } = new();

    /// <summary>Who stopped the bot.</summary>
    public ConcurrentDictionary<long, bool> Stopped { get; } = new();

    /// <summary>Pressed buttons that nobody confirmed yet, with the message that bears them. Null: none.</summary>
    public ConcurrentDictionary<string, string?> Callbacks { get; } = new();

    /// <summary>Messages of ours as they were rewritten: their words and what is attached.</summary>
    public ConcurrentDictionary<string, (string? Text, JsonArray? Attachments)> Rewritten { get; } = new();

    /// <summary>How often a file that was just uploaded cannot be sent yet.</summary>
    public int NotReadyTimes { get; set; }

    public Uri Url => new(_app.Urls.First());

    /// <summary>Where its own links lead, if there is a line in between. Null: straight here.</summary>
    public Uri? Public { get; set; }

    public static async Task<FakeMax> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 100L * 1024 * 1024);
        var app = builder.Build();
        var fake = new FakeMax(app);
        app.MapGet("/kept/{id}", (string id) => fake._files.TryGetValue(id, out var bytes) ? Results.Bytes(bytes) : Results.NotFound());
        app.MapPost("/take/{token}", fake.TakeAsync);
        app.Map("/{**path}", fake.CallAsync);
        await app.StartAsync();
        return fake;
    }

    public BotState Bot(string token) => _bots.GetOrAdd(token, _ => new BotState());

    public IEnumerable<Arrived> To(long user) => Arrived.Where(sent => sent.User == user);

    /// <summary>The number of a dialog; it is not the person's.</summary>
    public static long DialogOf(long user) => user + 5_000_000_000;

    /// <summary>The proof that MAX adds to a contact shared by a button.</summary>
    public static string Sign(string token, string card) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(card)));

    /// <summary>A file at MAX.</summary>
    /// <returns>Its address.</returns>
    public string Keep(byte[] bytes)
    {
        var id = Guid.NewGuid().ToString("N");
        _files[id] = bytes;
        return new Uri(Public ?? Url, $"/kept/{id}").ToString();
    }

    /// <param name="call">As in the description: <c>GET /updates</c>.</param>
    /// <param name="fault">What goes wrong.</param>
    public void Fail(string call, Fault fault) => _faults.Enqueue((call, fault));

    /// <summary>From now on answers are refused with 429.</summary>
    public void Throttle(TimeSpan wait) => _busyUntil = TimeProvider.System.GetUtcNow() + wait;

    /// <summary>A message of a person to the bot in their dialog.</summary>
    public JsonObject Message(long user, JsonObject body, string name = "Анна Синтетова", DateTimeOffset? at = null)
    {
        var said = (JsonObject)body.DeepClone();
        said["mid"] ??= $"mid.{Interlocked.Increment(ref _messages):x16}";
        said["seq"] = 116327994376978687 + _messages;
        said["text"] ??= "";
        return new JsonObject
        {
            ["recipient"] = new JsonObject { ["chat_id"] = DialogOf(user), ["chat_type"] = "dialog", ["user_id"] = BotId },
            ["timestamp"] = (at ?? TimeProvider.System.GetUtcNow()).ToUnixTimeMilliseconds(),
            ["body"] = said,
            ["sender"] = User(user, name),
        };
    }

    public static JsonObject User(long id, string name = "Анна Синтетова") => new()
    {
        ["user_id"] = id,
        ["first_name"] = name.Split(' ')[0],
        ["last_name"] = name.Split(' ').ElementAtOrDefault(1) ?? "",
        ["is_bot"] = id == BotId,
        ["last_activity_time"] = 1775024330000,
        ["name"] = name,
    };

    public static JsonObject Update(string kind, params (string Name, JsonNode? Value)[] more)
    {
        var update = new JsonObject { ["update_type"] = kind, ["timestamp"] = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), ["user_locale"] = "ru" };
        foreach (var (name, value) in more)
        {
            update[name] = value;
        }

        return update;
    }

    /// <summary>Something happens in MAX.</summary>
    public void Happen(string token, JsonNode update)
    {
        Know(token, update);
        Bot(token).Add(update);
    }

    /// <summary>A person presses a button of a message of ours.</summary>
    /// <returns>The press's id.</returns>
    public string Press(string token, Arrived sent, string label)
    {
        var id = $"cb.{Guid.NewGuid():N}";
        var button = sent.Attachments![0]!["payload"]!["buttons"]!.AsArray().SelectMany(row => row!.AsArray()).Single(button => button!["text"]!.GetValue<string>() == label)!;
        var message = new JsonObject
        {
            ["recipient"] = new JsonObject { ["chat_id"] = DialogOf(sent.User), ["chat_type"] = "dialog", ["user_id"] = sent.User },
            ["timestamp"] = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
            ["sender"] = User(BotId, "Бот"),
            ["body"] = new JsonObject { ["mid"] = sent.Mid, ["seq"] = 116327994376978690, ["text"] = sent.Text, ["attachments"] = sent.Attachments.DeepClone() },
        };
        Happen(token, Update("message_callback", ("message", message), ("callback", new JsonObject
        {
            ["callback_id"] = id,
            ["payload"] = button["payload"]!.DeepClone(),
            ["timestamp"] = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
            ["user"] = User(sent.User),
        })));
        return id;
    }

    /// <summary>What an update tells MAX itself: who may be written to, and which buttons were pressed.</summary>
    public void Know(string token, JsonNode update)
    {
        if (update is not JsonObject)
        {
            return;
        }

        foreach (var person in new[] { update["message"]?["sender"], update["callback"]?["user"], update["user"] }.OfType<JsonObject>())
        {
            Bot(token).People[person["user_id"]!.GetValue<long>()] = true;
        }

        if (update["callback"]?["callback_id"]?.GetValue<string>() is { } pressed)
        {
            Callbacks[pressed] = update["message"]?["body"]?["mid"]?.GetValue<string>();
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task CallAsync(HttpContext http, string? path)
    {
        var call = $"{http.Request.Method} /{(path?.StartsWith("videos/", StringComparison.Ordinal) == true ? "videos/{token}" : path)}";
        if (Api["calls"]![call] is not JsonObject rules)
        {
            Offences.Enqueue($"{call} is no call that was described");
            await RefuseAsync(http, 404, "not.found", "Unknown method");
            return;
        }

        if (!_bots.TryGetValue(http.Request.Headers.Authorization.ToString(), out var bot))
        {
            await RefuseAsync(http, 401, "verify.token", "Invalid access_token");
            return;
        }

        using var reader = new StreamReader(http.Request.Body);
        var text = await reader.ReadToEndAsync();
        var body = text.Length == 0 ? null : JsonNode.Parse(text) as JsonObject;
        foreach (var offence in Offend(call, rules, http.Request.Query, body))
        {
            Offences.Enqueue(offence);
        }

        Task Go() => AnswerAsync(http, bot, call, path!, body);
        await (TakeFault(call) is { } fault ? FailAsync(http, fault, Go) : Go());
    }

    private Task AnswerAsync(HttpContext http, BotState bot, string call, string path, JsonObject? body) => call switch
    {
        "GET /me" => WriteAsync(http, 200, User(BotId, "Бот")),
        "GET /updates" => UpdatesAsync(http, bot),
        "GET /subscriptions" => WriteAsync(http, 200, new JsonObject { ["subscriptions"] = new JsonArray([.. bot.Subscriptions.Keys.Select(url => new JsonObject { ["url"] = url, ["time"] = 1775024330000 })]) }),
        "POST /subscriptions" => DoneAsync(http, () => bot.Subscriptions[body!["url"]!.GetValue<string>()] = body["secret"]?.GetValue<string>()),
        "DELETE /subscriptions" => DoneAsync(http, () => bot.Subscriptions.TryRemove(http.Request.Query["url"].ToString(), out _)),
        "POST /uploads" => PlaceAsync(http),
        "GET /messages" => WriteAsync(http, 200, new JsonObject { ["messages"] = new JsonArray([.. bot.SaidIn(long.Parse(http.Request.Query["chat_id"].ToString(), CultureInfo.InvariantCulture)).Take(int.Parse(http.Request.Query["count"].ToString() is { Length: > 0 } count ? count : "50", CultureInfo.InvariantCulture)).Select(said => said.DeepClone())]) }),
        "POST /messages" => SendAsync(http, bot, body!),
        "POST /answers" => Callbacks.TryRemove(http.Request.Query["callback_id"].ToString(), out var pressed) ? DoneAsync(http, () => Rewrite(pressed, body?["message"] as JsonObject)) : RefuseAsync(http, 404, "not.found", "Unknown callback"),
        _ => WriteAsync(http, 200, new JsonObject { ["token"] = path[7..], ["width"] = 640, ["height"] = 480, ["duration"] = 3, ["urls"] = bot.Videos.TryGetValue(path[7..], out var url) ? new JsonObject { ["mp4_480"] = url } : null }),
    };

    private static async Task UpdatesAsync(HttpContext http, BotState bot)
    {
        if (!bot.Subscriptions.IsEmpty)
        {
            await RefuseAsync(http, 405, "method.not.allowed", "Webhook is set");
            return;
        }

        var query = http.Request.Query;
        var kinds = query["types"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries);
        bot.Confirm(query["marker"].ToString() is { Length: > 0 } marker ? long.Parse(marker, CultureInfo.InvariantCulture) : null);
        var started = TimeProvider.System.GetTimestamp();
        var patience = TimeSpan.FromSeconds(int.Parse(query["timeout"].ToString() is { Length: > 0 } timeout ? timeout : "30", CultureInfo.InvariantCulture));
        while (true)
        {
            var (updates, next) = bot.Take(int.Parse(query["limit"].ToString() is { Length: > 0 } limit ? limit : "100", CultureInfo.InvariantCulture), kinds);
            if (updates.Count > 0 || TimeProvider.System.GetElapsedTime(started) >= patience)
            {
                await WriteAsync(http, 200, new JsonObject { ["updates"] = new JsonArray([.. updates.Select(update => update.DeepClone())]), ["marker"] = next });
                return;
            }

            await Task.Delay(20, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (http.RequestAborted.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task SendAsync(HttpContext http, BotState bot, JsonObject body)
    {
        var user = long.Parse(http.Request.Query["user_id"].ToString(), CultureInfo.InvariantCulture);
        var text = body["text"]?.GetValue<string>();
        var attachments = body["attachments"] as JsonArray;
        var uploaded = attachments?.OfType<JsonObject>().Select(attachment => attachment["payload"]?["token"]?.GetValue<string>()).OfType<string>().ToList() ?? [];
        if (_busyUntil > TimeProvider.System.GetUtcNow())
        {
            await RefuseAsync(http, 429, "too.many.requests", "Too many requests");
            return;
        }

        if (Stopped.ContainsKey(user))
        {
            await RefuseAsync(http, 403, "chat.denied", "error.dialog.suspended");
            return;
        }

        if (!bot.People.ContainsKey(user))
        {
            await RefuseAsync(http, 404, "dialog.not.found", "error.dialog.notfound");
            return;
        }

        if (string.IsNullOrEmpty(text) && attachments is not { Count: > 0 } || text?.Length > 4000 || uploaded.Any(token => !_uploads.ContainsKey(token)))
        {
            await RefuseAsync(http, 400, "proto.payload", "Invalid message");
            return;
        }

        foreach (var token in uploaded)
        {
            if (_uploads[token] is { NotReady: > 0 } waiting)
            {
                _uploads[token] = waiting with { NotReady = waiting.NotReady - 1 };
                await RefuseAsync(http, 400, "attachment.not.ready", "");
                return;
            }
        }

        var mid = $"mid.{Interlocked.Increment(ref _messages):x16}";
        var file = uploaded.Select(token => ((string, long)?)(_uploads[token].Name ?? "", _uploads[token].Size)).FirstOrDefault();
        Arrived.Enqueue(new Arrived(user, mid, text, (JsonArray?)attachments?.DeepClone(), file));
        var message = new JsonObject
        {
            ["recipient"] = new JsonObject { ["chat_id"] = DialogOf(user), ["chat_type"] = "dialog", ["user_id"] = user },
            ["timestamp"] = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
            ["sender"] = User(BotId, "Бот"),
            ["body"] = new JsonObject
            {
                ["mid"] = mid,
                ["seq"] = 116327994376978687 + _messages,
                ["text"] = text,
                ["attachments"] = new JsonArray([.. (attachments ?? []).OfType<JsonObject>().Select(attachment => new JsonObject { ["type"] = attachment["type"]!.DeepClone(), ["filename"] = file?.Item1 })]),
            },
        };
        bot.Say(DialogOf(user), message);
        await WriteAsync(http, 200, new JsonObject { ["message"] = message.DeepClone() });
    }

    /// <summary>An answer to a press may bring the message anew: no attachments leave what there is, an empty list takes all away.</summary>
    private void Rewrite(string? mid, JsonObject? message)
    {
        if (mid is not null && message is not null)
        {
            Rewritten[mid] = (message["text"]?.GetValue<string>(), message["attachments"]?.DeepClone() as JsonArray);
        }
    }

    private Task PlaceAsync(HttpContext http)
    {
        var token = Guid.NewGuid().ToString("N");
        var kind = http.Request.Query["type"].ToString();
        _uploads[token] = (kind, null, -1, 0);
        var place = new JsonObject { ["url"] = new Uri(Public ?? Url, $"/take/{token}").ToString() };
        if (kind is "video" or "audio")
        {
            place["token"] = token;
        }

        return WriteAsync(http, 200, place);
    }

    private async Task TakeAsync(HttpContext http, string token)
    {
        var form = await http.Request.ReadFormAsync(new FormOptions { MultipartBodyLengthLimit = 100L * 1024 * 1024 });
        if (http.Request.ContentLength is null || form.Files.GetFile("data") is not { } file || !_uploads.TryGetValue(token, out var upload))
        {
            Offences.Enqueue("an upload needs its length and one file called 'data'");
            http.Response.StatusCode = 400;
            return;
        }

        _uploads[token] = upload with { Name = file.FileName, Size = file.Length, NotReady = upload.Kind == "image" ? 0 : NotReadyTimes };
        if (upload.Kind is "video" or "audio")
        {
            http.Response.ContentType = "application/xml";
            await http.Response.WriteAsync("<?xml version=\"1.0\" encoding=\"UTF-8\"?><retval>1</retval>");
            return;
        }

        await WriteAsync(http, 200, upload.Kind == "image"
            ? new JsonObject { ["photos"] = new JsonObject { ["0"] = new JsonObject { ["token"] = token } } }
            : new JsonObject { ["token"] = token });
    }

    private static async Task FailAsync(HttpContext http, Fault fault, Func<Task> go)
    {
        switch (fault)
        {
            case Fault.CutBefore:
                http.Abort();
                break;
            case Fault.CutAfter:
                http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(new MemoryStream()));
                await go();
                http.Abort();
                break;
            case Fault.Unavailable:
                await RefuseAsync(http, 503, "service.unavailable", "Service unavailable");
                break;
            default:
                http.Response.StatusCode = 502;
                http.Response.ContentType = "text/html";
                await http.Response.WriteAsync("<html><body>502 Bad Gateway</body></html>");
                break;
        }
    }

    private Fault? TakeFault(string call)
    {
        lock (_faults)
        {
            // Faults of other calls keep their place.
            Fault? found = null;
            for (var count = _faults.Count; count > 0 && _faults.TryDequeue(out var fault); count--)
            {
                if (found is null && fault.Call == call)
                {
                    found = fault.Fault;
                }
                else
                {
                    _faults.Enqueue(fault);
                }
            }

            return found;
        }
    }

    private static Task DoneAsync(HttpContext http, Action done)
    {
        done();
        return WriteAsync(http, 200, new JsonObject { ["success"] = true });
    }

    private static Task RefuseAsync(HttpContext http, int status, string code, string message) => WriteAsync(http, status, new JsonObject { ["code"] = code, ["message"] = message });

    private static Task WriteAsync(HttpContext http, int status, JsonNode body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json; charset=utf-8";
        return http.Response.WriteAsync(body.ToJsonString(), Encoding.UTF8);
    }

    /// <summary>How a call differs from its description.</summary>
    private static IEnumerable<string> Offend(string call, JsonObject rules, IQueryCollection query, JsonObject? body)
    {
        var given = new JsonObject(query.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value.ToString()))));
        foreach (var offence in Fields(rules["query"] as JsonObject ?? [], given).Concat(body is null && rules["body"] is null ? [] : Fields(rules["body"] as JsonObject ?? [], body ?? [])))
        {
            yield return $"{call}: {offence}";
        }

        if (call == "POST /messages" && !(query.ContainsKey("user_id") ^ query.ContainsKey("chat_id")))
        {
            yield return $"{call}: either user_id or chat_id";
        }

        if (call == "POST /answers" && body?["message"] is null && body?["notification"] is null)
        {
            yield return $"{call}: a message or a notification";
        }
    }

    private static IEnumerable<string> Fields(JsonObject rules, JsonObject given)
    {
        foreach (var (name, _) in rules.Where(rule => rule.Key.EndsWith('!') && !given.ContainsKey(rule.Key[..^1])))
        {
            yield return $"{name[..^1]} is required";
        }

        foreach (var (name, value) in given)
        {
            if ((rules[name] ?? rules[name + "!"])?.GetValue<string>() is not { } rule)
            {
                yield return $"{name} is not described";
            }
            else if (value is not null && Wrong(rule, value) is { } how)
            {
                yield return $"{name} {how}";
            }
        }
    }

    private static string? Wrong(string rule, JsonNode value)
    {
        var text = value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
        var range = rule.Split(' ') is [_, var words] ? words.Split("..").Select(word => long.Parse(word, CultureInfo.InvariantCulture)).ToArray() : [long.MinValue, long.MaxValue];
        return rule.Split(' ')[0] switch
        {
            "int" => long.TryParse(text, CultureInfo.InvariantCulture, out var number) && number >= range[0] && number <= range[1] ? null : "is no number in its range",
            "text" => text is not null && text.Length >= range[0] && text.Length <= range[1] ? null : "is no text of its length",
            "url" => Uri.TryCreate(text, UriKind.Absolute, out _) ? null : "is no address",
            "secret" => text is { Length: >= 5 and <= 256 } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? null : "is no secret",
            "uploadType" => Api["uploadTypes"]!.AsArray().Any(kind => kind!.GetValue<string>() == text) ? null : "is no kind of file",
            "kinds" => (text?.Split(',') ?? (value as JsonArray)?.Select(kind => kind!.GetValue<string>()) ?? ["?"]).All(kind => Api["kinds"]!.AsArray().Any(known => known!.GetValue<string>() == kind)) ? null : "names an unknown kind of update",
            "newMessage" => value is JsonObject message ? Fields((JsonObject)Api["calls"]!["POST /messages"]!["body"]!, message).FirstOrDefault() : "is no message",
            "attachments" => value is JsonArray all ? all.Select(attachment => WrongAttachment(attachment, all.Count)).FirstOrDefault(wrong => wrong is not null) : "is no list",
            _ => null,
        };
    }

    private static string? WrongAttachment(JsonNode? attachment, int count)
    {
        var kind = attachment?["type"]?.GetValue<string>() ?? "?";
        if (Api["attachments"]![kind] is not JsonArray known || attachment!["payload"] is not JsonObject payload)
        {
            return $"has an attachment '{kind}' that is not described";
        }

        if (count > 1 && Api["alone"]!.AsArray().Any(alone => alone!.GetValue<string>() == kind))
        {
            return $"has {kind}, which must stand alone";
        }

        if (payload.Select(field => field.Key).Except(known.Select(field => field!.GetValue<string>())).FirstOrDefault() is { } strange)
        {
            return $"has {kind} with {strange}, which is not described";
        }

        var buttons = (payload["buttons"] as JsonArray)?.SelectMany(row => row!.AsArray()).ToList();
        return kind == "inline_keyboard" && (buttons is not { Count: > 0 and <= 210 } || buttons.Any(IsWrongButton)) ? "has a wrong button" : null;
    }

    private static bool IsWrongButton(JsonNode? button) =>
        button is not JsonObject given || given["text"]?.GetValue<string>() is not { Length: > 0 and <= 128 } || Api["buttons"]![given["type"]?.GetValue<string>() ?? "?"] is not JsonArray fields
        || fields.Any(field => field!.GetValue<string>() is var name && name.EndsWith('!') && given[name[..^1]] is null)
        || given.Any(field => field.Key is not ("type" or "text") && fields.All(known => known!.GetValue<string>().TrimEnd('!') != field.Key));

    /// <summary>One bot at MAX.</summary>
    public sealed class BotState
    {
        private readonly Lock _gate = new();
        private readonly List<(long Place, JsonNode Update)> _updates = [];
        private readonly List<(long Dialog, JsonObject Message)> _said = [];
        private long _next = 25_493_970;
        private long _confirmed;

        /// <summary>Addresses and their secrets.</summary>
        public ConcurrentDictionary<string, string?> Subscriptions { get; } = new();

        /// <summary>Who has started the bot; nobody else may be written to.</summary>
        public ConcurrentDictionary<long, bool> People { get; } = new();

        /// <summary>Addresses of videos by their tokens.</summary>
        public ConcurrentDictionary<string, string> Videos { get; } = new();

        public int Pending
        {
            get
            {
                lock (_gate)
                {
                    return _updates.Count(update => update.Place >= _confirmed);
                }
            }
        }

        public void Add(JsonNode update)
        {
            lock (_gate)
            {
                _updates.Add((_next++, update));
            }
        }

        /// <summary>Forgets what lies before the marker. Null: asks from the last confirmation on.</summary>
        public void Confirm(long? marker)
        {
            lock (_gate)
            {
                _confirmed = Math.Max(_confirmed, marker ?? 0);
                _updates.RemoveAll(update => update.Place < _confirmed);
            }
        }

        public (IReadOnlyList<JsonNode> Updates, long Next) Take(int limit, string[] kinds)
        {
            lock (_gate)
            {
                var page = _updates.Take(limit).ToList();
                return ([.. page.Select(update => update.Update).Where(update => kinds.Length == 0 || update is not JsonObject || update["update_type"] is null || kinds.Contains(update["update_type"]!.ToString()))], page.Count > 0 ? page[^1].Place + 1 : _next);
            }
        }

        public void Say(long dialog, JsonObject message)
        {
            lock (_gate)
            {
                _said.Add((dialog, message));
            }
        }

        /// <summary>The newest first.</summary>
        public IReadOnlyList<JsonObject> SaidIn(long dialog)
        {
            lock (_gate)
            {
                return [.. _said.Where(said => said.Dialog == dialog).Select(said => said.Message).Reverse()];
            }
        }
    }
}
