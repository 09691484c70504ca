using MedCrm.Patients.Mis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace MedCrm.Patients.Slots;

/// <summary>All of one kind, as last read from the MIS.</summary>
public sealed record DirectoryList<T>(IReadOnlyList<T> Items);

/// <summary>The MIS's locations, practitioners, specialties and services, for filters and names.</summary>
public static class GetDirectoryEndpoint
{
    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/locations", (FreeSlots slots, CancellationToken ct) => ListAsync(slots, directory => directory.Locations, ct)).WithName("listLocations");
        api.MapGet("/specialties", (FreeSlots slots, CancellationToken ct) => ListAsync(slots, directory => directory.Specialties, ct)).WithName("listSpecialties");
        api.MapGet("/services", (FreeSlots slots, CancellationToken ct) => ListAsync(slots, directory => directory.Services, ct)).WithName("listServices");
        api.MapGet("/practitioners", GetPractitioners).WithName("listPractitioners");
    }

    /// <param name="specialty">Only who has this specialty.</param>
    /// <param name="location">Only who works there.</param>
    private static Task<Ok<DirectoryList<MisPractitioner>>> GetPractitioners(string? specialty, string? location, FreeSlots slots, CancellationToken ct) => ListAsync(
        slots,
        directory => directory.Practitioners.Where(one => (specialty is null || one.SpecialtyIds.Contains(specialty)) && (location is null || one.LocationIds.Count == 0 || one.LocationIds.Contains(location))),
        ct);

    private static async Task<Ok<DirectoryList<T>>> ListAsync<T>(FreeSlots slots, Func<MisDirectory, IEnumerable<T>> pick, CancellationToken ct) =>
        TypedResults.Ok(new DirectoryList<T>([.. pick(await slots.DirectoryAsync(ct))]));
}
