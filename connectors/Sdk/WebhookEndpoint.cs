using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MedCrm.Connectors.Sdk;

/// <summary>Maps <see cref="IWebhook"/>s.</summary>
internal static class WebhookEndpoint
{
    // Some vendors ask by GET whether an address is ours before they call it.
    private static readonly string[] Methods = [HttpMethods.Post, HttpMethods.Get];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static void MapWebhook(this WebApplication app, string route, Func<IWebhook> webhook, TimeProvider clock)
    {
        app.MapMethods(route, Methods, http => ReceiveAsync(webhook(), http, clock)).AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task ReceiveAsync(IWebhook webhook, HttpContext http, TimeProvider clock)
    {
        // Not disposed: what is under way when the caller is answered still listens to it.
        var limit = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        IResult answer;
        try
        {
            // The caller hears from us in time even where a database takes longer to be cancelled than it had to answer; what is stored after all meets its key.
            answer = await AnswerAsync(webhook, http, limit.Token).WaitAsync(Patience, clock, http.RequestAborted);
        }
        catch (Exception e) when (e is ConnectorNotReadyException or TimeoutException || (e is OperationCanceledException && limit.IsCancellationRequested))
        {
            // Elsewhere: to cancel a statement is itself a call to the database, and waits for it.
            _ = limit.CancelAsync();
            http.Response.Headers.RetryAfter = "5";
            answer = Results.Problem(title: "webhook.not-stored", detail: "It could not be stored. Call again.", statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        await answer.ExecuteAsync(http);
    }

    private static async Task<IResult> AnswerAsync(IWebhook webhook, HttpContext http, CancellationToken ct) =>
        await ReadAsync(http.Request, webhook.MaxBodyBytes, ct) is { } body
            ? Answer(await webhook.ReceiveAsync(CallOf(http, body), ct))
            : Results.Problem(title: "webhook.too-large", detail: $"At most {webhook.MaxBodyBytes} bytes.", statusCode: StatusCodes.Status413PayloadTooLarge);

    private static WebhookCall CallOf(HttpContext http, ReadOnlyMemory<byte> body) => new(
        http.Request.Path,
        http.Request.RouteValues.ToDictionary(pair => pair.Key, pair => pair.Value?.ToString() ?? ""),
        http.Request.Query,
        http.Request.Headers,
        body,
        http.Connection.RemoteIpAddress);

    private static IResult Answer(WebhookAnswer answer) =>
        answer.Body is null ? Results.StatusCode(answer.Status) : Results.Text(answer.Body, answer.MediaType, statusCode: answer.Status);

    /// <returns>Null: longer than allowed.</returns>
    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request, long most, CancellationToken ct)
    {
        // Ours is the limit that answers with a problem; Kestrel's would cut the line before anybody could read the answer.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } kestrel)
        {
            kestrel.MaxRequestBodySize = null;
        }

        if (request.ContentLength > most)
        {
            return null;
        }

        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await request.Body.ReadAsync(buffer, ct)) > 0;)
        {
            if (body.Length + read > most)
            {
                return null;
            }

            body.Write(buffer, 0, read);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }
}
