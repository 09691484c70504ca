using MedCrm.Connectors.Sdk;
using Telegram.Bot;
using Telegram.Bot.Exceptions;

namespace MedCrm.Connectors.Telegram;

/// <summary>Fetches the file of an update before the update is stored, so that a file which cannot be had never costs the message.</summary>
internal sealed class Downloads : IDisposable
{
    /// <summary>What getFile gives to bots (Bot API, getFile), in bytes.</summary>
    public const int Largest = 20 * 1024 * 1024;

    // Files wait in memory until they are stored: this bounds it.
    private readonly SemaphoreSlim _turns = new(3);

    /// <summary>Adds the file to the event, or a line that says why it is missing.</summary>
    /// <param name="giveUp">The last attempt: what still cannot be fetched is told instead.</param>
    /// <exception cref="ConnectorNotReadyException">Not now.</exception>
    public async Task<InboundEvent> AddAsync(Bot bot, InboundEvent e, RemoteFile file, bool giveUp, CancellationToken ct)
    {
        if (file.Size > Largest)
        {
            return WithNote(e, TooLarge(file));
        }

        await _turns.WaitAsync(ct);
        try
        {
            return await FetchAsync(bot, file, ct) is { } bytes
                ? WithFile(e, new InboundAttachment(file.Name, file.MediaType, _ => Task.FromResult<Stream>(new MemoryStream(bytes, writable: false))))
                : WithNote(e, TooLarge(file));
        }
        catch (ApiRequestException refused)
        {
            var isLarge = refused.Message.Contains("too big", StringComparison.OrdinalIgnoreCase);
            return WithNote(e, isLarge ? TooLarge(file) : $"Файл «{file.Name}» Telegram не отдал. Попросите прислать его ещё раз.");
        }
        catch (ConnectorNotReadyException) when (giveUp)
        {
            return WithNote(e, $"Файл «{file.Name}» не удалось скачать. Попросите прислать его ещё раз.");
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();

    /// <returns>Null: larger than it said.</returns>
    private static async Task<byte[]?> FetchAsync(Bot bot, RemoteFile file, CancellationToken ct)
    {
        var info = await bot.AskAsync(client => client.GetFile(file.FileId, ct), ct);
        if (info.FilePath is not { } path || info.FileSize > Largest)
        {
            return null;
        }

        try
        {
            await using var content = await bot.OpenFileAsync(path, ct);
            using var bytes = new MemoryStream((int)(info.FileSize ?? 64 * 1024));
            var buffer = new byte[64 * 1024];
            for (int read; (read = await content.ReadAsync(buffer, ct)) > 0;)
            {
                bytes.Write(buffer, 0, read);
                if (bytes.Length > Largest)
                {
                    return null;
                }
            }

            return info.FileSize is null || info.FileSize == bytes.Length
                ? bytes.ToArray()
                : throw new ConnectorNotReadyException($"{bot.Channel}: передача файла прервалась. Скачаем снова.");
        }
        catch (Exception e) when (bot.Translate(e, ct) is { } word)
        {
            throw word;
        }
    }

    private static string TooLarge(RemoteFile file) =>
        $"Файл «{file.Name}»{(file.Size is { } size ? $" ({size / 1024 / 1024} МБ)" : "")} получить нельзя: Telegram отдаёт файлы до 20 МБ. Попросите прислать его письмом или частями.";

    private static InboundEvent WithFile(InboundEvent e, InboundAttachment file) => With(e, message => message with { Attachments = [.. message.Attachments, file] });

    private static InboundEvent WithNote(InboundEvent e, string note) => With(e, message => message with { Text = message.Text.Length == 0 ? note : $"{message.Text}\n{note}" });

    private static InboundEvent With(InboundEvent e, Func<InboundMessage, InboundMessage> change) => e switch
    {
        InboundMessage message => change(message),
        InboundMessageChange changed => changed with { Message = change(changed.Message) },
        _ => e,
    };
}
