using System.Net;
using System.Text.Json;
using MedCrm.Connectors.Sdk;
using Microsoft.Extensions.Options;
using Telegram.Bot;
using Telegram.Bot.Exceptions;

namespace MedCrm.Connectors.Telegram;

/// <summary>Our bots, in the order of the settings. They share one pool of lines to Telegram.</summary>
internal sealed class Bots : IDisposable
{
    // A poll holds its line for PollTimeout; whatever takes longer than this hangs.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(70);
    private readonly HttpClient _http;

    public Bots(IOptions<TelegramOptions> options)
    {
        var settings = options.Value;
        _http = new HttpClient(new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(10),
            Proxy = settings.Proxy is { } proxy ? ProxyOf(new Uri(proxy)) : null,
        })
        {
            Timeout = Patience,
        };
        All = [.. settings.Bots.Select(bot => new Bot(bot, settings.ApiUrl, _http))];
    }

    public IReadOnlyList<Bot> All { get; }

    public Bot? Find(string? channel) => All.FirstOrDefault(bot => bot.Channel == channel);

    public void Dispose() => _http.Dispose();

    private static WebProxy ProxyOf(Uri address) => new(address)
    {
        Credentials = address.UserInfo.Split(':', 2) is [var user, var password] ? new NetworkCredential(Uri.UnescapeDataString(user), Uri.UnescapeDataString(password)) : null,
    };
}

/// <summary>One bot and the way to it.</summary>
internal sealed class Bot
{
    private readonly HttpClient _http;
    private readonly string _files;
    private readonly TelegramBotClient? _client;

    public Bot(BotOptions options, string apiUrl, HttpClient http)
    {
        Options = options;
        _http = http;
        _files = $"{apiUrl}/file/bot{options.Token}/";

        // The library's own waiting is off: pauses are the outbox's business, and it keeps them over a restart.
        _client = options.Enabled ? new TelegramBotClient(new TelegramBotClientOptions(options.Token, apiUrl) { RetryCount = 0, RetryThreshold = 0 }, http) : null;
    }

    public BotOptions Options { get; }

    public string Channel => Options.Channel;

    public ITelegramBotClient Client => _client ?? throw new ConnectorMisconfiguredException($"{Channel}: бот выключен (Enabled: false).");

    /// <summary>Calls Telegram and puts its refusals into the Sdk's three words.</summary>
    public async Task<T> AskAsync<T>(Func<ITelegramBotClient, Task<T>> call, CancellationToken ct)
    {
        try
        {
            return await call(Client);
        }
        catch (Exception e) when (Translate(e, ct) is { } word)
        {
            throw word;
        }
    }

    /// <summary>Opens a file by the path that getFile told. Nothing is buffered.</summary>
    public async Task<Stream> OpenFileAsync(string path, CancellationToken ct)
    {
        try
        {
            return await _http.GetStreamAsync(new Uri(_files + path), ct);
        }
        catch (HttpRequestException e)
        {
            // Its message may quote the address, which holds the token.
            throw new ConnectorNotReadyException($"{Channel}: файл не удалось скачать ({e.StatusCode?.ToString() ?? e.HttpRequestError.ToString()}).");
        }
    }

    /// <returns>Null: not a trouble of the line or of our credentials.</returns>
    public ConnectorException? Translate(Exception e, CancellationToken ct) => e switch
    {
        ApiRequestException { ErrorCode: 401 or 404 } => new ConnectorAuthRefusedException($"{Channel}: Telegram не знает этот токен. Возьмите действующий у @BotFather, впишите в Token и перезапустите MedCrm."),
        ApiRequestException { ErrorCode: 409 } => new ConnectorNotReadyException($"{Channel}: этого бота читает другая программа или webhook задан в другом месте. Остановите её: бота можно читать только в одном месте."),
        ApiRequestException { ErrorCode: 429 } limited => new ConnectorNotReadyException($"{Channel}: Telegram просит подождать {limited.Parameters?.RetryAfter ?? 0} с. Пройдёт само."),
        ApiRequestException { ErrorCode: >= 500 } broken => new ConnectorNotReadyException($"{Channel}: у Telegram неполадка ({broken.ErrorCode}). Пройдёт само."),
        ApiRequestException => null,
        RequestException request => new ConnectorNotReadyException($"{Channel}: Telegram не отвечает ({request.HttpStatusCode?.ToString() ?? request.InnerException?.GetType().Name ?? "причина не названа"}). Проверьте сеть; в России может понадобиться прокси (Connectors:Telegram:Proxy)."),
        HttpRequestException or IOException or JsonException => new ConnectorNotReadyException($"{Channel}: Telegram не отвечает ({e.GetType().Name}). Проверьте сеть и прокси (Connectors:Telegram:Proxy)."),
        OperationCanceledException when !ct.IsCancellationRequested => new ConnectorNotReadyException($"{Channel}: Telegram не отвечает вовремя. Проверьте сеть и прокси (Connectors:Telegram:Proxy)."),
        _ => null,
    };
}
