using System.Text.Json.Serialization;
using MedCrm.Contracts.Patients;
using MedCrm.Contracts.Telephony;

namespace MedCrm.Contracts.Window;

/// <summary>Where a request stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RequestStatus>))]
public enum RequestStatus
{
    /// <summary>Nobody has taken it.</summary>
    [JsonStringEnumMemberName("new")] New,

    /// <summary>Somebody works on it, and it is our turn.</summary>
    [JsonStringEnumMemberName("inProgress")] InProgress,

    /// <summary>We answered; the contact's turn.</summary>
    [JsonStringEnumMemberName("waiting")] Waiting,

    /// <summary>Put off until a moment.</summary>
    [JsonStringEnumMemberName("snoozed")] Snoozed,

    /// <summary>Closed with an outcome.</summary>
    [JsonStringEnumMemberName("closed")] Closed,
}

/// <summary>What came of a request (call centres: disposition).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Outcome>))]
public enum Outcome
{
    /// <summary>A visit was booked.</summary>
    [JsonStringEnumMemberName("booked")] Booked,

    /// <summary>The question was answered.</summary>
    [JsonStringEnumMemberName("answered")] Answered,

    /// <summary>The contact decided against it.</summary>
    [JsonStringEnumMemberName("declined")] Declined,

    /// <summary>The contact could not be reached.</summary>
    [JsonStringEnumMemberName("unreachable")] Unreachable,

    /// <summary>Junk.</summary>
    [JsonStringEnumMemberName("spam")] Spam,
}

/// <summary>One row of the inbox: everything the list shows and nothing else. The whole row travels with every change.</summary>
/// <param name="Id">The request.</param>
/// <param name="Number">The number people say aloud. Rising, with gaps.</param>
/// <param name="Rev">Grows with every change of the request; of two rows the one with the greater number is the newer.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Channel">The channel of the latest contact.</param>
/// <param name="Contact">Who wrote.</param>
/// <param name="Patient">The linked or likeliest patient of the MIS. Null: not asked yet, or nobody found.</param>
/// <param name="Subject">Subject of the first contact. Null: none, or the person was erased.</param>
/// <param name="Preview">The beginning of the latest message, at most 160 characters. Null: the person was erased, or only called.</param>
/// <param name="Unread">Contacts since somebody last answered or opened it.</param>
/// <param name="Suspicious">The request may be junk.</param>
/// <param name="DeliveryFailed">The last answer did not arrive.</param>
/// <param name="Assignee">Who took it. Null: nobody.</param>
/// <param name="Outcome">What came of it. Null: not closed.</param>
/// <param name="ConversationId">The conversation of the latest written contact; answers go there. All zeros: there were only calls.</param>
/// <param name="ReplyBy">How an answer would travel. Null: it cannot be answered in writing.</param>
/// <param name="CreatedAt">UTC instant of the first contact.</param>
/// <param name="LastContactAt">UTC instant of the latest contact, by the channel's clock.</param>
/// <param name="FirstResponseDueAt">UTC instant until which somebody must have answered. Null: answered, or no policy.</param>
/// <param name="SnoozedUntil">UTC instant. Null: not put off.</param>
/// <param name="LastCall">The latest call. Null: there was none.</param>
/// <param name="Appointment">The visit asked for in it: the latest that stands, or else the latest. Null: none.</param>
public sealed record RequestRow(
    RequestId Id,
    long Number,
    long Rev,
    RequestStatus Status,
    ChannelKind Channel,
    RequestRowContact Contact,
    RequestRowPatient? Patient,
    Sealed? Subject,
    Sealed? Preview,
    int Unread,
    bool Suspicious,
    bool DeliveryFailed,
    Agent? Assignee,
    Outcome? Outcome,
    ConversationId ConversationId,
    ChannelKind? ReplyBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset LastContactAt,
    DateTimeOffset? FirstResponseDueAt,
    DateTimeOffset? SnoozedUntil,
    RequestRowCall? LastCall = null,
    RequestRowAppointment? Appointment = null);

/// <summary>The contact in a row.</summary>
/// <param name="Id">The contact. Null: not identified yet, a matter of moments.</param>
/// <param name="Name">As they named themselves. Null: not given.</param>
/// <param name="Phone">E.164. Null: not given.</param>
/// <param name="Email">Mail address. Null: not given.</param>
public sealed record RequestRowContact(ContactId? Id, Sealed? Name, Sealed? Phone, Sealed? Email);

/// <summary>The latest call in a row.</summary>
/// <param name="Id">The call.</param>
/// <param name="Direction">Who called.</param>
/// <param name="Outcome">What came of it. Null: it is not over.</param>
/// <param name="Missed">Inbound calls nobody answered since somebody last spoke or wrote to the contact.</param>
/// <param name="At">UTC instant of its beginning.</param>
public sealed record RequestRowCall(CallId Id, CallDirection Direction, CallOutcome? Outcome, int Missed, DateTimeOffset At);

/// <summary>The patient in a row.</summary>
/// <param name="Id">The MIS's own id.</param>
/// <param name="Name">Full name.</param>
/// <param name="Grade">How sure the link is; anything below certain is a suggestion.</param>
public sealed record RequestRowPatient(string Id, Sealed Name, MatchGrade Grade);

/// <summary>A visit in a row.</summary>
/// <param name="Id">The visit.</param>
/// <param name="Status">Where it stands. Proposed and pending are preliminary: nothing is promised.</param>
/// <param name="Truth">Whether the MIS says the same.</param>
/// <param name="Start">UTC instant.</param>
/// <param name="TimeZone">IANA zone in which people say the time.</param>
/// <param name="Problem">Why it was refused or delayed, as in <see cref="AppointmentChanged.Problem"/>. Null: nothing is wrong.</param>
public sealed record RequestRowAppointment(AppointmentId Id, AppointmentStatus Status, AppointmentTruth Truth, DateTimeOffset Start, string TimeZone, string? Problem);
