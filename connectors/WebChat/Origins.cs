using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.WebChat;

/// <summary>Lets in the pages that may show a chat, and nobody else's: CORS for their scripts, and the same list for the live line, to which CORS does not apply.</summary>
internal static class Origins
{
    private const string Hub = "/hubs/visitor";
    private static readonly PathString Widget = "/widget";

    public static void UseOrigins(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptionsMonitor<WebChatOptions>>();
        app.Use(async (http, next) =>
        {
            var isHub = http.Request.Path.StartsWithSegments(Hub, StringComparison.OrdinalIgnoreCase);
            if (!isHub && !http.Request.Path.StartsWithSegments(Widget, StringComparison.OrdinalIgnoreCase, out _))
            {
                await next();
                return;
            }

            var key = isHub ? http.Request.Query["chat"].ToString() : http.Request.Path.Value!.Split('/').ElementAtOrDefault(2);
            if (options.CurrentValue.Chat(key) is not { } chat)
            {
                await Results.Problem(title: "chat.unknown", detail: "There is no chat with this key; see Connectors:WebChat:Chats.", statusCode: StatusCodes.Status404NotFound).ExecuteAsync(http);
                return;
            }

            http.Response.Headers.Vary = "Origin";
            var origin = http.Request.Headers.Origin.ToString();
            if (origin.Length > 0 && !IsAllowed(chat, origin, http.Request))
            {
                await Results.Problem(title: "chat.foreign-origin", detail: "This page's origin is not in AllowedOrigins of the chat.", statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(http);
                return;
            }

            if (origin.Length > 0)
            {
                http.Response.Headers.AccessControlAllowOrigin = origin;
            }

            if (HttpMethods.IsOptions(http.Request.Method))
            {
                http.Response.Headers.AccessControlAllowMethods = "GET, POST, DELETE";
                http.Response.Headers.AccessControlAllowHeaders = $"Content-Type, {Visitors.TokenHeader}, X-Requested-With, X-SignalR-User-Agent";
                http.Response.Headers.AccessControlMaxAge = "600";
                http.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            }

            await next();
        });
    }

    // A browser names the origin with every POST and every live line; without one it is the page of our own gateway, or no browser at all.
    private static bool IsAllowed(ChatOptions chat, string origin, HttpRequest request) =>
        chat.AllowedOrigins.Exists(allowed => allowed == "*" || string.Equals(allowed.TrimEnd('/'), origin, StringComparison.OrdinalIgnoreCase))
        || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
}
