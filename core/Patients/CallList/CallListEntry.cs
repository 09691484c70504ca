using System.Text.Json.Serialization;
using Marten;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Contracts.Window;

namespace MedCrm.Patients.CallList;

/// <summary>Why a patient is to be called.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CallReason>))]
public enum CallReason
{
    /// <summary>Was reminded and said nothing.</summary>
    [JsonStringEnumMemberName("silent")] Silent,

    /// <summary>Cannot be written to.</summary>
    [JsonStringEnumMemberName("noChannel")] NoChannel,

    /// <summary>Said that they will not come; the visit stands until somebody cancels it.</summary>
    [JsonStringEnumMemberName("cancelAsked")] CancelAsked,

    /// <summary>Did not come.</summary>
    [JsonStringEnumMemberName("noShow")] NoShow,
}

/// <summary>What came of a call.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CallResult>))]
public enum CallResult
{
    /// <summary>The patient will come.</summary>
    [JsonStringEnumMemberName("confirmed")] Confirmed,

    /// <summary>Another time was agreed.</summary>
    [JsonStringEnumMemberName("moved")] Moved,

    /// <summary>The visit was cancelled.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,

    /// <summary>Nobody answered; nothing more is tried.</summary>
    [JsonStringEnumMemberName("unreachable")] Unreachable,

    /// <summary>Nothing is to be done.</summary>
    [JsonStringEnumMemberName("other")] Other,

    /// <summary>It settled itself: the patient answered, or the visit changed.</summary>
    [JsonStringEnumMemberName("settled")] Settled,
}

/// <summary>A patient whom somebody must call about a visit.</summary>
public sealed class CallListEntry
{
    public Guid Id { get; set; }

    public CallReason Reason { get; set; }

    public Guid AppointmentKey { get; set; }

    public RequestId RequestId { get; set; }

    public string PatientId { get; set; } = "";

    public AppointmentSlot Slot { get; set; } = null!;

    /// <summary>Of the visit; the list is ordered by it.</summary>
    public DateTimeOffset StartsAt { get; set; }

    public DateTimeOffset ListedAt { get; set; }

    /// <summary>Who is calling now; the others see it.</summary>
    public Agent? TakenBy { get; set; }

    public DateTimeOffset? TakenAt { get; set; }

    /// <summary>Not before then: they did not answer, or asked to be called later. Null: now.</summary>
    public DateTimeOffset? CallAt { get; set; }

    /// <summary>Calls in vain.</summary>
    public int Tries { get; set; }

    public CallResult? Result { get; set; }

    public DateTimeOffset? DoneAt { get; set; }

    /// <summary>Null: nobody's; it settled itself.</summary>
    public Agent? DoneBy { get; set; }

    /// <summary>The same visit at the same time is called about once for one reason.</summary>
    public static Guid IdOf(AppointmentId visit, DateTimeOffset start, CallReason reason) =>
        DeterministicId.From("call-list", visit.ToString(), start.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture), reason.ToString());
}

/// <summary>Put a patient on the call list.</summary>
[WireName("patients.list-call/1")]
public sealed record ListCall(AppointmentId AppointmentId, DataSubjectId SubjectId, RequestId RequestId, string PatientId, CallReason Reason, AppointmentSlot Slot) : IAboutSubject;

/// <summary>Nobody needs to call about this visit any more.</summary>
/// <param name="NoShow">Not even because the patient did not come: they did.</param>
[WireName("patients.settle-calls/1")]
public sealed record SettleCalls(AppointmentId AppointmentId, DataSubjectId SubjectId, bool NoShow) : IAboutSubject;

public static class CallListHandler
{
    public static async Task<WorkListChanged?> Handle(ListCall command, IDocumentSession session, TimeProvider clock, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(clock);
        var id = CallListEntry.IdOf(command.AppointmentId, command.Slot.Start, command.Reason);
        if (await session.LoadAsync<CallListEntry>(id, ct) is not null)
        {
            return null;
        }

        var now = clock.GetUtcNow();
        session.Insert(new CallListEntry
        {
            Id = id,
            Reason = command.Reason,
            AppointmentKey = command.AppointmentId.Value,
            RequestId = command.RequestId,
            PatientId = command.PatientId,
            Slot = command.Slot,
            StartsAt = command.Slot.Start,
            ListedAt = now,
        });
        return new WorkListChanged(WorkList.Calls, now);
    }

    public static async Task<WorkListChanged?> Handle(SettleCalls command, IDocumentSession session, TimeProvider clock, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(clock);
        var open = await session.QueryAsync<CallListEntry>("where appointment_key = ? and done_at is null", ct, command.AppointmentId.Value);
        var (settled, now) = (open.Where(entry => command.NoShow || entry.Reason != CallReason.NoShow).ToList(), clock.GetUtcNow());
        foreach (var entry in settled)
        {
            (entry.Result, entry.DoneAt) = (CallResult.Settled, now);
            session.Update(entry);
        }

        return settled.Count == 0 ? null : new WorkListChanged(WorkList.Calls, now);
    }
}
