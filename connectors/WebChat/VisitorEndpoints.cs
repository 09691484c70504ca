using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;
using MedCrm.Hosting;
using MedCrm.Hosting.Blobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.WebChat;

/// <summary>What the widget must know of its chat.</summary>
/// <param name="OpensAt">UTC instant from which on somebody answers again. Null: now, or nobody knows.</param>
/// <param name="OfflineForm">Key of the form to show outside of the hours. Null: the chat takes messages then, too.</param>
/// <param name="ConsentTextVersion">Null: no consent is asked for.</param>
internal sealed record WidgetSettings(
    string Title, string Greeting, string Offline, string Consent, bool Online, DateTimeOffset? OpensAt, string? OfflineForm, string? ConsentTextVersion, string? PrivacyUrl, long MaxFileBytes, int MaxFiles);

internal static class VisitorEndpoints
{
    public static void MapVisitors(this IEndpointRouteBuilder app)
    {
        var widget = app.MapGroup("/widget/{chat}").AllowAnonymous().ExcludeFromDescription();
        widget.AddEndpointFilter(async (context, next) =>
        {
            context.HttpContext.Response.Headers.CacheControl = "no-store";
            try
            {
                return await next(context);
            }
            catch (ConnectorNotReadyException)
            {
                context.HttpContext.Response.Headers.RetryAfter = "5";
                return Results.Problem(title: "chat.not-ready", detail: "Come again.", statusCode: StatusCodes.Status503ServiceUnavailable);
            }
        });
        widget.MapGet("settings", (string chat, string? lang, IOptionsMonitor<WebChatOptions> options, TimeProvider clock) => Settings(options.CurrentValue.Chat(chat)!, lang, clock.GetUtcNow()));
        widget.MapPost("session", OpenAsync);
        widget.MapDelete("session", ForgetAsync);
        widget.MapGet("files/{seq:long}/{number:int}", FileAsync);
        app.MapPost("/api/chats/{conversationId}/typing", async (ConversationId conversationId, VisitorLines lines, CancellationToken ct) =>
        {
            await lines.AnswerIsWrittenAsync(conversationId, ct);
            return Results.NoContent();
        }).RequireAuthorization().ExcludeFromDescription();
    }

    private static WidgetSettings Settings(ChatOptions chat, string? language, DateTimeOffset now)
    {
        var texts = language?.StartsWith("ru", StringComparison.OrdinalIgnoreCase) == false ? chat.English : chat.Russian;
        var opensAt = chat.Hours.Count == 0 ? now : new BusinessHours(new() { TimeZone = chat.TimeZone, Hours = chat.Hours }).OpenFrom(now);
        return new(
            texts.Title, texts.Greeting, texts.Offline, texts.Consent, opensAt == now, opensAt == now ? null : opensAt,
            chat.OfflineForm, chat.ConsentTextVersion, chat.PrivacyUrl, chat.MaxFileBytes, chat.MaxFiles);
    }

    /// <summary>Without a token: a new visitor. With hers: her time begins anew. With another: 401, and she asks without.</summary>
    private static async Task<IResult> OpenAsync(string chat, HttpRequest request, Visitors visitors, IOptionsMonitor<WebChatOptions> options, CancellationToken ct)
    {
        var settings = options.CurrentValue.Chat(chat)!;
        if (Visitors.TokenOf(request.Headers) is not { } token)
        {
            return Results.Json(await visitors.WelcomeAsync(settings, ct), statusCode: StatusCodes.Status201Created);
        }

        return await visitors.FindAsync(settings, token, ct) is { } visitor ? Results.Ok(new VisitorSession(token, await visitors.RenewAsync(visitor, ct))) : Unauthorized();
    }

    private static async Task<IResult> ForgetAsync(string chat, HttpRequest request, Visitors visitors, IOptionsMonitor<WebChatOptions> options, CancellationToken ct)
    {
        if (await visitors.FindAsync(options.CurrentValue.Chat(chat)!, Visitors.TokenOf(request.Headers), ct) is not { } visitor)
        {
            return Unauthorized();
        }

        await visitors.ForgetAsync(visitor, ct);
        return Results.NoContent();
    }

    private static async Task<IResult> FileAsync(
        string chat, long seq, int number, HttpContext http, Visitors visitors, History history, IBlobStore blobs, IOptionsMonitor<WebChatOptions> options, CancellationToken ct)
    {
        if (await visitors.FindAsync(options.CurrentValue.Chat(chat)!, Visitors.TokenOf(http.Request.Headers), ct) is not { } visitor)
        {
            return Unauthorized();
        }

        if (await history.FileAsync(visitor, seq, number, ct) is not { BlobId: { } blob } file || await blobs.OpenAsync(blob, ct) is not { } content)
        {
            return Results.Problem(title: "chat.no-file", statusCode: StatusCodes.Status404NotFound);
        }

        // Never shown in place: what a browser would run must not run on our origin.
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.ContentSecurityPolicy = "sandbox";
        return Results.File(content, file.MediaType, file.Name);
    }

    private static IResult Unauthorized() =>
        Results.Problem(title: "chat.unauthorized", detail: "The visitor's token is unknown or has expired; ask for a new one.", statusCode: StatusCodes.Status401Unauthorized);
}
