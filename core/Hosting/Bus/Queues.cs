using MedCrm.Contracts.Chat;
using MedCrm.Contracts.Patients;
using MedCrm.Contracts.Requests;
using MedCrm.Contracts.Telephony;
using MedCrm.Contracts.Window;

namespace MedCrm.Hosting.Bus;

/// <summary>The queues, and which of them hears which message: the map of the whole traffic on one screen.</summary>
public static class Queues
{
    public const string Chat = "chat.inbound";
    public const string Requests = "requests";
    public const string Patients = "patients";
    public const string AccessLog = "patients.access-log";
    public const string Feed = "gateway.feed";
    public const string Calls = "gateway.calls";

    /// <summary>The queue of a connector that sends answers.</summary>
    public static string Outbound(string connector) => $"connector.{connector}.outbound";

    /// <summary>Commands go to the one queue of their owner, events to every queue named here.</summary>
    public static IReadOnlyDictionary<Type, string[]> Map { get; } = new Dictionary<Type, string[]>
    {
        [typeof(ReceiveInboundMessage)] = [Chat],
        [typeof(ChangeInboundMessage)] = [Chat],
        [typeof(RemoveInboundMessage)] = [Chat],
        [typeof(ReportReachability)] = [Chat],
        [typeof(ReportDelivery)] = [Chat],
        [typeof(MessageReceived)] = [Requests],
        [typeof(MessageChanged)] = [Requests],
        [typeof(MessageRemoved)] = [Requests],
        [typeof(ReachabilityChanged)] = [Requests],
        [typeof(ReplySent)] = [Requests],
        [typeof(NoteAdded)] = [Requests],
        [typeof(MessageDeliveryChanged)] = [Requests],
        [typeof(IdentifyContact)] = [Patients],
        [typeof(ContactIdentified)] = [Requests],
        [typeof(ContactChanged)] = [Requests],
        [typeof(ReleaseHolds)] = [Patients],
        [typeof(LogSeen)] = [AccessLog],
        [typeof(AppointmentChanged)] = [Requests],
        [typeof(TellContact)] = [Requests],
        [typeof(NoticeAnswered)] = [Patients],
        [typeof(ContactUnreached)] = [Patients],
        [typeof(SendNotice)] = [Chat],
        [typeof(NoticeSent)] = [Requests],
        [typeof(RequestChanged)] = [Feed],
        [typeof(SlotChanged)] = [Feed],
        [typeof(WorkListChanged)] = [Feed],
        [typeof(CallChanged)] = [Requests],
        [typeof(PlaceCall)] = [Outbound("telephony")],
        [typeof(CallCardChanged)] = [Calls],
    };
}
