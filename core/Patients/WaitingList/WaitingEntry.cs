using System.Text.Json.Serialization;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Patients.Slots;

namespace MedCrm.Patients.WaitingList;

[JsonConverter(typeof(JsonStringEnumConverter<WaitingStatus>))]
public enum WaitingStatus
{
    /// <summary>No slot yet.</summary>
    [JsonStringEnumMemberName("waiting")] Waiting,

    /// <summary>A slot is offered, and the answer awaited.</summary>
    [JsonStringEnumMemberName("offered")] Offered,

    /// <summary>The patient took the offer; the MIS is asked.</summary>
    [JsonStringEnumMemberName("accepted")] Accepted,

    /// <summary>The MIS has the visit.</summary>
    [JsonStringEnumMemberName("booked")] Booked,

    /// <summary>No channel reaches them; a person calls.</summary>
    [JsonStringEnumMemberName("unreachable")] Unreachable,

    /// <summary>Taken off the list.</summary>
    [JsonStringEnumMemberName("removed")] Removed,

    /// <summary>The last day wished for has passed.</summary>
    [JsonStringEnumMemberName("expired")] Expired,
}

/// <summary>A slot that is offered to one patient until a moment.</summary>
/// <param name="MessageId">In which it was offered; the answer refers to it.</param>
/// <param name="HoldId">The hold that keeps others out meanwhile.</param>
/// <param name="Until">UTC instant; afterwards the next one is asked.</param>
public sealed record SlotOffer(AppointmentSlot Slot, MessageId MessageId, Guid HoldId, DateTimeOffset Until);

/// <summary>A patient who would come if something were free (лист ожидания).</summary>
public sealed class WaitingEntry
{
    public Guid Id { get; set; }

    public Guid RequestKey { get; set; }

    [JsonIgnore]
    public RequestId RequestId => new(RequestKey);

    public DataSubjectId SubjectId { get; set; }

    public string PatientId { get; set; } = "";

    /// <summary>One of these. Empty: any.</summary>
    public IReadOnlyList<string> SpecialtyIds { get; set; } = [];

    /// <summary>One of these; narrows the specialties. Empty: any.</summary>
    public IReadOnlyList<string> PractitionerIds { get; set; } = [];

    /// <summary>One of these. Empty: any.</summary>
    public IReadOnlyList<string> LocationIds { get; set; } = [];

    /// <summary>First day by the calendar of the slot's location.</summary>
    public DateOnly FromDay { get; set; }

    /// <summary>Last day, included.</summary>
    public DateOnly ToDay { get; set; }

    /// <summary>Minutes of the day, included.</summary>
    public int FromMinute { get; set; }

    /// <summary>Minutes of the day, not included.</summary>
    public int ToMinute { get; set; }

    public WaitingStatus Status { get; set; }

    public SlotOffer? Offer { get; set; }

    /// <summary>When the offer ends. The sweep finds it by this.</summary>
    public DateTimeOffset? OfferUntil { get; set; }

    /// <summary>Slots that were offered and not taken; they are not offered again.</summary>
    public List<string> NotTaken { get; set; } = [];

    /// <summary>The manager who took the offer for the patient. Null: nobody yet, or the patient did.</summary>
    public Agent? AcceptedBy { get; set; }

    /// <summary>The visit that came of it.</summary>
    public AppointmentId? AppointmentId { get; set; }

    public Agent By { get; set; } = null!;

    public DateTimeOffset CreatedAt { get; set; }

    internal SlotWish Wish => new(SpecialtyIds, PractitionerIds, LocationIds, [new DayRange(FromDay, ToDay)], new TimeRange(FromMinute, ToMinute));

    /// <summary>Why what was offered cannot be decided on any more.</summary>
    internal string Refusal => Status is WaitingStatus.Accepted or WaitingStatus.Booked ? "waiting-list.taken" : "waiting-list.offer-over";

    /// <summary>Not taken: back among those who wait, but not for this one.</summary>
    public void Pass()
    {
        if (Offer is { } offer)
        {
            NotTaken.Add(offer.Slot.SlotId);
        }

        (Status, Offer, OfferUntil, AppointmentId, AcceptedBy) = (WaitingStatus.Waiting, null, null, null, null);
    }

    public void End(WaitingStatus status) => (Status, Offer, OfferUntil) = (status, null, null);
}
