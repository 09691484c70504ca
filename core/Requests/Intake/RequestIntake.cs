using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Contracts.Patients;
using MedCrm.Requests.Life;
using Wolverine;
using Wolverine.Persistence.Sagas;

namespace MedCrm.Requests.Intake;

/// <summary>
/// Sees a new request through to "we know who it is, or know that we do not". The row is on the screen long before.
/// Then it rests, as long as the request lives. Repeat: a second answer finds it at rest. Disorder: an answer to an earlier question is as good as to the last.
/// Timeout: the question is repeated with doubling patience; after the fifth the request says so and the saga rests. An answer that comes after all is taken:
/// whoever was down for an hour answers all that waited.
/// An address that is learnt while the answer is awaited is asked for with one more question; one that is learnt at rest wakes it.
/// Refusal does not exist (nobody found is an answer); an unknown outcome is the timeout's.
/// </summary>
public sealed class RequestIntake : Saga
{
    private const int MostQuestions = 5;

    public Guid Id { get; set; }

    public DataSubjectId SubjectId { get; set; }

    public List<ContactPoint> ContactPoints { get; set; } = [];

    public Sealed? DisplayName { get; set; }

    public Sealed? BirthDate { get; set; }

    public TimeSpan Patience { get; set; }

    public int Questions { get; set; }

    /// <summary>When the last question has waited long enough (<see cref="Life.SagaTimeouts"/>). At rest: never.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>Nothing is asked.</summary>
    public bool Resting { get; set; }

    /// <summary>It rests without an answer; a late one is still welcome.</summary>
    public bool Missed { get; set; }

    /// <summary>An address was learnt after the question had left; its answer is not the last word.</summary>
    public bool AsksAgain { get; set; }

    public static RequestIntake Of(RequestId id, MessageReceived message, RequestsOptions options) => new()
    {
        Id = id.Value,
        SubjectId = message.SubjectId,
        ContactPoints = [.. message.ContactPoints],
        DisplayName = message.DisplayName,
        BirthDate = message.BirthDate,
        Patience = options.IdentificationPatience,
    };

    public OutgoingMessages Learn(MessageReceived message, DateTimeOffset now)
    {
        ContactPoints = [.. ContactPoints.UnionBy(message.ContactPoints, point => point.Key)];
        // What is told now is asked for now: whoever wrote "in spring" may tell the day today.
        BirthDate = message.BirthDate ?? BirthDate;
        // Whoever hands it over has chosen the fuller of the two.
        DisplayName = message.DisplayName ?? DisplayName;
        if (Resting)
        {
            Questions = 0;
            return Ask(now);
        }

        AsksAgain = true;
        return [];
    }

    public (AppendToRequest?, OutgoingMessages) Handle([SagaIdentityFrom(nameof(ContactIdentified.RequestKey))] ContactIdentified identified, TimeProvider clock)
    {
        if (Resting && !Missed)
        {
            return (null, []);
        }

        Missed = false;
        var linked = new AppendToRequest(identified.RequestId, new ContactLinked(identified));
        if (AsksAgain)
        {
            AsksAgain = false;
            return (linked, Ask(clock.GetUtcNow()));
        }

        Rest();
        return (linked, []);
    }

    public (AppendToRequest?, OutgoingMessages) Handle([SagaIdentityFrom(nameof(IdentificationDue.RequestKey))] IdentificationDue due, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        if (now < DueAt)
        {
            // Asked again since the clock was looked at.
            return (null, []);
        }

        if (Questions >= MostQuestions)
        {
            Rest();
            Missed = true;
            return (new AppendToRequest(due.RequestId, new IdentificationMissed(now)), []);
        }

        return (null, Ask(now));
    }

    public OutgoingMessages Ask(DateTimeOffset now)
    {
        Resting = Missed = false;
        DueAt = now + (Patience * Math.Pow(2, Questions));
        Questions++;
        return [new IdentifyContact(new RequestId(Id), SubjectId, ContactPoints, DisplayName, BirthDate)];
    }

    /// <summary>It is not deleted: an address learnt at the same moment would be written to a saga that is gone, and nobody would ask for it.</summary>
    private void Rest()
    {
        Resting = true;
        DueAt = DateTimeOffset.MaxValue;
    }

    public static void NotFound(ContactIdentified _)
    {
    }

    public static void NotFound(IdentificationDue _)
    {
    }
}

/// <summary>Timeout of <see cref="RequestIntake"/>.</summary>
public sealed record IdentificationDue(RequestId RequestId)
{
    /// <summary>The request's UUID as sagas look it up.</summary>
    public Guid RequestKey => RequestId.Value;
}
