using Microsoft.AspNetCore.Http;

namespace MedCrm.Connectors.Website;

/// <summary>Which pages' scripts may read our answers; every form has its own list.</summary>
internal static class Cors
{
    public static bool IsAllowed(FormOptions form, string origin) =>
        form.AllowedOrigins.Exists(allowed => allowed == "*" || string.Equals(allowed.TrimEnd('/'), origin, StringComparison.OrdinalIgnoreCase));

    public static void Apply(FormOptions form, HttpContext http)
    {
        http.Response.Headers.Vary = "Origin";
        if (http.Request.Headers.Origin.ToString() is { Length: > 0 } origin && IsAllowed(form, origin))
        {
            http.Response.Headers.AccessControlAllowOrigin = origin;
        }
    }

    public static IResult Preflight(FormOptions form, HttpContext http)
    {
        Apply(form, http);
        http.Response.Headers.AccessControlAllowMethods = "GET, POST";
        http.Response.Headers.AccessControlAllowHeaders = $"Content-Type, {SubmissionKeys.Header}, X-Requested-With";
        http.Response.Headers.AccessControlMaxAge = "600";
        return Results.NoContent();
    }
}
