using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.Telegram;

/// <summary>Settings of the Telegram connector, section <c>Connectors:Telegram</c>.</summary>
public sealed class TelegramOptions
{
    /// <summary>The section in the configuration.</summary>
    public const string Section = "Connectors:Telegram";

    /// <summary>The bots of the centre, one per legal entity or branch. Default: none, and the connector idles.</summary>
    public IList<BotOptions> Bots { get; init; } = [];

    /// <summary>Where the Bot API is. Default: <c>https://api.telegram.org</c>.</summary>
    public string ApiUrl { get; set; } = "https://api.telegram.org";

    /// <summary>A proxy on the way to Telegram: <c>http://host:port</c> or <c>socks5://user:password@host:port</c>. Default: none.</summary>
    public string? Proxy { get; set; }
}

/// <summary>One bot.</summary>
public sealed class BotOptions
{
    /// <summary>Short name, 1 to 40 of <c>a-z 0-9 . _ -</c>: <c>main</c> makes the channel <c>telegram/main</c>. Never change it: it is part of the position and of the key of each message.</summary>
    public string Key { get; set; } = "";

    /// <summary>What BotFather gave: <c>123456789:AA…</c>. A secret.</summary>
    public string Token { get; set; } = "";

    /// <summary>False: nothing is read, nothing is sent, answers are refused with a reason. For a legal entity that must not use a foreign messenger. Default: true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How updates come. Default: <c>LongPolling</c>, which needs no public address.</summary>
    public BotMode Mode { get; set; } = BotMode.LongPolling;

    /// <summary>How long one poll waits for news; 1 to 50 seconds. Default: 30 seconds.</summary>
    public TimeSpan PollTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Our public address for webhooks, https: <c>https://crm.clinic.example</c>; the path <c>/webhooks/telegram/{key}</c> is added. Required for webhooks. Default: none.</summary>
    public string? WebhookUrl { get; set; }

    /// <summary>What Telegram must send back with each webhook, 16 to 256 of <c>A-Z a-z 0-9 _ -</c>. Required for webhooks. A secret. Default: none.</summary>
    public string? WebhookSecret { get; set; }

    /// <summary>Asks an unknown person for the telephone, once, below a button that shares it; up to 1000 characters, empty: never asks. Neutral on purpose: a message on a lock screen must not tell that somebody turned to a clinic.</summary>
    public string AskPhoneText { get; set; } = "Здравствуйте! Сообщение получено. Чтобы мы могли связаться с вами и по телефону, нажмите кнопку ниже.";

    /// <summary>The words on that button; 1 to 60 characters.</summary>
    public string AskPhoneButton { get; set; } = "Поделиться номером";

    /// <summary>The channel: <c>telegram/main</c>.</summary>
    internal string Channel => "telegram/" + Key;
}

/// <summary>How updates come.</summary>
public enum BotMode
{
    /// <summary>We ask, and Telegram holds the line until there is something (getUpdates).</summary>
    LongPolling,

    /// <summary>Telegram posts to us (setWebhook).</summary>
    Webhook,
}

/// <summary>Lists all mistakes of the settings at once, each with its place.</summary>
internal sealed class TelegramOptionsValidator : IValidateOptions<TelegramOptions>
{
    public ValidateOptionsResult Validate(string? name, TelegramOptions options)
    {
        var mistakes = new List<string>();
        if (!IsUrl(options.ApiUrl, Uri.UriSchemeHttp, Uri.UriSchemeHttps) || options.ApiUrl.EndsWith('/'))
        {
            mistakes.Add($"{TelegramOptions.Section}:ApiUrl: an http or https address without a slash at the end is needed.");
        }

        if (options.Proxy is { } proxy && !IsUrl(proxy, Uri.UriSchemeHttp, "socks5", "socks4"))
        {
            mistakes.Add($"{TelegramOptions.Section}:Proxy: http://host:port or socks5://host:port is needed.");
        }

        for (var i = 0; i < options.Bots.Count; i++)
        {
            Check(options.Bots[i], $"{TelegramOptions.Section}:Bots:{i}", mistakes);
        }

        foreach (var twice in options.Bots.GroupBy(bot => bot.Key).Where(bots => bots.Key.Length > 0 && bots.Count() > 1))
        {
            mistakes.Add($"{TelegramOptions.Section}:Bots: the key '{twice.Key}' is used {twice.Count()} times.");
        }

        if (options.Bots.Where(bot => bot.Enabled && bot.Token.Length > 0).GroupBy(bot => bot.Token).Any(bots => bots.Count() > 1))
        {
            mistakes.Add($"{TelegramOptions.Section}:Bots: two bots have the same token; Telegram gives each update to one of them only.");
        }

        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }

    private static void Check(BotOptions bot, string at, List<string> mistakes)
    {
        if (bot.Key.Length is 0 or > 40 || !bot.Key.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-'))
        {
            mistakes.Add($"{at}:Key: 1 to 40 of a-z, 0-9, '.', '_', '-' are needed.");
        }

        var parts = bot.Token.Split(':');
        if (bot.Enabled && (parts.Length != 2 || !long.TryParse(parts[0], out _) || parts[1].Length < 10 || parts[1].Any(char.IsWhiteSpace)))
        {
            mistakes.Add($"{at}:Token: the bot's token as BotFather gave it is needed (digits, a colon, letters).");
        }

        if (bot.PollTimeout < TimeSpan.FromSeconds(1) || bot.PollTimeout > TimeSpan.FromSeconds(50))
        {
            mistakes.Add($"{at}:PollTimeout: 00:00:01 to 00:00:50 are possible, {bot.PollTimeout} is not.");
        }

        if (bot.Mode == BotMode.Webhook && !IsUrl(bot.WebhookUrl ?? "", Uri.UriSchemeHttps))
        {
            mistakes.Add($"{at}:WebhookUrl: our public https address is needed for webhooks.");
        }

        if (bot.Mode == BotMode.Webhook && (bot.WebhookSecret is not { Length: >= 16 and <= 256 } secret || !secret.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')))
        {
            mistakes.Add($"{at}:WebhookSecret: 16 to 256 of A-Z, a-z, 0-9, '_', '-' are needed for webhooks.");
        }

        if (bot.AskPhoneText.Length > 1000)
        {
            mistakes.Add($"{at}:AskPhoneText: at most 1000 characters are possible.");
        }

        if (bot.AskPhoneButton.Length is 0 or > 60)
        {
            mistakes.Add($"{at}:AskPhoneButton: 1 to 60 characters are needed.");
        }
    }

    private static bool IsUrl(string text, params string[] schemes) => Uri.TryCreate(text, UriKind.Absolute, out var url) && schemes.Contains(url.Scheme);
}
