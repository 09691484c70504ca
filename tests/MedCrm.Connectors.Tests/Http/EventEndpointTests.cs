using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Xunit;

namespace MedCrm.Connectors.Tests.Http;

/// <summary>The door as a program without our code sees it.</summary>
public sealed class EventEndpointTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Good = """{"type":"message","id":"m1","from":{"account":"a1"},"text":"Здравствуйте"}""";
    private readonly ClientProgram _program = new();
    private Stage _stage = null!;
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        _stage = await Stage.SetAsync(_program, postgres, default);
        _http = new() { BaseAddress = (await _stage.StartWorkerAsync()).Url };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _stage.DisposeAsync();
    }

    [Fact]
    public async Task The_same_key_and_body_get_the_same_answer_and_another_body_422()
    {
        var first = await PostAsync(Good, "k1");
        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        var again = await PostAsync(Good, "k1");
        Assert.Equal((HttpStatusCode.Accepted, await first.Content.ReadAsStringAsync()), (again.StatusCode, await again.Content.ReadAsStringAsync()));
        foreach (var other in new[] { Good.Replace("Здравствуйте", "Здравствуйтё", StringComparison.Ordinal), Good + " ", "{}" })
        {
            await ProblemAsync(await PostAsync(other, "k1"), HttpStatusCode.UnprocessableEntity, "ingest.key-reused");
        }

        await _stage.HeardOnceAsync(["Здравствуйте"], default);
    }

    [Fact]
    public async Task A_large_body_is_compared_byte_for_byte_too()
    {
        var large = Good.Replace("Здравствуйте", new string('ж', 60_000), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(large, "k1")).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(large, "k1")).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostAsync(large.Replace("жж\"", "жш\"", StringComparison.Ordinal), "k1")).StatusCode);
    }

    [Fact]
    public async Task Twelve_at_once_are_one_event()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => PostAsync(Good, "k1")));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode));
        Assert.Single((await Task.WhenAll(answers.Select(answer => answer.Content.ReadAsStringAsync()))).Distinct());
        await _stage.HeardOnceAsync(["Здравствуйте"], default);
    }

    [Fact]
    public async Task One_key_of_two_clients_is_two_events()
    {
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(Good, "k1")).StatusCode);
        using var other = await _http.SendAsync(ClientProgram.Request(Encoding.UTF8.GetBytes(Good.Replace("Здравствуйте", "От другой", StringComparison.Ordinal)), "key-of-another-program-902d", "k1"));
        Assert.Equal(HttpStatusCode.Accepted, other.StatusCode);
        await _stage.HeardOnceAsync(["Здравствуйте", "От другой"], default);
    }

    [Theory]
    [InlineData("""{"type":"message","id":"m1","from":{"account":"a1"},"text":"x","tekst":"y"}""", "tekst")]
    [InlineData("""{"type":"message","from":{"account":"a1"},"text":"x"}""", "id")]
    [InlineData("""{"type":"message","id":"m1","text":"x"}""", "from")]
    [InlineData("""{"type":"message","id":"m1","from":{"phone":"не скажу"},"text":"x"}""", "from.phone")]
    [InlineData("""{"type":"message","id":"m1","from":{"email":"не скажу"},"text":"x"}""", "from.email")]
    [InlineData("""{"type":"message","id":"m1","from":{"account":"a1"},"text":""}""", "text")]
    [InlineData("""{"type":"message","id":"m1","from":{"account":"a1"},"text":"x","sentAt":"вчера"}""", "sentAt")]
    [InlineData("""{"type":"message","id":"m1","id":"m2","from":{"account":"a1"},"text":"x"}""", "id")]
    [InlineData("""{"type":"message","id":"m1","from":{"account":"a1"},"text":"","attachments":[{"fileName":"a","mediaType":"b","content":"не base64"}]}""", "attachments[0].content")]
    [InlineData("""{"type":"message","id":"m1","from":{"account":"a1"},"text":"Приду","choiceOf":"не скажу"}""", "choiceOf")]
    [InlineData("""{"type":"call"}""", "type")]
    [InlineData("""{"type":"delivery","messageId":"0193c1f2-a5b8-7e12-a9d0-4f6b2f1c7d55","status":"failed"}""", "reasonCode")]
    [InlineData("""{"type":"delivery","status":"read"}""", "messageId")]
    [InlineData("""{"type":""", "type")]
    [InlineData("null", "")]
    public async Task A_wrong_field_is_named_and_nothing_stored(string body, string field)
    {
        var problem = await ProblemAsync(await PostAsync(body, "k1"), HttpStatusCode.BadRequest, "ingest.invalid");
        Assert.Contains(problem.GetProperty("errors").EnumerateObject(), error => error.Name == field);
        Assert.DoesNotContain("не скажу", problem.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await _stage.CountStoredAsync(default));

        // Corrected, it may come under the same key.
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(Good, "k1")).StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("with space")]
    [InlineData("\"\"")]
    public async Task A_key_is_required(string? key) =>
        await ProblemAsync(await _http.SendAsync(ClientProgram.Request(Encoding.UTF8.GetBytes(Good), ClientProgram.ApiKey, key)), HttpStatusCode.BadRequest, "ingest.idempotency-key");

    [Fact]
    public async Task A_wrong_key_leaves_nothing_and_a_form_is_no_json()
    {
        await ProblemAsync(await _http.SendAsync(ClientProgram.Request(Encoding.UTF8.GetBytes(Good), "wrong", "k1")), HttpStatusCode.Unauthorized, "ingest.unauthorized");
        using var form = ClientProgram.Request("a=b"u8.ToArray(), ClientProgram.ApiKey, "k1");
        form.Content!.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
        await ProblemAsync(await _http.SendAsync(form), HttpStatusCode.UnsupportedMediaType, "ingest.media-type");
        await ProblemAsync(await PostAsync(new string(' ', 17 * 1024 * 1024), "k1"), HttpStatusCode.RequestEntityTooLarge, "webhook.too-large");
        Assert.Equal(0, await _stage.CountStoredAsync(default));
    }

    [Fact]
    public async Task What_nobody_takes_is_a_dead_letter_of_its_client()
    {
        await PostAsync(Good, "k1");
        var heard = await _stage.HeardAsync("Здравствуйте");
        var lost = await _stage.AnswerAsync(heard, "Ответ", _stage.Peer.Unreachable);
        await _stage.ReportAsync(lost);
        var dead = await DeadLettersAsync(ClientProgram.ApiKey);
        var letter = Assert.Single(dead.EnumerateArray());
        Assert.Equal((lost.MessageId.Value, "bad-address"), (letter.GetProperty("messageId").GetGuid(), letter.GetProperty("reasonCode").GetString()));
        Assert.Empty((await DeadLettersAsync("key-of-another-program-902d")).EnumerateArray());
    }

    [Fact]
    public async Task A_delivery_report_finds_its_answer()
    {
        await PostAsync(Good, "k1");
        var answer = await _stage.AnswerAsync(await _stage.HeardAsync("Здравствуйте"), "Ответ");
        await _stage.ReportAsync(answer);
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync($$"""{"type":"delivery","messageId":"{{answer.MessageId.Value}}","status":"read"}""", "k2")).StatusCode);
        await Eventually.TrueAsync(() => _stage.Chat.Heard.Reports.Any(report => report.MessageId == answer.MessageId && report.Status == MedCrm.Contracts.Chat.DeliveryStatus.Read));
    }

    [Fact]
    public async Task Choices_reach_the_program_and_a_press_names_what_it_answers()
    {
        await PostAsync(Good, "k1");
        var heard = await _stage.HeardAsync("Здравствуйте");
        var question = await _stage.AnswerAsync(heard, "Вы придёте?", choices: ["Приду", "Не приду"]);
        var plain = await _stage.AnswerAsync(heard, "Ждём вас");
        foreach (var answer in new[] { question, plain })
        {
            Assert.Equal(MedCrm.Contracts.Chat.DeliveryStatus.Sent, (await _stage.ReportAsync(answer)).Status);
        }

        Assert.Equal(["Приду", "Не приду"], Choices(question.MessageId));
        Assert.Empty(Choices(plain.MessageId));

        var press = $$"""{"type":"message","id":"{{question.MessageId}}-Приду","from":{"account":"a1"},"text":"Приду","choiceOf":"{{question.MessageId}}"}""";
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(press, "k2")).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(press, "k2")).StatusCode);
        await _stage.HeardOnceAsync(["Здравствуйте", "Приду"], default);
        Assert.Equal((question.MessageId, null), ((await _stage.HeardAsync("Приду")).ChoiceOf, heard.ChoiceOf));

        IEnumerable<string?> Choices(MedCrm.Contracts.MessageId answer) =>
            Assert.Single(_program.Called, message => message.GetProperty("messageId").GetGuid() == answer.Value).GetProperty("choices").EnumerateArray().Select(choice => choice.GetString());
    }

    private Task<HttpResponseMessage> PostAsync(string body, string key) => _http.SendAsync(ClientProgram.Request(Encoding.UTF8.GetBytes(body), ClientProgram.ApiKey, key));

    private async Task<JsonElement> DeadLettersAsync(string apiKey)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/ingest/v1/dead-letters");
        request.Headers.Add("X-Api-Key", apiKey);
        using var answer = await _http.SendAsync(request);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("items");
    }

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string title)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal((status, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal(title, problem.GetProperty("title").GetString());
        return problem;
    }
}
