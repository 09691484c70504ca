using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;
using MedCrm.Connectors.Sdk;
using Microsoft.Extensions.Logging;

namespace MedCrm.Connectors.Email;

/// <summary>
/// Reads one folder of one mailbox: catches up from the last stored uid, then waits by IDLE or by asking. The server's folder is left as it is.
/// Loss is impossible because the position moves only with a stored mail; doubling, because a mail is known by its <see cref="BusinessKey"/>.
/// </summary>
internal sealed class Mailbox(
    MailboxOptions options,
    string folderName,
    MailboxIdentity ours,
    IInboundSink sink,
    ICheckpointStore checkpoints,
    Acknowledgement acknowledgement,
    ChannelHealth health,
    TimeProvider clock,
    ILogger<Mailbox> logger) : IInboundSource
{
    private const int Batch = 200;
    private const int Chunk = 1024 * 1024;
    private const int HeaderLimit = 256 * 1024;
    private const int StoreAttempts = 3;
    private static readonly TimeSpan ClockSkew = TimeSpan.FromHours(1);
    private readonly string _source = $"{ours.Channel}/{folderName}";
    private (uint UidValidity, uint Uid, int Attempts) _refused;

    public string Channel => ours.Channel;

    public async Task RunAsync(CancellationToken ct)
    {
        var caughtUp = false;
        while (true)
        {
            try
            {
                using var client = await MailServers.ImapAsync(options, ct);
                await ReadAsync(
                    client,
                    () =>
                    {
                        caughtUp = true;
                        health.Connected(Channel);
                    },
                    ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (MailServers.IsLineFailure(e) || e is ImapCommandException or OperationCanceledException)
            {
                if (!caughtUp)
                {
                    throw new ConnectorNotReadyException($"{_source}: связь с IMAP прервалась ({e.GetType().Name}). Пройдёт само; если повторяется, проверьте сеть и журнал почтового сервера.");
                }

                // Servers restart and NAT forgets: one attempt at once, the growing pause is for lines that do not come up.
                caughtUp = false;
                logger.LineLost(_source, e.GetType().Name);
            }
        }
    }

    private async Task ReadAsync(ImapClient client, Action caughtUp, CancellationToken ct)
    {
        var folder = await OpenFolderAsync(client, ct);
        var position = FolderPosition.Parse((await checkpoints.ReadAsync(_source, ct))?.Position);
        var idles = options.UseIdle && client.Capabilities.HasFlag(ImapCapabilities.Idle);
        var first = true;
        while (true)
        {
            position = await PositionAsync(folder, position, ct);
            if (first)
            {
                logger.Reading(_source, position.UidValidity, position.Uid, idles ? "IDLE" : "polling");
                first = false;
            }

            // Opening shows a renumbering that a live session hides; between two openings only what was announced is looked at.
            var reopenAt = clock.GetUtcNow() + (idles ? options.IdleRefresh : TimeSpan.Zero);
            do
            {
                using var news = new CancellationTokenSource();
                void Announce(object? sender, EventArgs e) => news.Cancel();
                folder.CountChanged += Announce;
                try
                {
                    position = await CatchUpAsync(folder, position, ct);
                    caughtUp();
                    await WaitAsync(client, idles ? reopenAt - clock.GetUtcNow() : options.PollInterval, idles, news, ct);
                }
                finally
                {
                    folder.CountChanged -= Announce;
                }
            }
            while (clock.GetUtcNow() < reopenAt);

            await folder.CloseAsync(false, ct);
            await folder.OpenAsync(Access, ct);
        }
    }

    private FolderAccess Access => options.MarkSeen ? FolderAccess.ReadWrite : FolderAccess.ReadOnly;

    private async Task WaitAsync(ImapClient client, TimeSpan atMost, bool idles, CancellationTokenSource news, CancellationToken ct)
    {
        if (atMost <= TimeSpan.Zero || news.IsCancellationRequested)
        {
            return;
        }

        if (!idles)
        {
            await Task.Delay(atMost, clock, ct);
            return;
        }

        using var refresh = new CancellationTokenSource(atMost, clock);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(news.Token, refresh.Token);
        await client.IdleAsync(done.Token, ct);
    }

    private async Task<IMailFolder> OpenFolderAsync(ImapClient client, CancellationToken ct)
    {
        try
        {
            var folder = folderName.Equals("INBOX", StringComparison.OrdinalIgnoreCase) ? client.Inbox! : await client.GetFolderAsync(folderName, ct);
            await folder.OpenAsync(Access, ct);
            return folder;
        }
        catch (FolderNotFoundException)
        {
            throw new ConnectorMisconfiguredException($"{_source}: такой папки на сервере нет. Проверьте Folder и JunkFolder: имена пишутся так, как на сервере, с его разделителем.");
        }
    }

    /// <summary>The position for the folder as it is numbered now.</summary>
    private async Task<FolderPosition> PositionAsync(IMailFolder folder, FolderPosition? known, CancellationToken ct)
    {
        if (known is not null)
        {
            if (known.UidValidity == folder.UidValidity)
            {
                return known;
            }

            logger.UidValidityChanged(_source, known.UidValidity, folder.UidValidity);
            return known with { UidValidity = folder.UidValidity, Uid = 0, RescanBelow = folder.UidNext?.Id ?? uint.MaxValue };
        }

        // The very first start. The newest mail is taken however old it is: only a stored mail stores a position.
        var since = clock.GetUtcNow() - options.BackfillFrom;
        var all = await folder.SearchAsync(SearchQuery.All, ct);
        var recent = all.Count == 0 ? [] : await FreshAsync(folder, await folder.SearchAsync(SearchQuery.DeliveredAfter(since.UtcDateTime.Date.AddDays(-1)), ct), since, ct);
        if (recent.Count > 0 || all.Count == 0)
        {
            return new FolderPosition(folder.UidValidity, recent.Count > 0 ? recent.Min(uid => uid.Id) - 1 : 0, since);
        }

        return new FolderPosition(folder.UidValidity, all.Max(uid => uid.Id) - 1, since);
    }

    private static async Task<List<UniqueId>> FreshAsync(IMailFolder folder, IList<UniqueId> uids, DateTimeOffset since, CancellationToken ct)
    {
        var fresh = new List<UniqueId>();
        foreach (var batch in uids.Chunk(Batch))
        {
            var summaries = await folder.FetchAsync(batch, MessageSummaryItems.UniqueId | MessageSummaryItems.InternalDate, ct);
            fresh.AddRange(summaries.Where(mail => mail.InternalDate is null || mail.InternalDate >= since).Select(mail => mail.UniqueId));
        }

        return fresh;
    }

    private async Task<FolderPosition> CatchUpAsync(IMailFolder folder, FolderPosition position, CancellationToken ct)
    {
        while (true)
        {
            var after = position.Uid;
            var range = new UniqueIdRange(folder.UidValidity, Math.Min(after, uint.MaxValue - 1) + 1, uint.MaxValue);

            // "n:*" names the last mail even where n lies behind it (RFC 3501 §6.4.8), so the answer is filtered.
            var uids = (await folder.SearchAsync(SearchQuery.Uids(range), ct)).Where(uid => uid.Id > after).OrderBy(uid => uid.Id).ToList();
            if (uids.Count == 0)
            {
                return position;
            }

            if (uids.Count > 1)
            {
                logger.CatchingUp(_source, uids.Count);
            }

            foreach (var batch in uids.Chunk(Batch))
            {
                var summaries = (await folder.FetchAsync(batch, MessageSummaryItems.UniqueId | MessageSummaryItems.Size | MessageSummaryItems.InternalDate, ct)).ToDictionary(mail => mail.UniqueId.Id);
                foreach (var uid in batch)
                {
                    var next = position with { Uid = uid.Id };
                    if (!summaries.TryGetValue(uid.Id, out var summary))
                    {
                        logger.Vanished(_source, uid.Id);
                    }
                    else if (uid.Id >= position.RescanBelow || summary.InternalDate is not { } arrived || arrived >= position.Since - ClockSkew)
                    {
                        await TakeAsync(folder, uid, summary.Size ?? 0, next, ct);
                    }

                    position = next;
                }
            }
        }
    }

    private async Task TakeAsync(IMailFolder folder, UniqueId uid, long size, FolderPosition next, CancellationToken ct)
    {
        try
        {
            var started = clock.GetTimestamp();
            AcceptResult result;
            if (size > options.MaxMessageBytes)
            {
                result = await QuarantineHeadersAsync(folder, uid, size, next, ct);
            }
            else
            {
                using var spool = await FetchAsync(folder, uid, size, ct);
                result = await TakeAsync(spool, uid, next, ct);
            }

            logger.Accepted(_source, uid.Id, result.ToString(), size, clock.GetElapsedTime(started).TotalMilliseconds);
            if (options.MarkSeen)
            {
                await folder.StoreAsync(uid, new StoreFlagsRequest(StoreAction.Add, MessageFlags.Seen) { Silent = true }, ct);
            }
        }
        catch (MessageNotFoundException)
        {
            logger.Vanished(_source, uid.Id);
        }
    }

    private async Task<AcceptResult> TakeAsync(Spool spool, UniqueId uid, FolderPosition next, CancellationToken ct)
    {
        string key;
        using (var bytes = spool.Open())
        {
            key = BusinessKey.Of(bytes);
        }

        var raw = new RawInput(Channel, key, "message/rfc822", _ => Task.FromResult(spool.Open()));
        var understood = MailReader.Understand(spool, key, ours, clock.GetUtcNow(), ct);
        var mapped = IsJunk ? Flag(understood) : understood;
        var checkpoint = new Checkpoint(_source, next.ToString());
        if ((IsRefusedForGood(next) ? "not-storable" : mapped.QuarantineReason) is { } reason)
        {
            logger.Quarantined(_source, uid.Id, reason);
            return await sink.AcceptAsync(raw with { QuarantineReason = reason }, [], checkpoint, ct);
        }

        var result = await StoreAsync(raw, mapped.Events, checkpoint, next, ct);
        if (result == AcceptResult.Accepted && mapped.AcknowledgeTo is { } contact && mapped.Events is [InboundMessage inbound])
        {
            await acknowledgement.SendAsync(contact, inbound, ct);
        }

        return result;
    }

    private bool IsJunk => folderName == options.JunkFolder;

    /// <summary>Junk is shown with its flag, and never acknowledged: that would confirm the address to its sender.</summary>
    private static MappedMail Flag(MappedMail mapped) => mapped with
    {
        AcknowledgeTo = null,
        Events = [.. mapped.Events.Select(e => e is InboundMessage message ? message with { Suspicions = [.. message.Suspicions, "junk-folder"] } : e)],
    };

    private async Task<AcceptResult> StoreAsync(RawInput raw, IReadOnlyList<InboundEvent> events, Checkpoint checkpoint, FolderPosition next, CancellationToken ct)
    {
        try
        {
            return await sink.AcceptAsync(raw, events, checkpoint, ct);
        }
        catch (Exception e) when (e is not ConnectorException and not OperationCanceledException)
        {
            // A store that is down says so by ConnectorNotReadyException. Anything else may be this very mail: after some attempts it steps aside.
            _refused = _refused.UidValidity == next.UidValidity && _refused.Uid == next.Uid
                ? _refused with { Attempts = _refused.Attempts + 1 }
                : (next.UidValidity, next.Uid, 1);
            logger.NotStored(_source, next.Uid, _refused.Attempts, e.GetType().Name);
            throw new ConnectorNotReadyException($"{_source}: письмо uid {next.Uid} не удалось сохранить ({e.GetType().Name}). Оно осталось в ящике и будет прочитано снова; смотрите журнал MedCrm.", e);
        }
    }

    private bool IsRefusedForGood(FolderPosition next) =>
        _refused.UidValidity == next.UidValidity && _refused.Uid == next.Uid && _refused.Attempts >= StoreAttempts;

    private async Task<AcceptResult> QuarantineHeadersAsync(IMailFolder folder, UniqueId uid, long size, FolderPosition next, CancellationToken ct)
    {
        logger.Quarantined(_source, uid.Id, MailReader.TooLarge);
        using var header = await folder.GetStreamAsync(uid, "HEADER", 0, HeaderLimit, ct);
        using var bytes = new MemoryStream();
        await header.CopyToAsync(bytes, ct);
        var content = bytes.ToArray();
        var raw = RawInput.FromBytes(Channel, BusinessKey.OfHeaders(content, size), "message/rfc822", content) with { QuarantineReason = MailReader.TooLarge };
        return await sink.AcceptAsync(raw, [], new Checkpoint(_source, next.ToString()), ct);
    }

    /// <summary>Fetches in chunks: MailKit gathers each answer in memory, and a mail may be far larger than what we want to hold.</summary>
    private static Task<Spool> FetchAsync(IMailFolder folder, UniqueId uid, long size, CancellationToken ct) => Spool.WriteAsync(size, async to =>
    {
        if (size is > 0 and <= Chunk)
        {
            using var whole = await folder.GetStreamAsync(uid, "", ct);
            await whole.CopyToAsync(to, ct);
            return;
        }

        for (var offset = 0; ; offset += Chunk)
        {
            using var piece = await folder.GetStreamAsync(uid, offset, Chunk, ct);
            await piece.CopyToAsync(to, ct);
            if (piece.Length < Chunk)
            {
                return;
            }
        }
    });
}
