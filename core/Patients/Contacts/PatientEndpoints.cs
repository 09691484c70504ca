using MedCrm.Contracts;
using MedCrm.Hosting.Identity;
using MedCrm.Patients.Access;
using MedCrm.Patients.Identification;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace MedCrm.Patients.Contacts;

/// <summary>A patient of the MIS (FHIR: Patient).</summary>
/// <param name="Id">The MIS's own id.</param>
/// <param name="BirthOn">Null: the MIS has none.</param>
/// <param name="Phones">E.164.</param>
public sealed record PatientDetails(string Id, string Name, DateOnly? BirthOn, IReadOnlyList<string> Phones, IReadOnlyList<string> Emails);

/// <param name="Items">Best first, at most fifty.</param>
public sealed record PatientPage(IReadOnlyList<PatientDetails> Items);

/// <summary>What is looked for, in the body: mostly somebody's name or telephone.</summary>
/// <param name="Q">2 to 200 characters.</param>
/// <param name="Limit">1 to 50, default 5.</param>
public sealed record PeopleSearchBody(string? Q, int? Limit);

/// <summary>This room's part of the answer.</summary>
/// <param name="People">Best first.</param>
public sealed record PeopleFound(IReadOnlyList<PatientDetails> People);

/// <param name="Next">Pass it as <c>before</c> for the next page. Null: this was the last.</param>
public sealed record AccessPage(IReadOnlyList<AccessEntry> Items, long? Next);

/// <summary>Patients of the MIS. Every answer with a patient in it is an entry of the access log.</summary>
internal static class PatientEndpoints
{
    private const int ShortestSearch = 2;
    private const int LongestSearch = 200;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/patients", Search).WithName("searchPatients");
        api.MapPost("/search", SearchPeople).WithName("searchPeople").ExcludeFromDescription();
        api.MapGet("/patients/{id}", Get).WithName("getPatient").ProducesProblem(404);
        api.MapGet("/access-log", ReadLog).WithName("readAccessLog").RequireAuthorization(policy => policy.RequireRole(Roles.PrivacyOfficer, Roles.Admin));
    }

    /// <param name="q">A surname, a full name, a phone, a mail address or a date of birth.</param>
    /// <param name="requestId">The request that is worked on, for the access log.</param>
    private static async Task<Results<Ok<PatientPage>, ValidationProblem>> Search(string? q, Guid? requestId, HttpContext http, PatientSearch patients, AccessLog log, CancellationToken ct)
    {
        if (q?.Trim() is not { Length: >= ShortestSearch and <= LongestSearch } words)
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["q"] = ["patients.q-length"] });
        }

        var found = await patients.SearchAsync(words, ct);
        await log.WriteAsync(http.Agent(), AccessPurpose.Search, Why(requestId), [.. found.Select(patient => patient.Id)], ct);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new PatientPage([.. found.Select(Details)]));
    }

    private static async Task<Results<Ok<PeopleFound>, ValidationProblem>> SearchPeople(PeopleSearchBody body, HttpContext http, PatientSearch patients, AccessLog log, CancellationToken ct)
    {
        if (body.Q?.Trim() is not { Length: >= ShortestSearch and <= LongestSearch } words)
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["q"] = ["search.q-length"] });
        }

        // Who is not shown is not written down as seen.
        var found = (await patients.SearchAsync(words, ct)).Take(Math.Clamp(body.Limit ?? 5, 1, 50)).ToList();
        await log.WriteAsync(http.Agent(), AccessPurpose.Search, null, [.. found.Select(patient => patient.Id)], ct);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new PeopleFound([.. found.Select(Details)]));
    }

    private static async Task<Results<Ok<PatientDetails>, ProblemHttpResult>> Get(string id, Guid? requestId, HttpContext http, PatientSearch patients, AccessLog log, CancellationToken ct)
    {
        if (await patients.GetAsync(id, ct) is not { } patient)
        {
            return TypedResults.Problem(statusCode: 404, title: "patient.not-found");
        }

        await log.WriteAsync(http.Agent(), AccessPurpose.Patient, Why(requestId), [patient.Id], ct);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(Details(patient));
    }

    /// <param name="patientId">Only of this patient.</param>
    /// <param name="agentId">Only by this person.</param>
    /// <param name="before">Where the last page ended.</param>
    /// <param name="limit">1 to 500, default 100.</param>
    private static async Task<Results<Ok<AccessPage>, ValidationProblem>> ReadLog(string? patientId, Guid? agentId, long? before, int? limit, HttpContext http, AccessLog log, CancellationToken ct)
    {
        var size = limit ?? 100;
        if (size is < 1 or > 500)
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["limit"] = ["access-log.limit-out-of-range"] });
        }

        http.Response.Headers.CacheControl = "no-store";
        var entries = await log.ReadAsync(patientId, agentId, before, size + 1, ct);
        return TypedResults.Ok(new AccessPage([.. entries.Take(size)], entries.Count > size ? entries[size - 1].Id : null));
    }

    private static RequestId? Why(Guid? requestId) => requestId is { } id ? new RequestId(id) : null;

    private static PatientDetails Details(KnownPatient patient) =>
        new(patient.Id, patient.Person.FullName, patient.Person.BirthOn, patient.Person.Phones, patient.Person.Emails);
}
