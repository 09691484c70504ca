using System.Text.Json.Serialization;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Hosting.Identity;
using MedCrm.Hosting.Vault;
using MedCrm.Patients.Access;
using MedCrm.Patients.Identification;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Wolverine;

namespace MedCrm.Patients.Contacts;

/// <summary>The person behind a request, and the patient they are.</summary>
/// <param name="Id">The contact that goes on; another than was asked for when that one was merged.</param>
/// <param name="Name">The latest name they gave. Null: none.</param>
/// <param name="Names">Every name they gave, with where it comes from.</param>
/// <param name="Points">Addresses.</param>
/// <param name="BirthOn">Date of birth as it was told to us. Null: not told.</param>
/// <param name="Patient">The patient they are linked to. Null: none.</param>
/// <param name="Grade">Of the best candidate; certain when linked.</param>
/// <param name="Candidates">Who it may be, best first, at most five. Empty when linked or nobody found.</param>
/// <param name="AskBirthOn">The date of birth would change the grade: ask for it.</param>
/// <param name="MisAnswered">False: the MIS is out of reach, and somebody may be missing among the candidates.</param>
/// <param name="Merged">Contacts that are shown as this one; each can be taken out again.</param>
/// <param name="Household">Others who use one of the addresses. A shared phone is a household, never a person.</param>
public sealed record ContactDetails(
    ContactId Id, string? Name, IReadOnlyList<ContactFact> Names, IReadOnlyList<ContactPointDetails> Points, ContactFact? BirthOn, LinkedPatient? Patient,
    MatchGrade Grade, IReadOnlyList<CandidateDetails> Candidates, bool AskBirthOn, bool MisAnswered, IReadOnlyList<MergedContact> Merged, IReadOnlyList<HouseholdMember> Household);

/// <summary>One fact and where it comes from (FHIR: Provenance).</summary>
/// <param name="RequestId">The request in which it was told. Null: a person entered it.</param>
/// <param name="By">Who entered it. Null: it came with a message.</param>
/// <param name="ContactId">The contact that has it; after a merge several do.</param>
public sealed record ContactFact(string? Value, RequestId? RequestId, Agent? By, DateTimeOffset At, ContactId? ContactId);

/// <param name="Shared">Others use it too.</param>
public sealed record ContactPointDetails(ContactPointSystem System, string? Value, bool Shared, RequestId? RequestId, DateTimeOffset At, ContactId ContactId);

/// <param name="Name">Null: the MIS does not answer, and the index has lost them.</param>
/// <param name="By">Who linked them. Null: the engine was certain.</param>
public sealed record LinkedPatient(string Id, string? Name, DateOnly? BirthOn, Agent? By, DateTimeOffset At);

/// <param name="Reasons">Stable words, field by field, as in <see cref="PatientCandidate.Reasons"/>.</param>
public sealed record CandidateDetails(string PatientId, string Name, DateOnly? BirthOn, MatchGrade Grade, IReadOnlyList<string> Reasons);

/// <param name="By">Who merged them.</param>
public sealed record MergedContact(ContactId Id, string? Name, Agent? By, DateTimeOffset At);

public sealed record HouseholdMember(ContactId Id, string? Name);

public sealed record PatientBody(string? PatientId);

/// <param name="BirthOn">As the person told it: <c>1985-03-12</c>, <c>12.03.1985</c>, <c>12 марта 1985</c>.</param>
public sealed record BirthDateBody(string? BirthOn);

public sealed record OtherContactBody([property: JsonRequired] ContactId ContactId);

internal static class ContactEndpoints
{
    private const int LongestId = 200;

    public static void Map(IEndpointRouteBuilder api)
    {
        var contact = api.MapGroup("/contacts/{id}").ProducesProblem(404).ProducesProblem(409);
        contact.MapGet("", (ContactId id, Guid? requestId, ContactReading reading, HttpContext http, CancellationToken ct) => Answer(id, requestId, reading, http, ct)).WithName("getContact");
        contact.MapPost("/patient", (ContactId id, PatientBody body, ContactReading reading, HttpContext http, IMessageBus bus, CancellationToken ct) =>
            Checked(body.PatientId, patient => Do(new LinkPatient(id, patient, http.Agent()), reading, http, bus, ct))).WithName("linkPatient");
        contact.MapDelete("/patient", (ContactId id, ContactReading reading, HttpContext http, IMessageBus bus, CancellationToken ct) =>
            Do(new UnlinkPatient(id, http.Agent()), reading, http, bus, ct)).WithName("unlinkPatient");
        contact.MapPost("/patient/decline", (ContactId id, PatientBody body, ContactReading reading, HttpContext http, IMessageBus bus, CancellationToken ct) =>
            Checked(body.PatientId, patient => Do(new DeclinePatient(id, patient, http.Agent()), reading, http, bus, ct))).WithName("declinePatient");
        contact.MapPost("/birth-date", async Task<Results<Ok<ContactDetails>, ValidationProblem, ProblemHttpResult>> (ContactId id, BirthDateBody body, ContactReading reading, HttpContext http, IMessageBus bus, CancellationToken ct) =>
            Documents.BirthDate(body.BirthOn, reading.Today) is { } on
                ? Widened(await Do(new TellBirthDate(id, on, http.Agent()), reading, http, bus, ct))
                : TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["birthOn"] = ["contact.birth-unreadable"] })).WithName("tellBirthDate");
        contact.MapPost("/merge", (ContactId id, OtherContactBody body, ContactReading reading, HttpContext http, IMessageBus bus, CancellationToken ct) =>
            Do(new MergeContacts(id, body.ContactId, http.Agent()), reading, http, bus, ct)).WithName("mergeContacts");
        contact.MapPost("/unmerge", (ContactId id, OtherContactBody body, ContactReading reading, HttpContext http, IMessageBus bus, CancellationToken ct) =>
            Do(new UnmergeContacts(id, body.ContactId, http.Agent()), reading, http, bus, ct)).WithName("unmergeContacts");
    }

    private static async Task<Results<Ok<ContactDetails>, ValidationProblem, ProblemHttpResult>> Checked(string? patientId, Func<string, Task<Results<Ok<ContactDetails>, ProblemHttpResult>>> act) =>
        patientId is { Length: > 0 and <= LongestId }
            ? Widened(await act(patientId))
            : TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["patientId"] = ["patient.id-missing"] });

    private static async Task<Results<Ok<ContactDetails>, ProblemHttpResult>> Do(object command, ContactReading reading, HttpContext http, IMessageBus bus, CancellationToken ct)
    {
        var answer = await bus.InvokeAsync<ContactAnswer>(command, ct);
        return answer.Id is { } id
            ? await Answer(id, null, reading, http, ct)
            : TypedResults.Problem(statusCode: answer.Refusal is "contact.not-found" or "patient.not-found" ? 404 : 409, title: answer.Refusal);
    }

    private static async Task<Results<Ok<ContactDetails>, ProblemHttpResult>> Answer(ContactId id, Guid? requestId, ContactReading reading, HttpContext http, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        return await reading.ReadAsync(id, http.Agent(), requestId is { } request ? new RequestId(request) : null, ct) is { } details
            ? TypedResults.Ok(details)
            : TypedResults.Problem(statusCode: 404, title: "contact.not-found");
    }

    private static Results<Ok<ContactDetails>, ValidationProblem, ProblemHttpResult> Widened(Results<Ok<ContactDetails>, ProblemHttpResult> answer) => answer.Result switch
    {
        Ok<ContactDetails> ok => ok,
        ProblemHttpResult problem => problem,
        _ => throw new InvalidOperationException("A command answers with a contact or a problem."),
    };
}

/// <summary>Opens a contact for a person, and writes down which patients they saw by it.</summary>
public sealed class ContactReading(ContactBook book, PatientSearch patients, IPersonalDataVault vault, AccessLog log)
{
    internal DateOnly Today => patients.Today;

    internal async Task<ContactDetails?> ReadAsync(ContactId id, Agent reader, RequestId? why, CancellationToken ct)
    {
        if (await book.ViewAsync(id, ct) is not { } view)
        {
            return null;
        }

        var household = await book.HouseholdAsync(view, ct);
        var (verdict, misAnswered) = await patients.IdentifyAsync(view, null, ct);
        await log.WriteAsync(reader, AccessPurpose.Contact, why, [.. verdict.Matches.Select(match => match.Patient.Id)], ct);
        var shared = household.SelectMany(other => other.Points).Select(pair => pair.Point.Value.Key).ToHashSet();
        var card = view.Patient is { } link ? verdict.Matches.FirstOrDefault(match => match.Patient.Id == link.Value)?.Patient.Person : null;
        return new ContactDetails(
            view.Id,
            NameOf(view),
            [.. view.Members.SelectMany(member => member.Names.Select(name => Fact(name.Value, name.From, member.ContactId))).OrderBy(fact => fact.At)],
            [.. view.Points.Select(pair => new ContactPointDetails(
                pair.Point.Value.System, vault.Open(pair.Point.Value.Value), shared.Contains(pair.Point.Value.Key), pair.Point.From.RequestId, pair.Point.From.At, pair.Of.ContactId))],
            view.BirthOn is { } birth ? Fact(birth.Value, birth.From, view.Members.First(member => member.BirthOn == birth).ContactId) : null,
            view.Patient is { } linked ? new LinkedPatient(linked.Value, card?.FullName, card?.BirthOn, linked.From.Agent, linked.From.At) : null,
            verdict.Grade,
            view.Patient is null
                ? [.. verdict.Matches.Select(match => new CandidateDetails(match.Patient.Id, match.Patient.Person.FullName, match.Patient.Person.BirthOn, match.Grade, match.Reasons))]
                : [],
            verdict.AskBirthOn,
            misAnswered,
            [.. view.Members.Skip(1).Select(member => new MergedContact(member.ContactId, NameOf(new ContactView(member.ContactId, [member])), member.MergedInto?.From.Agent, member.MergedInto?.From.At ?? default))],
            [.. household.Select(other => new HouseholdMember(other.Id, NameOf(other)))]);
    }

    private string? NameOf(ContactView view) => view.Names is [.., var latest] ? vault.Open(latest.Value) : null;

    private ContactFact Fact(Sealed value, Provenance from, ContactId contact) => new(vault.Open(value), from.RequestId, from.Agent, from.At, contact);
}
