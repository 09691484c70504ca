using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace MedCrm.Peers.Telegram;

/// <summary>What was sent to a chat and arrived.</summary>
public sealed record Arrived(long Chat, string Method, string? Text, string? FileName, long FileSize, JsonNode? ReplyMarkup, int MessageId);

/// <summary>A fault that meets the next call of a method.</summary>
public enum Fault
{
    /// <summary>The line is cut before the call is carried out.</summary>
    CutBefore,

    /// <summary>The call is carried out, and the line cut before the answer.</summary>
    CutAfter,

    /// <summary>500 with Telegram's own body.</summary>
    InternalError,

    /// <summary>502 from a proxy in between, as HTML.</summary>
    BadGateway,
}

/// <summary>
/// The Bot API on loopback, strict: every call is compared with the published descriptions (bot-api.json), and what differs is an offence
/// that the tests look for. Updates stay until they are confirmed by a greater offset, as with Telegram.
/// </summary>
public sealed class FakeTelegram : IAsyncDisposable
{
    public const long GetFileLimit = 20 * 1024 * 1024;
    private static readonly JsonNode Api = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Telegram", "bot-api.json")))!;
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, BotState> _bots = new();
    private readonly ConcurrentQueue<(string Method, long? Chat, Func<HttpContext, Func<Task>, Task> Act)> _faults = new();
    private readonly ConcurrentDictionary<string, (byte[]? Bytes, long Size)> _files = new();
    private int _messages = 1000;
    private int _updates = 500_000;

    private FakeTelegram(WebApplication app) => _app = app;

    /// <summary>Ways in which the connector broke the published rules.</summary>
    public ConcurrentQueue<string> Offences { get; } = new();

    public ConcurrentQueue<(string Method, JsonObject Parameters)> Calls { get; } = new();

    public ConcurrentQueue<Arrived> Arrived { get; } = new();

    public ConcurrentDictionary<long, bool> Blocked { get; } = new();

    /// <summary>Messages of ours that have buttons now.</summary>
    public ConcurrentDictionary<(long Chat, int Message), JsonNode> Buttons { get; } = new();

    public string Url => _app.Urls.First().TrimEnd('/');

    /// <param name="url">Where to listen.</param>
    /// <param name="map">Further endpoints, for whoever steers it from outside. Null: none.</param>
    public static async Task<FakeTelegram> StartAsync(string url = "http://127.0.0.1:0", Action<WebApplication, FakeTelegram>? map = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url).ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 50L * 1024 * 1024 + 64 * 1024);
        var app = builder.Build();
        var fake = new FakeTelegram(app);
        app.Map("/bot{token}/{method}", fake.CallAsync);
        app.MapGet("/file/bot{token}/{**path}", fake.DownloadAsync);
        map?.Invoke(app, fake);
        await app.StartAsync();
        return fake;
    }

    public BotState Bot(string token) => _bots.GetOrAdd(token, _ => new BotState());

    public IEnumerable<Arrived> To(long chat) => Arrived.Where(sent => sent.Chat == chat);

    /// <summary>A file at Telegram.</summary>
    /// <param name="bytes">Null: only its size is known, as of what is too large to be had.</param>
    public string Keep(byte[]? bytes, long? size = null)
    {
        var id = $"BQAC{Guid.NewGuid():N}";
        _files[id] = (bytes, size ?? bytes!.Length);
        return id;
    }

    public void Fail(string method, Fault fault, long? chat = null) => _faults.Enqueue((method, chat, (http, go) => FailAsync(fault, http, go)));

    public void Limit(string method, int retryAfter, long? chat = null) => _faults.Enqueue((method, chat, (http, _) =>
        RefuseAsync(http, 429, $"Too Many Requests: retry after {retryAfter}", new JsonObject { ["retry_after"] = retryAfter })));

    /// <summary>Something happens in Telegram.</summary>
    /// <returns>The update, numbered.</returns>
    public JsonObject Happen(string token, string kind, JsonObject what)
    {
        var update = new JsonObject { ["update_id"] = Interlocked.Increment(ref _updates), [kind] = what };
        Bot(token).Add(update);
        return update;
    }

    public int NextMessageId() => Interlocked.Increment(ref _messages);

    /// <summary>A message of a person to the bot in their private chat.</summary>
    public JsonObject Message(long user, JsonObject content, string name = "Анна", DateTimeOffset? at = null)
    {
        var message = new JsonObject
        {
            ["message_id"] = NextMessageId(),
            ["from"] = new JsonObject { ["id"] = user, ["is_bot"] = false, ["first_name"] = name, ["language_code"] = "ru" },
            ["chat"] = new JsonObject { ["id"] = user, ["type"] = "private", ["first_name"] = name },
            ["date"] = (at ?? TimeProvider.System.GetUtcNow()).ToUnixTimeSeconds(),
        };
        foreach (var (key, value) in content)
        {
            message[key] = value?.DeepClone();
        }

        return message;
    }

    /// <summary>A person presses a button of a message of ours.</summary>
    /// <param name="isOld">Telegram does not show the message to bots any more.</param>
    /// <returns>The press's id.</returns>
    public string Press(string token, Arrived sent, string label, bool isOld = false)
    {
        var id = Guid.NewGuid().ToString("N");
        var button = sent.ReplyMarkup!["inline_keyboard"]!.AsArray().SelectMany(row => row!.AsArray()).Single(button => button!["text"]!.GetValue<string>() == label)!;
        var message = new JsonObject { ["message_id"] = sent.MessageId, ["chat"] = new JsonObject { ["id"] = sent.Chat, ["type"] = "private", ["first_name"] = "Анна" }, ["date"] = 0 };
        if (!isOld)
        {
            message["date"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
            message["from"] = new JsonObject { ["id"] = 1, ["is_bot"] = true, ["first_name"] = "Клиника" };
            message["text"] = sent.Text;
            message["reply_markup"] = sent.ReplyMarkup.DeepClone();
        }

        Happen(token, "callback_query", new JsonObject
        {
            ["id"] = id,
            ["from"] = new JsonObject { ["id"] = sent.Chat, ["is_bot"] = false, ["first_name"] = "Анна" },
            ["chat_instance"] = "1",
            ["data"] = button["callback_data"]!.DeepClone(),
            ["message"] = message,
        });
        return id;
    }

    /// <summary>Posts an update to the bot's webhook, as Telegram does.</summary>
    public async Task<int> PostAsync(string token, Uri to, JsonObject update, string? secret = null)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, to) { Content = JsonContent.Create<JsonNode>(update) };
        request.Headers.Add("X-Telegram-Bot-Api-Secret-Token", secret ?? Bot(token).WebhookSecret ?? "");
        using var answer = await client.SendAsync(request);
        return (int)answer.StatusCode;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task FailAsync(Fault fault, HttpContext http, Func<Task> go)
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
            case Fault.InternalError:
                await RefuseAsync(http, 500, "Internal Server Error");
                break;
            default:
                http.Response.StatusCode = 502;
                http.Response.ContentType = "text/html";
                await http.Response.WriteAsync("<html><body>502 Bad Gateway</body></html>");
                break;
        }
    }

    private async Task CallAsync(HttpContext http, string token, string method)
    {
        if (Api["methods"]![method] is not JsonObject rules)
        {
            Offences.Enqueue($"{method} is no method that was described");
            await RefuseAsync(http, 404, "Not Found");
            return;
        }

        JsonObject parameters;
        try
        {
            parameters = await ReadAsync(http.Request);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == 413)
        {
            await RefuseAsync(http, 413, "Request Entity Too Large");
            return;
        }

        var chat = parameters["chat_id"]?.GetValue<long>();
        foreach (var offence in Offend(method, rules, parameters))
        {
            Offences.Enqueue(offence);
        }

        Calls.Enqueue((method, parameters));
        if (!_bots.TryGetValue(token, out var bot))
        {
            await RefuseAsync(http, 401, "Unauthorized");
            return;
        }

        Task Go() => AnswerAsync(http, bot, method, parameters, chat);
        if (TakeFault(method, chat) is { } fault)
        {
            await fault(http, Go);
            return;
        }

        await Go();
    }

    private Func<HttpContext, Func<Task>, Task>? TakeFault(string method, long? chat)
    {
        lock (_faults)
        {
            // Faults of other methods and chats keep their place.
            Func<HttpContext, Func<Task>, Task>? found = null;
            for (var count = _faults.Count; count > 0 && _faults.TryDequeue(out var fault); count--)
            {
                if (found is null && fault.Method == method && (fault.Chat is null || fault.Chat == chat))
                {
                    found = fault.Act;
                }
                else
                {
                    _faults.Enqueue(fault);
                }
            }

            return found;
        }
    }

    private async Task AnswerAsync(HttpContext http, BotState bot, string method, JsonObject parameters, long? chat)
    {
        switch (method)
        {
            case "getMe":
                await ResultAsync(http, new JsonObject { ["id"] = 1, ["is_bot"] = true, ["first_name"] = "Клиника", ["username"] = "clinic_test_bot" });
                return;
            case "deleteWebhook":
                (bot.WebhookUrl, bot.WebhookSecret) = (null, null);
                await ResultAsync(http, true);
                return;
            case "setWebhook":
                (bot.WebhookUrl, bot.WebhookSecret) = (parameters["url"]!.GetValue<string>(), parameters["secret_token"]?.GetValue<string>());
                await ResultAsync(http, true);
                return;
            case "getWebhookInfo":
                await ResultAsync(http, new JsonObject { ["url"] = bot.WebhookUrl ?? "", ["has_custom_certificate"] = false, ["pending_update_count"] = bot.Pending });
                return;
            case "getUpdates":
                await UpdatesAsync(http, bot, parameters);
                return;
            case "getFile":
                await FileAsync(http, parameters["file_id"]?.GetValue<string>() ?? "");
                return;
            case "answerCallbackQuery":
                await (bot.Callbacks.TryRemove(parameters["callback_query_id"]?.GetValue<string>() ?? "", out _)
                    ? ResultAsync(http, true)
                    : RefuseAsync(http, 400, "Bad Request: query is too old and response timeout expired or query ID is invalid"));
                return;
            case "editMessageReplyMarkup":
                await (parameters["reply_markup"] is not null || Buttons.TryRemove((chat!.Value, parameters["message_id"]!.GetValue<int>()), out _)
                    ? ResultAsync(http, Sent(chat!.Value, parameters["message_id"]!.GetValue<int>(), "…"))
                    : RefuseAsync(http, 400, "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"));
                return;
            default:
                await SendAsync(http, bot, method, parameters, chat!.Value);
                return;
        }
    }

    private async Task SendAsync(HttpContext http, BotState bot, string method, JsonObject parameters, long chat)
    {
        var text = (parameters["text"] ?? parameters["caption"])?.GetValue<string>().Trim();
        var file = parameters[method == "sendPhoto" ? "photo" : "document"] as JsonObject;
        var refusal = !bot.Chats.ContainsKey(chat) ? (400, "Bad Request: chat not found")
            : Blocked.GetValueOrDefault(chat) ? (403, "Forbidden: bot was blocked by the user")
            : method == "sendMessage" && string.IsNullOrEmpty(text) ? (400, "Bad Request: message text is empty")
            : method == "sendMessage" && text!.Length > 4096 ? (400, "Bad Request: message is too long")
            : default;
        if (refusal.Item2 is { } words)
        {
            await RefuseAsync(http, refusal.Item1, words);
            return;
        }

        var id = NextMessageId();
        Arrived.Enqueue(new Arrived(chat, method, text, file?["name"]?.GetValue<string>(), file?["size"]?.GetValue<long>() ?? 0, parameters["reply_markup"]?.DeepClone(), id));
        if (parameters["reply_markup"] is JsonObject markup && markup.ContainsKey("inline_keyboard"))
        {
            Buttons[(chat, id)] = markup.DeepClone();
        }

        await ResultAsync(http, Sent(chat, id, text));
    }

    private static JsonObject Sent(long chat, int id, string? text)
    {
        var message = new JsonObject
        {
            ["message_id"] = id,
            ["from"] = new JsonObject { ["id"] = 1, ["is_bot"] = true, ["first_name"] = "Клиника" },
            ["chat"] = new JsonObject { ["id"] = chat, ["type"] = "private" },
            ["date"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
        };
        if (text is not null)
        {
            message["text"] = text;
        }

        return message;
    }

    private static async Task UpdatesAsync(HttpContext http, BotState bot, JsonObject parameters)
    {
        if (bot.WebhookUrl is not null)
        {
            await RefuseAsync(http, 409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first");
            return;
        }

        var poll = bot.BeginPoll(parameters["offset"]?.GetValue<int>());
        var until = TimeProvider.System.GetTimestamp();
        var patience = TimeSpan.FromSeconds(parameters["timeout"]?.GetValue<int>() ?? 0);
        while (true)
        {
            var (updates, news) = bot.Take(parameters["limit"]?.GetValue<int>() ?? 100);
            if (updates.Count > 0 || TimeProvider.System.GetElapsedTime(until) >= patience)
            {
                await ResultAsync(http, new JsonArray([.. updates.Select(update => update.DeepClone())]));
                return;
            }

            if (poll.IsCompleted)
            {
                await RefuseAsync(http, 409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running");
                return;
            }

            var left = patience - TimeProvider.System.GetElapsedTime(until);
            await Task.WhenAny(news, Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, http.RequestAborted), poll);
            if (http.RequestAborted.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private Task FileAsync(HttpContext http, string id) =>
        !_files.TryGetValue(id, out var file) ? RefuseAsync(http, 400, "Bad Request: invalid file_id")
        : file.Size > GetFileLimit ? RefuseAsync(http, 400, "Bad Request: file is too big")
        : ResultAsync(http, new JsonObject { ["file_id"] = id, ["file_unique_id"] = id[^8..], ["file_size"] = file.Size, ["file_path"] = $"files/{id}" });

    private async Task DownloadAsync(HttpContext http, string token, string path)
    {
        if (TakeFault("download", null) is { } fault)
        {
            await fault(http, () => Task.CompletedTask);
            return;
        }

        if (!_bots.ContainsKey(token) || !_files.TryGetValue(path.Split('/')[^1], out var file) || file.Bytes is null)
        {
            http.Response.StatusCode = 404;
            return;
        }

        await http.Response.Body.WriteAsync(file.Bytes);
    }

    private static Task ResultAsync(HttpContext http, JsonNode? result) => WriteAsync(http, 200, new JsonObject { ["ok"] = true, ["result"] = result });

    private static Task RefuseAsync(HttpContext http, int code, string description, JsonObject? parameters = null)
    {
        var body = new JsonObject { ["ok"] = false, ["error_code"] = code, ["description"] = description };
        if (parameters is not null)
        {
            body["parameters"] = parameters.DeepClone();
        }

        return WriteAsync(http, code, body);
    }

    private static Task WriteAsync(HttpContext http, int status, JsonObject body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(body.ToJsonString(), Encoding.UTF8);
    }

    private static async Task<JsonObject> ReadAsync(HttpRequest request)
    {
        if (request.HasFormContentType)
        {
            var form = await request.ReadFormAsync(new FormOptions { MultipartBodyLengthLimit = long.MaxValue });
            var parameters = new JsonObject();
            foreach (var (key, value) in form)
            {
                var text = value.ToString();
                parameters[key] = text.StartsWith("attach://", StringComparison.Ordinal) && form.Files[text[9..]] is { } attached
                    ? FileNode(attached)
                    : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
                    : bool.TryParse(text, out var flag) ? flag : text;
            }

            foreach (var file in form.Files.Where(file => !form.Any(pair => pair.Value == $"attach://{file.Name}")))
            {
                parameters[file.Name] = FileNode(file);
            }

            return parameters;
        }

        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync();
        return body.Length == 0 ? [] : JsonNode.Parse(body)!.AsObject();
    }

    private static JsonObject FileNode(IFormFile file) => new() { ["name"] = file.FileName, ["size"] = file.Length };

    /// <summary>How a call differs from its description.</summary>
    public static IEnumerable<string> Offend(string method, JsonObject rules, JsonObject parameters)
    {
        foreach (var missing in rules.Where(rule => rule.Value!["required"]?.GetValue<bool>() == true && parameters[rule.Key] is null))
        {
            yield return $"{method}: {missing.Key} is required";
        }

        foreach (var (name, value) in parameters)
        {
            if (rules[name] is not { } rule)
            {
                yield return $"{method}: {name} is no parameter that was described";
            }
            else if (value is not null && Wrong(rule, value) is { } how)
            {
                yield return $"{method}: {name} {how}";
            }
        }
    }

    private static string? Wrong(JsonNode rule, JsonNode value)
    {
        double? Number(string name) => rule[name]?.GetValue<double>();
        var kind = value.GetValueKind();
        return rule["type"]!.GetValue<string>() switch
        {
            "Integer" when kind != JsonValueKind.Number => "is no integer",
            "Integer" when value.GetValue<long>() < (Number("min") ?? long.MinValue) || value.GetValue<long>() > (Number("max") ?? long.MaxValue) => "is out of range",
            "Boolean" when kind is not (JsonValueKind.True or JsonValueKind.False) => "is no boolean",
            "String" when kind != JsonValueKind.String => "is no string",
            "String" when value.GetValue<string>().Length > (Number("maxLength") ?? int.MaxValue) => "is too long",
            "String" when rule["pattern"] is { } pattern && !Regex.IsMatch(value.GetValue<string>(), pattern.GetValue<string>()) => "has a wrong form",
            "Array of String" when value is not JsonArray list || list.Any(item => item!.GetValueKind() != JsonValueKind.String || !Api["types"]!["Update"]!.AsArray().Any(known => known!.GetValue<string>() == item.GetValue<string>())) => "is no list of kinds of updates",
            "InputFile" when value is not JsonObject => "is no uploaded file",
            "InputFile" when value["size"]!.GetValue<long>() > (Number("maxBytes") ?? long.MaxValue) => "is too large a file",
            "InlineKeyboardMarkup or ReplyKeyboardMarkup" when value["inline_keyboard"] is JsonArray rows => Fields("InlineKeyboardMarkup", value)
                ?? rows.SelectMany(row => row!.AsArray()).Select(button => Fields("InlineKeyboardButton", button!) ?? (Encoding.UTF8.GetByteCount(button!["callback_data"]!.GetValue<string>()) is >= 1 and <= 64 ? null : "has callback_data that is no 1 to 64 bytes")).FirstOrDefault(wrong => wrong is not null),
            "InlineKeyboardMarkup or ReplyKeyboardMarkup" => Fields("ReplyKeyboardMarkup", value)
                ?? value["keyboard"]!.AsArray().SelectMany(row => row!.AsArray()).Select(button => Fields("KeyboardButton", button!)).FirstOrDefault(wrong => wrong is not null),
            _ => null,
        };
    }

    private static string? Fields(string type, JsonNode value)
    {
        if (value is not JsonObject given)
        {
            return $"is no {type}";
        }

        var required = Api["types"]![type]!["required"]!.AsArray().Select(field => field!.GetValue<string>()).ToList();
        var known = required.Concat(Api["types"]![type]!["optional"]!.AsArray().Select(field => field!.GetValue<string>())).ToList();
        return required.FirstOrDefault(field => given[field] is null) is { } missing ? $"lacks {missing}"
            : given.Select(pair => pair.Key).Except(known).FirstOrDefault() is { } strange ? $"has {strange}, which is not described"
            : null;
    }

    /// <summary>One bot at Telegram.</summary>
    public sealed class BotState
    {
        private readonly Lock _gate = new();
        private readonly List<JsonObject> _updates = [];
        private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TaskCompletionSource _poll = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string? WebhookUrl { get; set; }

        public string? WebhookSecret { get; set; }

        /// <summary>Who has written to the bot; nobody else may be written to.</summary>
        public ConcurrentDictionary<long, bool> Chats { get; } = new();

        public ConcurrentDictionary<string, bool> Callbacks { get; } = new();

        public int Pending
        {
            get
            {
                lock (_gate)
                {
                    return _updates.Count;
                }
            }
        }

        public void Add(JsonObject update)
        {
            foreach (var person in new[] { (update["message"] as JsonObject)?["chat"], (update["callback_query"] as JsonObject)?["from"] }.OfType<JsonNode>())
            {
                Chats[person["id"]!.GetValue<long>()] = true;
            }

            if (update["callback_query"]?["id"]?.GetValue<string>() is { } pressed)
            {
                Callbacks[pressed] = true;
            }

            lock (_gate)
            {
                _updates.Add(update);
                _news.TrySetResult();
            }
        }

        /// <summary>Confirms what lies before the offset, and ends a poll that still waits.</summary>
        public Task BeginPoll(int? offset)
        {
            lock (_gate)
            {
                _updates.RemoveAll(update => update["update_id"]!.GetValue<int>() < (offset ?? int.MinValue));
                _poll.TrySetResult();
                _poll = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return _poll.Task;
            }
        }

        public (IReadOnlyList<JsonObject> Updates, Task News) Take(int limit)
        {
            lock (_gate)
            {
                if (_news.Task.IsCompleted)
                {
                    _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                return ([.. _updates.Take(limit)], _news.Task);
            }
        }
    }
}
