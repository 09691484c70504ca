using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using MedCrm.Contracts.Chat;
using Xunit;

namespace MedCrm.Connectors.Tests.Website;

/// <summary>What sites and machines really send, and worse. Whatever it is: a message, a flagged message, a row in the quarantine, or a clear refusal; never a 500, never silence.</summary>
public sealed class TortureTests(WebsiteHost site) : IClassFixture<WebsiteHost>
{
    private static int _phones;

    public enum Outcome
    {
        Message,
        Suspicious,
        Quarantine,
        BadRequest,
        NotFound,
        TooLarge,
        Unauthorized,
    }

    private static readonly Dictionary<string, (string Form, Outcome Outcome, Func<HttpContent?> Content, Action<WebsiteHost, ReceiveInboundMessage>? Look)> Torture = new()
    {
        ["plain JSON"] = ("demo", Outcome.Message, () => Json($$"""{"name":"Мария","phone":"{{Phone()}}","message":"Здравствуйте"}"""), (s, m) => Assert.Equal("Мария", s.Open(m.DisplayName))),
        ["JSON with a byte order mark"] = ("demo", Outcome.Message, () => Raw([0xEF, 0xBB, 0xBF, .. Utf8($$"""{"имя":"Мария","телефон":"{{Phone()}}"}""")], "application/json"), (s, m) => Assert.Equal("Мария", s.Open(m.DisplayName))),
        ["JSON called text/plain"] = ("demo", Outcome.Message, () => Raw(Utf8($$"""{"your-name":"Мария","your-phone":"{{Phone()}}"}"""), "text/plain; charset=UTF-8"), null),
        ["JSON called octet-stream"] = ("demo", Outcome.Message, () => Raw(Utf8($$"""{"name":"А","phone":"{{Phone()}}"}"""), "application/octet-stream"), null),
        ["JSON without a type"] = ("demo", Outcome.Message, () => Raw(Utf8($$"""{"name":"А","phone":"{{Phone()}}"}"""), null), null),
        ["JSON of a vendor"] = ("demo", Outcome.Message, () => Raw(Utf8($$"""{"name":"А","phone":"{{Phone()}}"}"""), "application/vnd.site+json"), null),
        ["JSON in UTF-16"] = ("demo", Outcome.Message, () => Raw(Encoding.Unicode.GetBytes($$"""{"name":"Пётр","phone":"{{Phone()}}"}"""), "application/json; charset=utf-16"), (s, m) => Assert.Equal("Пётр", s.Open(m.DisplayName))),
        ["JSON in Windows-1251, undeclared"] = ("demo", Outcome.Message, () => Raw(Cp1251($$"""{"name":"Пётр","phone":"{{Phone()}}"}"""), "application/json"), (s, m) => Assert.Equal("Пётр", s.Open(m.DisplayName))),
        ["nested JSON"] = ("demo", Outcome.Message, () => Json($$$"""{"data":{"contact":{"name":"Мария","phone":"{{{Phone()}}}"},"visit":{"doctor":"ЛОР" } } }"""), (s, m) => Assert.Equal("ЛОР", s.Field(m, "data.visit.doctor"))),
        ["ticked boxes"] = ("demo", Outcome.Message, () => Json($$"""{"phone":"{{Phone()}}","opts":["ОМС","ДМС"]}"""), (s, m) => Assert.Equal("ОМС, ДМС", s.Field(m, "opts"))),
        ["numbers and nulls"] = ("demo", Outcome.Message, () => Json($$"""{"phone":{{Phone().TrimStart('+')}},"age":42,"insured":true,"doctor":null,"ClientID":98765432109876543210}"""), (s, m) => Assert.Equal("98765432109876543210", s.Field(m, "ClientID"))),
        ["emoji and both directions"] = ("demo", Outcome.Message, () => Json($$"""{"name":"Мария 🌸","phone":"{{Phone()}}","message":"שלום 👨‍👩‍👧 привет"}"""), (s, m) => Assert.Equal("שלום 👨‍👩‍👧 привет", s.Open(m.Text))),
        ["half an emoji"] = ("demo", Outcome.Message, () => Json($$"""{"phone":"{{Phone()}}","message":"до \ud83d после"}"""), (s, m) => Assert.Equal("до \uFFFD после", s.Open(m.Text))),
        ["NUL in a value"] = ("demo", Outcome.Message, () => Json($$"""{"phone":"{{Phone()}}","message":"до\u0000после"}"""), (s, m) => Assert.Equal("допосле", s.Open(m.Text))),
        ["NUL in a name"] = ("demo", Outcome.Message, () => Urlencoded($"phone={Esc(Phone())}&mess%00age=текст"), (s, m) => Assert.Equal("текст", s.Open(m.Text))),
        ["raw NUL in JSON"] = ("demo", Outcome.Quarantine, () => Raw([.. Utf8("{\"phone\":\"+7916"), 0, .. Utf8("\"}")], "application/json"), null),
        ["urlencoded"] = ("demo", Outcome.Message, () => Urlencoded($"name={Esc("Анна Петрова")}&phone={Esc(Phone())}&message={Esc("a&b=c+d")}"), (s, m) => Assert.Equal("a&b=c+d", s.Open(m.Text))),
        ["urlencoded in Windows-1251"] = ("demo", Outcome.Message, () => Urlencoded($"name={WebUtility.UrlEncodeToBytes(Cp1251("Анна"), 0, 4).Aggregate("", (t, b) => t + (char)b)}&phone={Esc(Phone())}"), (s, m) => Assert.Equal("Анна", s.Open(m.DisplayName))),
        ["broken percent signs"] = ("demo", Outcome.Message, () => Urlencoded($"phone={Esc(Phone())}&message=скидка 100%&x=%zz&%=1&=&&"), (s, m) => Assert.Equal("скидка 100%", s.Open(m.Text))),
        ["multipart"] = ("demo", Outcome.Message, () => Multipart(("name", "Анна"), ("phone", Phone()), ("message", "Добрый день")), (s, m) => Assert.Equal("Добрый день", s.Open(m.Text))),
        ["a file of 24 megabytes"] = ("demo", Outcome.Message, () => { var f = Multipart(("phone", Phone())); f.Add(new ByteArrayContent(new byte[24 * 1024 * 1024]), "scan", "МРТ.dcm"); return f; }, (s, m) => Assert.Equal(24 * 1024 * 1024, Assert.Single(m.Attachments).Size)),
        ["a program called a picture"] = ("demo", Outcome.Message, () => { var f = Multipart(("phone", Phone())); f.Add(new ByteArrayContent([(byte)'M', (byte)'Z', 1, 2]) { Headers = { ContentType = new("image/png") } }, "scan", "cat.png"); return f; }, (s, m) => Assert.Equal("application/x-msdownload", Assert.Single(m.Attachments).MediaType)),
        ["a page called a picture"] = ("demo", Outcome.Message, () => { var f = Multipart(("phone", Phone())); f.Add(new ByteArrayContent(Utf8("  <SCRIPT>alert(1)</SCRIPT>")) { Headers = { ContentType = new("image/png") } }, "scan", "cat.png"); return f; }, (s, m) => Assert.Equal("text/html", Assert.Single(m.Attachments).MediaType)),
        ["a path for a name"] = ("demo", Outcome.Message, () => { var f = Multipart(("phone", Phone())); f.Add(new ByteArrayContent([1]), "scan", "..\\..\\windows\\evil.txt"); return f; }, (s, m) => Assert.Equal("evil.txt", s.Open(Assert.Single(m.Attachments).FileName))),
        ["a message of 300 000 letters"] = ("demo", Outcome.Message, () => Json($$"""{"phone":"{{Phone()}}","message":"{{new string('ж', 300_000)}}"}"""), (s, m) => Assert.Equal((100_000, true), (s.Open(m.Text)!.Length, m.Attachments.Count > 0))),
        ["a field of 200 000 letters"] = ("demo", Outcome.Message, () => Json($$"""{"phone":"{{Phone()}}","history":"{{new string('ж', 200_000)}}"}"""), (s, m) => Assert.True(s.Field(m, "history")!.Length <= 4001 && m.Attachments.Count > 0)),
        ["999 fields"] = ("demo", Outcome.Message, () => Urlencoded($"phone={Esc(Phone())}&" + string.Join('&', Enumerable.Range(0, 998).Select(i => $"f{i}={i}"))), (s, m) => Assert.Equal("997", s.Field(m, "f997"))),
        ["10 000 fields"] = ("demo", Outcome.Quarantine, () => Urlencoded($"phone={Esc(Phone())}&" + string.Join('&', Enumerable.Range(0, 10_000).Select(i => $"f{i}={i}"))), null),
        ["10 000 fields in JSON"] = ("demo", Outcome.Quarantine, () => Json("{" + string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"\"f{i}\":{i}")) + "}"), null),
        ["no address at all"] = ("demo", Outcome.Message, () => Json("""{"name":"Аноним","message":"Где вы находитесь?"}"""), (s, m) => Assert.Single(m.ContactPoints)),
        ["a nonsense telephone"] = ("demo", Outcome.Message, () => Json("""{"name":"Аноним","phone":"не скажу","message":"Часы работы"}"""), (s, m) => Assert.Equal("не скажу", s.Field(m, "phone"))),
        ["two telephones in one"] = ("demo", Outcome.Message, () => Json("""{"phone":"8 (916) 000-77-01 / 8 495 000-00-00","message":"q"}"""), (s, m) => Assert.Equal("+79160007701", s.Open(m.ContactPoints[0].Value))),
        ["names of a form builder"] = ("demo", Outcome.Message, () => Json("""{"field_7f":"+7 (916) 000-77-02","field_8a":"someone@patient.test","field_9c":"Иван"}"""), (s, m) => Assert.Equal(2, m.ContactPoints.Count)),
        ["PHP brackets"] = ("demo", Outcome.Message, () => Urlencoded($"form[name]={Esc("Олег")}&form[phone]={Esc(Phone())}&form[opts][]=1&form[opts][]=2"), (s, m) => Assert.Equal("Олег", s.Open(m.DisplayName))),
        ["surname apart"] = ("demo", Outcome.Message, () => Json($$"""{"Фамилия":"Иванова","Имя":"Ольга","Отчество":"Петровна","Телефон":"{{Phone()}}"}"""), (s, m) => Assert.Equal("Иванова Ольга Петровна", s.Open(m.DisplayName))),
        ["names of one's own"] = ("own-names", Outcome.Message, () => Json($$"""{"field_1":"Олег","field_2":"{{Phone()}}","field_3":"Сколько стоит?"}"""), (s, m) => Assert.Equal(("Олег", "Сколько стоит?"), (s.Open(m.DisplayName), s.Open(m.Text)))),
        ["a filled honeypot"] = ("demo", Outcome.Suspicious, () => Json($$"""{"phone":"{{Phone()}}","message":"buy","website":"http://spam.test"}"""), (_, m) => Assert.Contains("honeypot", m.Suspicions)),
        ["a message of links"] = ("demo", Outcome.Suspicious, () => Json($$"""{"phone":"{{Phone()}}","message":"http://a.test http://b.test"}"""), (_, m) => Assert.Contains("links", m.Suspicions)),
        ["a link for a name"] = ("demo", Outcome.Suspicious, () => Json($$"""{"name":"https://spam.test","phone":"{{Phone()}}"}"""), null),
        ["markup in every field"] = ("demo", Outcome.Message, () => Json($$"""{"name":"<b>Имя</b>","phone":"{{Phone()}}","message":"<script>alert(1)</script>"}"""), (s, m) => Assert.Equal("<script>alert(1)</script>", s.Open(m.Text))),
        ["SQL and quotes"] = ("demo", Outcome.Message, () => Json($$"""{"name":"'); drop table x; --","phone":"{{Phone()}}","message":"\"'`\\"}"""), (s, m) => Assert.Equal("\"'`\\", s.Open(m.Text))),
        ["quotes nobody escaped"] = ("demo", Outcome.Quarantine, () => Raw(Utf8("{\"name\":\"Иван \"Ваня\"\",\"tel\":\"+79160000000\"}"), "text/plain; charset=UTF-8"), null),
        ["JSON cut off"] = ("demo", Outcome.Quarantine, () => Json("""{"name":"Мария","pho"""), null),
        ["JSON followed by something"] = ("demo", Outcome.Quarantine, () => Json("""{"name":"Мария"} и ещё"""), null),
        ["a bare number"] = ("demo", Outcome.Quarantine, () => Json("42"), null),
        ["JSON a thousand deep"] = ("demo", Outcome.Quarantine, () => Json(new string('[', 1000) + new string(']', 1000)), null),
        ["XML"] = ("demo", Outcome.Quarantine, () => Raw(Utf8("<lead><phone>+79160000000</phone></lead>"), "application/xml"), null),
        ["random bytes"] = ("demo", Outcome.Quarantine, () => Raw([.. Enumerable.Range(0, 5000).Select(i => (byte)(i * 7919 >> 3))], "image/png"), null),
        ["gzip nobody announced"] = ("demo", Outcome.Quarantine, () => Raw([0x1F, 0x8B, 8, 0, 1, 2, 3], "application/json"), null),
        ["multipart without a boundary"] = ("demo", Outcome.Quarantine, () => Raw(Utf8("--x\r\n\r\nhello"), "multipart/form-data"), null),
        ["multipart cut off"] = ("demo", Outcome.Quarantine, () => Raw(Utf8("--x\r\nContent-Disposition: form-data; name=\"phone\"\r\n\r\n+79160"), "multipart/form-data; boundary=x"), null),
        ["multipart with another boundary"] = ("demo", Outcome.Quarantine, () => Raw(Utf8("--y\r\nContent-Disposition: form-data; name=\"phone\"\r\n\r\n1\r\n--y--\r\n"), "multipart/form-data; boundary=x"), null),
        ["multipart of endless headers"] = ("demo", Outcome.Quarantine, () => Raw(Utf8("--x\r\nContent-Disposition: form-data; name=\"a\"\r\nX: " + new string('h', 200_000) + "\r\n\r\n1\r\n--x--\r\n"), "multipart/form-data; boundary=x"), null),
        ["a type that is none"] = ("demo", Outcome.Quarantine, () => Raw(Utf8("привет"), "nonsense"), null),
        ["an empty body"] = ("demo", Outcome.BadRequest, () => Json(""), null),
        ["an empty object"] = ("demo", Outcome.BadRequest, () => Json("{}"), null),
        ["empty fields"] = ("demo", Outcome.BadRequest, () => Urlencoded("name=&phone=&message="), null),
        ["more than the limit"] = ("small", Outcome.TooLarge, () => Json($$"""{"message":"{{new string('x', 5000)}}"}"""), null),
        ["more than 32 megabytes"] = ("demo", Outcome.TooLarge, () => Raw(new byte[33 * 1024 * 1024], "application/json"), null),
        ["more than the limit, length untold"] = ("small", Outcome.TooLarge, () => new Chunked(new byte[8000]), null),
        ["25 megabytes of text"] = ("demo", Outcome.Message, () => Raw(Utf8($"phone={Esc(Phone())}&message=" + new string('x', 25_000_000)), "application/x-www-form-urlencoded"), (s, m) => Assert.Equal(100_000, s.Open(m.Text)!.Length)),
        ["a form nobody set up"] = ("nobody", Outcome.NotFound, () => Json("{}"), null),
        ["a form named by a path"] = ("..%2F..%2Fetc", Outcome.NotFound, () => Json("{}"), null),
        ["a server without its key"] = ("server", Outcome.Unauthorized, () => Json($$"""{"phone":"{{Phone()}}"}"""), null),
    };

    public static TheoryData<string> Names => [.. Torture.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Nothing_is_lost_and_nothing_breaks(string name)
    {
        var (form, expected, content, look) = Torture[name];
        var response = await site.PostAsync(form, content()!);
        var refusal = expected switch
        {
            Outcome.BadRequest => HttpStatusCode.BadRequest,
            Outcome.NotFound => HttpStatusCode.NotFound,
            Outcome.TooLarge => HttpStatusCode.RequestEntityTooLarge,
            Outcome.Unauthorized => HttpStatusCode.Unauthorized,
            Outcome.Message or Outcome.Suspicious or Outcome.Quarantine => HttpStatusCode.Accepted,
            _ => throw new InvalidOperationException(name),
        };
        Assert.Equal(refusal, response.StatusCode);
        if (refusal != HttpStatusCode.Accepted)
        {
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            return;
        }

        var receipt = await WebsiteHost.ReceiptAsync(response);
        var waiting = await site.QuarantinedAsync(form, receipt);
        Assert.Equal(expected == Outcome.Quarantine, waiting is not null);
        if (waiting is not null)
        {
            var kept = await site.Admin.GetByteArrayAsync($"/api/quarantine/{waiting.Id}/raw");
            var sent = await content()!.ReadAsByteArrayAsync();
            Assert.True(kept.Length > sent.Length || sent.Length > 100_000);
            return;
        }

        var message = await site.MessageAsync(receipt);
        Assert.Equal(expected == Outcome.Suspicious, message.Suspicions.Count > 0);
        look?.Invoke(site, message);
    }

    private static string Phone() => string.Create(CultureInfo.InvariantCulture, $"+7903{Interlocked.Increment(ref _phones):D7}");

    private static string Esc(string text) => Uri.EscapeDataString(text);

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Cp1251(string text) => CodePagesEncodingProvider.Instance.GetEncoding(1251)!.GetBytes(text);

    private static ByteArrayContent Json(string json) => Raw(Utf8(json), "application/json; charset=utf-8");

    private static ByteArrayContent Urlencoded(string body) => Raw(Utf8(body), "application/x-www-form-urlencoded");

    private static ByteArrayContent Raw(byte[] body, string? type)
    {
        var content = new ByteArrayContent(body);
        if (type is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        return content;
    }

    private static MultipartFormDataContent Multipart(params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        return form;
    }

    private sealed class Chunked : HttpContent
    {
        private readonly byte[] _body;

        public Chunked(byte[] body)
        {
            _body = body;
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(_body).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
