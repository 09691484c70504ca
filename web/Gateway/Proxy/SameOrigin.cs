using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace MedCrm.Gateway.Proxy;

/// <summary>Refuses writes that another site's page sends with our user's cookie. The cookie is SameSite=Strict already; this is the second lock.</summary>
internal static class SameOrigin
{
    public static void UseSameOrigin(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        var request = context.Request;
        var ours = request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) || request.Path.StartsWithSegments("/hubs/window", StringComparison.OrdinalIgnoreCase);
        var writes = !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) || context.WebSockets.IsWebSocketRequest;
        if (ours && writes && request.Headers.Origin is [{ } origin] && !IsOwn(origin, request))
        {
            await TypedResults.Problem(statusCode: 403, title: "request.foreign-origin").ExecuteAsync(context);
            return;
        }

        await next(context);
    });

    private static bool IsOwn(string origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && string.Equals(uri.Authority, new UriBuilder($"{request.Scheme}://{request.Host}").Uri.Authority, StringComparison.OrdinalIgnoreCase);
}
