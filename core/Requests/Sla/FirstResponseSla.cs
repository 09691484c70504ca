using System.Text.Json.Serialization;
using MedCrm.Contracts;
using MedCrm.Requests.Life;
using Wolverine;
using Wolverine.Persistence.Sagas;

namespace MedCrm.Requests.Sla;

/// <summary>
/// Watches that somebody answers a new request in time. Begun with the request.
/// Repeat and disorder: an end that comes before or after the saga's life finds nothing and means nothing.
/// Timeout: a breach is written to the request, once. It asks nobody, so there is no refusal and no unknown outcome.
/// </summary>
public sealed class FirstResponseSla : Saga
{
    public Guid Id { get; set; }

    public DateTimeOffset DueAt { get; set; }

    /// <summary>Answered or closed: nothing more to watch.</summary>
    public void Handle([SagaIdentityFrom(nameof(FirstResponseSettled.RequestKey))] FirstResponseSettled _) => MarkCompleted();

    public AppendToRequest? Handle([SagaIdentityFrom(nameof(FirstResponseDue.RequestKey))] FirstResponseDue due, TimeProvider clock)
    {
        if (clock.GetUtcNow() < DueAt)
        {
            // The promise was made anew since the clock was looked at.
            return null;
        }

        MarkCompleted();
        return new AppendToRequest(due.RequestId, new FirstResponseMissed(DueAt, clock.GetUtcNow()));
    }

    public static void NotFound(FirstResponseSettled _)
    {
    }

    public static void NotFound(FirstResponseDue _)
    {
    }
}

/// <summary>Timeout of <see cref="FirstResponseSla"/>.</summary>
public sealed record FirstResponseDue(RequestId RequestId)
{
    /// <summary>The request's UUID as sagas look it up.</summary>
    public Guid RequestKey => RequestId.Value;
}

/// <summary>The first answer was given, or is not owed any more.</summary>
[WireName("requests.first-response-settled/1")]
public sealed record FirstResponseSettled(RequestId RequestId, DataSubjectId SubjectId) : IAboutSubject
{
    /// <summary>The request's UUID as sagas look it up.</summary>
    [JsonIgnore]
    public Guid RequestKey => RequestId.Value;
}
