using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MedCrm.Patients.Mis.Renovatio;

/// <summary>What Renovatio refused, by its own words: it answers 200 and tells by code and text, and both are few.</summary>
internal enum RenovatioError
{
    /// <summary>Not in the table: perhaps done, perhaps not.</summary>
    Unclear,
    Credentials,
    Taken,
    DuplicatePatient,
    NoPatient,
    NoSlot,
    NoAppointment,
    WrongRequest,
}

/// <summary>Renovatio said no.</summary>
internal sealed class RenovatioException(RenovatioError error, string code) : Exception($"Renovatio: {error} (code {code})")
{
    public RenovatioError Error { get; } = error;

    public string Code { get; } = code;
}

/// <summary>Renovatio's public API: form-encoded POST, the key in the body, <c>{ error, data }</c> in every answer.</summary>
internal sealed partial class RenovatioApi(HttpClient http, string apiKey, TimeProvider clock)
{
    /// <summary>It says "Auth error" now and then to a key that is right.</summary>
    private const int AuthAttempts = 3;

    // First match counts. What is not here stays unclear, and is looked up before anything is repeated.
    private static readonly (Regex Text, RenovatioError Error)[] Errors =
    [
        (AuthText(), RenovatioError.Credentials), (DuplicateText(), RenovatioError.DuplicatePatient), (TakenText(), RenovatioError.Taken), (NoPatientText(), RenovatioError.NoPatient),
        (NoDoctorText(), RenovatioError.NoSlot), (NoAppointmentText(), RenovatioError.NoAppointment), (WrongText(), RenovatioError.WrongRequest),
    ];

    /// <summary>Calls a method.</summary>
    /// <returns>The member <c>data</c>. Null: there is none.</returns>
    /// <exception cref="RenovatioException">It said no.</exception>
    /// <exception cref="HttpRequestException">It could not be reached, or answered with an HTTP error.</exception>
    /// <exception cref="JsonException">What it answered is not what it answers.</exception>
    public async Task<JsonNode?> CallAsync(string method, CancellationToken ct, params (string Name, string? Value)[] parameters)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var form = new FormUrlEncodedContent(parameters.Where(one => one.Value is not null).Select(one => KeyValuePair.Create(one.Name, one.Value)).Prepend(KeyValuePair.Create<string, string?>("api_key", apiKey)));
            using var answer = await http.PostAsync(new Uri(method, UriKind.Relative), form, ct);
            answer.EnsureSuccessStatusCode();
            if (JsonNode.Parse(await answer.Content.ReadAsStringAsync(ct)) is not JsonObject body || body["error"] is not JsonValue error)
            {
                throw new JsonException("An answer without 'error'.");
            }

            if (error.ToString() is "0" or "false")
            {
                return body["data"];
            }

            var refusal = Refusal(body["data"]);
            if (refusal.Error != RenovatioError.Credentials || attempt == AuthAttempts)
            {
                throw refusal;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200 * attempt), clock, ct);
        }
    }

    /// <summary>Rows of an answer. One row comes as an object where others come as an array; none as null, an empty array or an empty object.</summary>
    /// <exception cref="JsonException">Something else.</exception>
    public static IReadOnlyList<JsonObject> Rows(JsonNode? data) => data switch
    {
        null => [],
        JsonArray array => [.. array.Select(row => row as JsonObject ?? throw new JsonException("A row that is no object."))],
        JsonObject { Count: 0 } => [],
        JsonObject row when row.ContainsKey("id") || row.ContainsKey("patient_id") || row.ContainsKey("service_id") => [row],
        _ => throw new JsonException("Neither rows nor a row."),
    };

    /// <summary>A member as text, whether it came as a number or as a string.</summary>
    /// <exception cref="JsonException">It is missing.</exception>
    public static string Text(JsonObject row, params string[] names) =>
        OptionalText(row, names) ?? throw new JsonException($"A row without '{names[0]}'.");

    public static string? OptionalText(JsonObject row, params string[] names) =>
        names.Select(name => row[name] is JsonValue value ? value.ToString() : null).FirstOrDefault(value => !string.IsNullOrEmpty(value));

    /// <summary>A list of ids, which may come as an array, one value or a text with commas.</summary>
    public static IReadOnlyList<string> Ids(JsonNode? node) => node switch
    {
        JsonArray array => [.. array.OfType<JsonValue>().Select(value => value.ToString())],
        JsonValue value => value.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
        _ => [],
    };

    private static RenovatioException Refusal(JsonNode? data)
    {
        var (code, text) = data is JsonObject told ? (told["code"]?.ToString() ?? "", told["desc"]?.ToString() ?? "") : ("", data?.ToString() ?? "");
        var known = Errors.FirstOrDefault(one => one.Text.IsMatch(text));
        // The text may hold personal data and goes no further.
        return new RenovatioException(known.Text is null ? RenovatioError.Unclear : known.Error, code);
    }

    private const RegexOptions AnyCase = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex("auth error|неверный.*ключ|api_key", AnyCase)]
    private static partial Regex AuthText();

    [GeneratedRegex("такой пациент уже существует", AnyCase)]
    private static partial Regex DuplicateText();

    [GeneratedRegex("пересека|пересечени|время.*занят|занято", AnyCase)]
    private static partial Regex TakenText();

    [GeneratedRegex("пациент.*не найден|не найден.*пациент", AnyCase)]
    private static partial Regex NoPatientText();

    [GeneratedRegex("(врач|сотрудник|пользовател).*не найден|не найден.*(врач|сотрудник|пользовател)", AnyCase)]
    private static partial Regex NoDoctorText();

    [GeneratedRegex("(визит|запис).*не найден|не найден.*(визит|запис)", AnyCase)]
    private static partial Regex NoAppointmentText();

    [GeneratedRegex("не указан|не заполнен|обязательн|неверный формат|некорректн", AnyCase)]
    private static partial Regex WrongText();
}
