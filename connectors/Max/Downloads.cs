using MedCrm.Connectors.Sdk;

namespace MedCrm.Connectors.Max;

/// <summary>Fetches the files of an update before the update is stored, so that a file which cannot be had never costs the message.</summary>
internal sealed class Downloads : IDisposable
{
    /// <summary>Of all files of one message, in bytes. MAX itself knows no such limit; memory does.</summary>
    public const int Largest = 50 * 1024 * 1024;

    // What a telephone's screen shows first; the largest only where there is no other.
    private static readonly string[] Qualities = ["mp4_720", "mp4_480", "mp4_360", "mp4_240", "mp4_144", "mp4_1080"];

    // Files wait in memory until they are stored: this bounds it.
    private readonly SemaphoreSlim _turns = new(2);

    /// <summary>Adds the files to the event, or lines that say why they are missing.</summary>
    /// <param name="giveUp">The last attempt: what still cannot be fetched is told instead.</param>
    /// <exception cref="ConnectorNotReadyException">Not now.</exception>
    public async Task<InboundEvent> AddAsync(MaxBot bot, InboundEvent e, IReadOnlyList<RemoteFile> files, bool giveUp, CancellationToken ct)
    {
        if (files.Count == 0)
        {
            return e;
        }

        await _turns.WaitAsync(ct);
        try
        {
            var room = (long)Largest;
            foreach (var file in files)
            {
                var (bytes, note) = await FetchAsync(bot, file, room, giveUp, ct);
                e = bytes is null
                    ? With(e, message => message with { Text = message.Text.Length == 0 ? note! : $"{message.Text}\n{note}" })
                    : With(e, message => message with { Attachments = [.. message.Attachments, new InboundAttachment(file.Name, file.MediaType, _ => Task.FromResult<Stream>(new MemoryStream(bytes, writable: false)))] });
                room -= bytes?.Length ?? 0;
            }

            return e;
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();

    private static async Task<(byte[]? Bytes, string? Note)> FetchAsync(MaxBot bot, RemoteFile file, long room, bool giveUp, CancellationToken ct)
    {
        var tooLarge = $"Файл «{file.Name}»{(file.Size is { } size ? $" ({size / 1024 / 1024} МБ)" : "")} слишком велик: сюда помещаются {Largest / 1024 / 1024} МБ на сообщение. Попросите прислать его письмом или частями.";
        if (file.Size > room)
        {
            return (null, tooLarge);
        }

        try
        {
            var url = file is { Kind: "video", Token: { Length: > 0 } token } ? await VideoAsync(bot, token, ct) ?? file.Url : file.Url;
            using var answer = await bot.OpenFileAsync(url, ct);
            if (answer is null)
            {
                return (null, $"Файл «{file.Name}» MAX не отдал. Попросите прислать его ещё раз.");
            }

            return answer.Content.Headers.ContentLength > room || await ReadAsync(bot, answer, room, ct) is not { } bytes ? (null, tooLarge) : (bytes, null);
        }
        catch (ConnectorNotReadyException) when (giveUp)
        {
            return (null, $"Файл «{file.Name}» не удалось скачать. Попросите прислать его ещё раз.");
        }
    }

    /// <returns>Null: larger than there is room.</returns>
    private static async Task<byte[]?> ReadAsync(MaxBot bot, HttpResponseMessage answer, long room, CancellationToken ct)
    {
        try
        {
            await using var content = await answer.Content.ReadAsStreamAsync(ct);
            using var bytes = new MemoryStream((int)(answer.Content.Headers.ContentLength ?? 64 * 1024));
            var buffer = new byte[64 * 1024];
            for (int read; (read = await content.ReadAsync(buffer, ct)) > 0;)
            {
                bytes.Write(buffer, 0, read);
                if (bytes.Length > room)
                {
                    return null;
                }
            }

            return bytes.ToArray();
        }
        catch (Exception e) when (MaxBot.IsOfTheLine(e, ct))
        {
            throw bot.Translate(e);
        }
    }

    /// <summary>Bot API, getVideoAttachmentDetails: the address of a video that can be played.</summary>
    private static async Task<string?> VideoAsync(MaxBot bot, string token, CancellationToken ct)
    {
        var details = await bot.AskAsync(HttpMethod.Get, $"/videos/{Uri.EscapeDataString(token)}", null, ct);
        return details.TryGetProperty("urls", out var urls) && urls.ValueKind == System.Text.Json.JsonValueKind.Object
            ? Qualities.Select(quality => urls.TryGetProperty(quality, out var url) ? url.GetString() : null).FirstOrDefault(url => !string.IsNullOrEmpty(url))
            : null;
    }

    private static InboundEvent With(InboundEvent e, Func<InboundMessage, InboundMessage> change) => e switch
    {
        InboundMessage message => change(message),
        InboundMessageChange changed => changed with { Message = change(changed.Message) },
        _ => e,
    };
}
