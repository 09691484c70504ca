using System.Globalization;
using Marten;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Hosting.Vault;

namespace MedCrm.Patients.Reminders;

/// <summary>Remind a patient of a visit, and ask whether they will come.</summary>
[WireName("patients.remind/1")]
public sealed record Remind(AppointmentId AppointmentId, DataSubjectId SubjectId, RequestId RequestId, MessageId MessageId, AppointmentSlot Slot) : IAboutSubject;

/// <summary>Say something to a patient that asks nothing.</summary>
/// <param name="Text">One of <see cref="ReminderText"/>; no personal data.</param>
[WireName("patients.thank/1")]
public sealed record Thank(DataSubjectId SubjectId, RequestId RequestId, MessageId MessageId, string Text) : IAboutSubject;

/// <summary>What was asked in a message, found again by its answer.</summary>
public sealed class AskedQuestion
{
    /// <summary>The message's.</summary>
    public Guid Id { get; set; }

    /// <summary>The visit that was reminded of. Null: something else was asked.</summary>
    public AppointmentId? AppointmentId { get; set; }

    /// <summary>The wish for which a slot was offered. Null: something else was asked.</summary>
    public Guid? WaitingId { get; set; }
}

public static class RemindHandler
{
    public static async Task<TellContact?> Handle(Remind command, IDocumentSession session, IPersonalDataVault vault, TimeProvider clock, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(session);
        await vault.PrefetchAsync([command.SubjectId], ct);
        if (vault.KeyOf(command.SubjectId) is null)
        {
            // Erased: there is nobody to remind.
            return null;
        }

        session.Store(new AskedQuestion { Id = command.MessageId.Value, AppointmentId = command.AppointmentId });
        var text = vault.Seal(command.SubjectId, ReminderText.Of(command.Slot, clock.GetUtcNow()));
        return new TellContact(command.MessageId, command.RequestId, command.SubjectId, text, clock.GetUtcNow(), ReminderText.Choices, command.Slot.Start);
    }

    public static async Task<TellContact?> Handle(Thank command, IPersonalDataVault vault, TimeProvider clock, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(vault);
        await vault.PrefetchAsync([command.SubjectId], ct);
        return vault.KeyOf(command.SubjectId) is null
            ? null
            : new TellContact(command.MessageId, command.RequestId, command.SubjectId, vault.Seal(command.SubjectId, command.Text), clock.GetUtcNow(), null, null);
    }
}

/// <summary>What patients read. Somebody else may hold the phone: no name, no doctor, no specialty.</summary>
internal static class ReminderText
{
    public const string Expected = "Спасибо, ждём вас!";
    public const string Over = "Запись на это время отменена. Если хотите прийти, напишите нам: подберём другое время.";
    public const string CancelAsked = "Поняли вас. Администратор отменит запись и свяжется с вами, чтобы предложить другое время.";

    private static readonly CultureInfo Russian = CultureInfo.GetCultureInfo("ru-RU");

    public static IReadOnlyList<string> Choices { get; } = ["Приду", "Не приду"];

    /// <summary>By the clock and the calendar of the branch, at the moment of writing.</summary>
    public static string Of(AppointmentSlot slot, DateTimeOffset now)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(slot.TimeZone);
        return $"Напоминаем о вашем визите: {When(slot.Start, now, zone)}{(slot.LocationName.Length > 0 ? $", {slot.LocationName}" : "")}. Ответьте «да», если придёте, или «нет», если не сможете прийти.";
    }

    /// <summary><c>завтра, 27 ноября (пятница), в 17:30</c></summary>
    public static string When(DateTimeOffset start, DateTimeOffset now, TimeZoneInfo zone)
    {
        var (at, today) = (TimeZoneInfo.ConvertTime(start, zone).DateTime, TimeZoneInfo.ConvertTime(now, zone).Date);
        var near = (at.Date - today).Days switch { 0 => "сегодня, ", 1 => "завтра, ", 2 => "послезавтра, ", _ => "" };
        return near + at.ToString("d MMMM (dddd), 'в' HH:mm", Russian);
    }
}
