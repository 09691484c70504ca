using System.Threading.Channels;
using JasperFx;
using Marten;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;
using MedCrm.Hosting.Vault;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Telegram.Bot;
using Telegram.Bot.Exceptions;
using Telegram.Bot.Types.ReplyMarkups;

namespace MedCrm.Connectors.Telegram;

/// <summary>A person who was asked for the telephone, or shared it: they are not asked again.</summary>
public sealed record PhoneAsked
{
    /// <summary>A keyed hash of bot and person.</summary>
    public required string Id { get; init; }

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
    private readonly Channel<(Bot Bot, Func<CancellationToken, Task> Do)> _due =
        Channel.CreateBounded<(Bot, Func<CancellationToken, Task>)>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Confirm(Bot bot, string callbackId) => _due.Writer.TryWrite((bot, ct => bot.Client.AnswerCallbackQuery(callbackId, cancellationToken: ct)));

    /// <summary>Takes the buttons of a message away. Where this gets lost, the next press finds them and brings it back here.</summary>
    public void TakeButtons(Bot bot, long chat, int message) => _due.Writer.TryWrite((bot, ct => bot.Client.EditMessageReplyMarkup(chat, message, cancellationToken: ct)));

    /// <summary>Asks for the telephone where it is due.</summary>
    public void AskPhone(Bot bot, InboundEvent happened)
    {
        var message = (happened as InboundMessage) ?? (happened as InboundMessageChange)?.Message;
        if (message is { From: [var account, ..] } && bot.Options.AskPhoneText.Length > 0 && ContactAddress.ChatOf(account.Value) is { } chat)
        {
            var isKnown = message.From.Any(address => address.System == ContactPointSystem.Phone);
            _due.Writer.TryWrite((bot, ct => AskAsync(bot, account, chat, isKnown, ct)));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (bot, courtesy) in _due.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await DoAsync(courtesy, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                log.CourtesyFailed(bot.Channel, e.GetType().Name);
            }
        }
    }

    private async Task DoAsync(Func<CancellationToken, Task> courtesy, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await courtesy(ct);
                return;
            }
            catch (ApiRequestException e) when (e.ErrorCode == 429 && attempt < Attempts)
            {
                await Task.Delay(TimeSpan.FromSeconds(e.Parameters?.RetryAfter ?? 1), clock, ct);
            }
        }
    }

    private async Task AskAsync(Bot bot, Address account, long chat, bool isKnown, CancellationToken ct)
    {
        // Noted first: a crash in between costs the question, the other order would cost a second one.
        if (!await TryNoteAsync(bot, account, ct) || isKnown)
        {
            return;
        }

        try
        {
            var button = new ReplyKeyboardMarkup(KeyboardButton.WithRequestContact(bot.Options.AskPhoneButton)) { ResizeKeyboard = true, OneTimeKeyboard = true };
            await bot.Client.SendMessage(chat, bot.Options.AskPhoneText, replyMarkup: button, cancellationToken: ct);
            log.PhoneAskedFor(bot.Channel);
        }
        catch (ApiRequestException)
        {
            // Refused for certain, so it may be asked another time.
            await ForgetAsync(bot, account, ct);
            throw;
        }
    }

    private async Task<bool> TryNoteAsync(Bot bot, Address account, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        try
        {
            session.Insert(new PhoneAsked { Id = IdOf(bot, account), At = clock.GetUtcNow() });
            await session.SaveChangesAsync(ct);
            return true;
        }
        catch (DocumentAlreadyExistsException)
        {
            return false;
        }
    }

    private async Task ForgetAsync(Bot bot, Address account, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        session.Delete<PhoneAsked>(IdOf(bot, account));
        await session.SaveChangesAsync(ct);
    }

    private string IdOf(Bot bot, Address account) => vault.HashOf($"{bot.Channel}\u001f{account.Value}");
}
