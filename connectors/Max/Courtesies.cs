using System.Globalization;
using System.Net;
using System.Threading.Channels;
using JasperFx;
using Marten;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;
using MedCrm.Hosting.Vault;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MedCrm.Connectors.Max;

/// <summary>A person whom a bot has met: they are asked for the telephone once, and it is known in which dialog to look for what was sent to them.</summary>
public sealed record Acquaintance
{
    /// <summary>A keyed hash of bot and person.</summary>
    public required string Id { get; init; }

    /// <summary>MAX's number of the dialog. Null: not told.</summary>
    public Sealed? Dialog { get; init; }

    /// <summary>UTC instant.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>
/// What a polite bot does beside the conversation: confirms a pressed button and takes the buttons away, and asks an unknown person for the telephone once. Beside it,
/// too, in time: a burst of new people must not wait for these. What a stop interrupts is asked at the person's next message.
/// </summary>
internal sealed class Courtesies(IDocumentStore store, IPersonalDataVault vault, TimeProvider clock, ILogger<Courtesies> log) : BackgroundService
{
    private const int Attempts = 3;
    private readonly Channel<(MaxBot Bot, Func<CancellationToken, Task> Do)> _due =
        Channel.CreateBounded<(MaxBot, Func<CancellationToken, Task>)>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <param name="bot">The bot.</param>
    /// <param name="callbackId">The press.</param>
    /// <param name="answered">The words that stay of the message when its buttons go. Null: the message stays as it is.</param>
    public void Confirm(MaxBot bot, string callbackId, string? answered) => _due.Writer.TryWrite((bot, ct => AskAsync(
        bot,
        $"/answers?callback_id={Uri.EscapeDataString(callbackId)}",
        answered is null ? new { Notification = "Принято" } : new { Notification = "Принято", Message = new { Text = answered, Attachments = Array.Empty<object>(), Link = (object?)null } },
        ct)));

    /// <summary>Notes the person, and asks for the telephone where it is due.</summary>
    public void Meet(MaxBot bot, ReadUpdate read)
    {
        var message = (read.Event as InboundMessage) ?? (read.Event as InboundMessageChange)?.Message;
        if (message is { From: [var account, ..] } && ContactAddress.UserOf(account.Value) is { } user)
        {
            var isAsked = bot.Options.AskPhoneText.Length > 0 && message.From.All(address => address.System != ContactPointSystem.Phone);
            _due.Writer.TryWrite((bot, ct => MeetAsync(bot, account, user, read.ChatId, isAsked, ct)));
        }
    }

    /// <summary>The dialog of a person with a bot. Null: never met, or erased.</summary>
    public async Task<long?> DialogAsync(MaxBot bot, string address, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.LoadAsync<Acquaintance>(IdOf(bot, address), ct) is { Dialog: { } dialog } && vault.Open(dialog) is { } number ? long.Parse(number, CultureInfo.InvariantCulture) : null;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (bot, courtesy) in _due.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await courtesy(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                log.CourtesyFailed(bot.Channel, e.GetType().Name);
            }
        }
    }

    private async Task MeetAsync(MaxBot bot, Address account, long user, long? dialog, bool isAsked, CancellationToken ct)
    {
        // Noted first: a crash in between costs the question, the other order would cost a second one.
        if (!await TryNoteAsync(bot, account, dialog, ct) || !isAsked)
        {
            return;
        }

        object[][] buttons = [[new { Type = "request_contact", Text = bot.Options.AskPhoneButton }]];
        var question = new { Text = bot.Options.AskPhoneText, Attachments = new object[] { new { Type = "inline_keyboard", Payload = new { Buttons = buttons } } }, Link = (object?)null };
        if (await AskAsync(bot, string.Create(CultureInfo.InvariantCulture, $"/messages?user_id={user}"), question, ct))
        {
            log.PhoneAskedFor(bot.Channel);
        }
        else
        {
            // Refused for certain, so it may be asked another time.
            await using var session = store.LightweightSession();
            session.Delete<Acquaintance>(IdOf(bot, account.Value));
            await session.SaveChangesAsync(ct);
        }
    }

    /// <returns>False: MAX refuses it.</returns>
    private async Task<bool> AskAsync(MaxBot bot, string path, object body, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var answer = await bot.CallAsync(HttpMethod.Post, path, body, ct);
            if (answer.Refusal is not { Status: HttpStatusCode.TooManyRequests } || attempt == Attempts)
            {
                return answer.Refusal is null;
            }

            await Task.Delay(answer.Refusal.RetryAfter ?? TimeSpan.FromSeconds(attempt), clock, ct);
        }
    }

    private async Task<bool> TryNoteAsync(MaxBot bot, Address account, long? dialog, CancellationToken ct)
    {
        var subject = vault.SubjectOf(account.System, account.Value);
        await vault.EnsureKeyAsync(subject, ct);
        await using var session = store.LightweightSession();
        try
        {
            session.Insert(new Acquaintance
            {
                Id = IdOf(bot, account.Value),
                Dialog = dialog is { } number ? vault.Seal(subject, number.ToString(CultureInfo.InvariantCulture)) : null,
                At = clock.GetUtcNow(),
            });
            await session.SaveChangesAsync(ct);
            return true;
        }
        catch (DocumentAlreadyExistsException)
        {
            return false;
        }
    }

    private string IdOf(MaxBot bot, string address) => vault.HashOf($"{bot.Channel}\u001f{address}");
}
