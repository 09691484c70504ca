using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Contracts.Patients;
using MedCrm.Contracts.Window;
using MedCrm.Requests.Calls;

namespace MedCrm.Requests.Life;

// What can happen to a request. The stream of these is its audit trail and its timeline; nothing here is ever changed or removed.
// Personal data is sealed inside the contracts, so erasing a person leaves the trail and takes the words.

/// <param name="Place">See <see cref="Request.Place"/>.</param>
public sealed record RequestOpened(long Number, MessageReceived Message, DateTimeOffset? FirstResponseDueAt, DateTimeOffset At, int? Place = null);

/// <param name="Agent">Who of ours spoke. Null: nobody, or nobody we know.</param>
public sealed record RequestOpenedByCall(long Number, Call Call, DateTimeOffset? CallBackDueAt, Agent? Agent, DateTimeOffset At);

/// <summary>A call, or more of a call that is there already.</summary>
/// <param name="CallBackDueAt">Until when somebody owes a call back. Null: nobody does, for this call.</param>
/// <param name="Agent">Who of ours spoke or called. Null: nobody, or nobody we know.</param>
public sealed record CallAttached(Call Call, DateTimeOffset? CallBackDueAt, Agent? Agent, DateTimeOffset At);

/// <param name="Quiet">A plain yes to a question of ours: it is shown, and calls for nothing.</param>
/// <param name="TellsName">Its name is one more that the person goes by.</param>
/// <param name="OfOther">Somebody else of the household wrote it in this person's thread: its name and addresses say nothing of the person.</param>
public sealed record MessageAttached(MessageReceived Message, DateTimeOffset At, bool Quiet = false, bool TellsName = false, bool OfOther = false);

/// <summary>The contact rewrote a message, or a further piece of it arrived.</summary>
public sealed record MessageChangeRecorded(MessageChanged Change);

/// <summary>The contact took a message back.</summary>
public sealed record MessageRemovalRecorded(MessageRemoved Removal);

/// <summary>The contact shut the channel to us, or opened it again.</summary>
public sealed record ReachabilityRecorded(ReachabilityChanged Reachability);

public sealed record ReplyRecorded(ReplySent Reply);

public sealed record NoteRecorded(NoteAdded Note);

/// <summary>Something was sent that no person has written: a confirmation, a reminder.</summary>
public sealed record NoticeRecorded(NoticeSent Notice);

/// <summary>The contact cannot be written to: a person tells them.</summary>
public sealed record ContactNotTold(TellContact Notice);

/// <summary>A visit that was asked for here has changed.</summary>
public sealed record AppointmentRecorded(AppointmentChanged Changed);

/// <param name="Quiet">It failed, and somebody or something else sees to it.</param>
public sealed record DeliveryRecorded(MessageDeliveryChanged Delivery, bool Quiet = false);

public sealed record ContactLinked(ContactIdentified Identified);

/// <summary>A person decided something about the contact: linked, unlinked, merged.</summary>
public sealed record ContactFollowed(ContactChanged Changed);

/// <summary>The MIS did not answer in time; the request goes on without a patient.</summary>
public sealed record IdentificationMissed(DateTimeOffset At);

public sealed record RequestClaimed(Agent Agent, DateTimeOffset At);

public sealed record RequestReleased(Agent Agent, DateTimeOffset At);

public sealed record RequestAssigned(Agent Assignee, Agent By, DateTimeOffset At);

public sealed record RequestRead(Agent Agent, DateTimeOffset At);

public sealed record RequestSnoozed(DateTimeOffset Until, Agent By, DateTimeOffset At);

public sealed record RequestWoke(DateTimeOffset At);

public sealed record RequestClosed(Outcome Outcome, Sealed? Reason, Agent By, DateTimeOffset At);

/// <param name="By">Null: the contact wrote again soon after the request was closed, or the last answer did not arrive.</param>
/// <param name="Place">See <see cref="Request.Place"/>.</param>
public sealed record RequestReopened(Agent? By, DateTimeOffset At, int? Place = null);

public sealed record FirstResponseMissed(DateTimeOffset DueAt, DateTimeOffset At);
