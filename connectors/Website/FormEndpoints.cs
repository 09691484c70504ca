using System.Security.Cryptography;
using System.Text;
using MedCrm.Connectors.Sdk;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.Website;

/// <summary>Answer to a submission that is stored for good.</summary>
/// <param name="ReceiptId">The same for every repeat of the same submission.</param>
public sealed record FormReceipt(string ReceiptId);

/// <summary>For the time trap.</summary>
/// <param name="Token">To be posted back with the form.</param>
/// <param name="Field">In this field.</param>
public sealed record FormToken(string Token, string Field);

internal static class FormEndpoints
{
    private const string ApiKeyHeader = "X-Api-Key";
    private const string ApiKeyQuery = "token";

    public static void MapForms(this IEndpointRouteBuilder app)
    {
        var forms = app.MapGroup("/forms/{formKey}").AllowAnonymous();
        forms.MapPost("", PostAsync).Produces<FormReceipt>(StatusCodes.Status202Accepted).ProducesProblem(400).ProducesProblem(401).ProducesProblem(404).ProducesProblem(413).ProducesProblem(503);
        forms.MapMethods("", [HttpMethods.Options], Preflight).ExcludeFromDescription();
        forms.MapMethods("token", [HttpMethods.Options], Preflight).ExcludeFromDescription();
        forms.MapGet("token", Token).Produces<FormToken>().ProducesProblem(404);
    }

    private static IResult Preflight(string formKey, HttpContext http, IOptionsMonitor<WebsiteOptions> options) =>
        options.CurrentValue.Form(formKey) is { } form ? Cors.Preflight(form, http) : Unknown();

    private static IResult Token(string formKey, HttpContext http, IOptionsMonitor<WebsiteOptions> options, FormTokens tokens)
    {
        if (options.CurrentValue.Form(formKey) is not { } form)
        {
            return Unknown();
        }

        Cors.Apply(form, http);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Ok(new FormToken(tokens.Issue(form), form.TokenField));
    }

    private static async Task<IResult> PostAsync(
        string formKey, HttpContext http, IOptionsMonitor<WebsiteOptions> options, BodyReader bodies, FormReception reception, CancellationToken ct)
    {
        // Not kept: nobody would look after it, and an open door for anything at all would be filled with anything at all.
        if (options.CurrentValue.Form(formKey) is not { } form)
        {
            return Unknown();
        }

        Cors.Apply(form, http);
        if (!IsLetIn(form, http.Request))
        {
            return Problem(http, "form.unauthorized", $"This form takes submissions with its key only: header {ApiKeyHeader}.", StatusCodes.Status401Unauthorized);
        }

        try
        {
            return await bodies.ReadAsync(http.Request, form.MaxBodyBytes, async body => Answer(form, http, await reception.ReceiveAsync(form, Submission(form, http, body), ct)), ct)
                ?? Problem(http, "form.too-large", $"At most {form.MaxBodyBytes} bytes.", StatusCodes.Status413PayloadTooLarge);
        }
        catch (ConnectorNotReadyException)
        {
            http.Response.Headers.RetryAfter = "5";
            return Problem(http, "form.not-stored", "The submission could not be stored. Send it again, with the same Idempotency-Key.", StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static Submission Submission(FormOptions form, HttpContext http, ReadOnlyMemory<byte> body)
    {
        var request = http.Request;
        var query = form.ApiKey is not null && request.Query.ContainsKey(ApiKeyQuery)
            ? QueryHelpers.AddQueryString("", request.Query.Where(pair => pair.Key != ApiKeyQuery).Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value.ToString())))
            : request.QueryString.ToString();
        return new(
            $"/forms/{form.Key}", query, request.ContentType, NullIfEmpty(request.Headers.Referer.ToString()), NullIfEmpty(request.Headers.Origin.ToString()),
            http.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : http.Connection.RemoteIpAddress,
            NullIfEmpty(request.Headers[SubmissionKeys.Header].ToString()), body);
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    private static IResult Answer(FormOptions form, HttpContext http, Reception reception) => reception switch
    {
        Reception.Ping => Results.Text("ok"),
        Reception.Empty => Problem(http, "form.empty", "Every field is empty.", StatusCodes.Status400BadRequest),
        Reception.Stored when IsBrowser(http.Request) && form.ThankYouUrl is { } url => SeeOther(http, url),
        Reception.Stored stored when IsBrowser(http.Request) => ThankYouPage.Accepted(stored.ReceiptId),
        Reception.Stored stored => Results.Json(new FormReceipt(stored.ReceiptId), statusCode: StatusCodes.Status202Accepted),
        _ => throw new InvalidOperationException($"{reception.GetType().Name} has no answer."),
    };

    private static IResult SeeOther(HttpContext http, string url)
    {
        http.Response.Headers.Location = url;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    private static bool IsLetIn(FormOptions form, HttpRequest request)
    {
        if (string.IsNullOrEmpty(form.ApiKey))
        {
            return true;
        }

        var given = request.Headers[ApiKeyHeader].ToString() is { Length: > 0 } header ? header : request.Query[ApiKeyQuery].ToString();
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(form.ApiKey)));
    }

    // A page that was posted without a script; scripts ask for JSON or for anything.
    private static bool IsBrowser(HttpRequest request) => request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private static IResult Unknown() =>
        Results.Problem(title: "form.unknown", detail: "There is no form with this key; see Connectors:Website:Forms.", statusCode: StatusCodes.Status404NotFound);

    private static IResult Problem(HttpContext http, string title, string detail, int status)
    {
        if (!IsBrowser(http.Request))
        {
            return Results.Problem(title: title, detail: detail, statusCode: status);
        }

        return ThankYouPage.Refused(title switch
        {
            "form.empty" => "Вы не заполнили ни одного поля. Вернитесь и заполните форму.",
            "form.too-large" => "Вложения слишком большие. Вернитесь и приложите файлы меньшего размера.",
            "form.not-stored" => "Сайт временно не может принять заявку. Повторите через минуту или позвоните нам.",
            _ => "Заявку не удалось принять. Позвоните нам.",
        }, status);
    }
}
