using MedCrm.Connectors.Sdk;
using MedCrm.Connectors.Website;
using MedCrm.Contracts;
using Xunit;

namespace MedCrm.Connectors.Tests.Website;

/// <summary>Requests in the shape in which real sites sent them, with invented people.</summary>
public sealed class RecordedFormsTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);
    private static readonly FormOptions Form = new() { Key = "demo", Title = "Запись на приём" };

    [Fact]
    public async Task Contact_Form_7()
    {
        var message = await MapAsync("cf7-default");
        Assert.Equal([new Address(ContactPointSystem.Phone, "+79160001122"), new Address(ContactPointSystem.Email, "ivan@patient.test")], message.From);
        Assert.Equal("Иван \"Ваня\" Синтетов", message.DisplayName);
        Assert.Equal("Здравствуйте!\nХочу записаться \"завтра\"", message.Text);
        Assert.Equal(("demo", "Запись на приём", ChannelKind.Website), (message.Topic, message.Subject, message.Kind));
        Assert.Equal("ОМС, ДМС", Field(message, "opts"));
        Assert.Equal("https://clinic.test/zapis/?utm_source=yandex&yclid=123", Field(message, "_url"));
        Assert.Equal("https://clinic.test/zapis/", Field(message, "referrer"));
        Assert.Single(message.Form!, field => field.Name == "utm_source");
        Assert.Equal(new InboundConsent(true, null, "203.0.113.5"), message.Consent);
        Assert.Empty(message.Suspicions);
        Assert.Equal(At, message.SentAt);
    }

    [Fact]
    public async Task A_template_of_Contact_Form_7_that_escapes_nothing_is_kept_for_a_person()
    {
        var reading = await ReadAsync("cf7-template-broken");
        Assert.Equal((null, "broken-json"), (reading.Form, reading.QuarantineReason));
    }

    [Fact]
    public async Task Tilda()
    {
        var message = await MapAsync("tilda");
        Assert.Equal(("Анна", "Перезвоните"), (message.DisplayName, message.Text));
        Assert.Equal("+79160003344", message.From[0].Value);
        Assert.Equal(("vk", "spring"), (Field(message, "utm_source"), Field(message, "utm_campaign")));
        Assert.Equal(("1690000000123456789", "clinic.test/prices"), (Field(message, "ClientID"), Field(message, "referrer")));
        Assert.Null(Field(message, "COOKIES"));
        Assert.True(message.Consent!.Given);
    }

    [Fact]
    public async Task A_browser_with_a_file()
    {
        var message = await MapAsync("browser-multipart");
        Assert.Equal(("Ольга", "Есть снимок"), (message.DisplayName, message.Text));
        var file = Assert.Single(message.Attachments);
        Assert.Equal(("снимок.png", "image/png"), (file.FileName, file.MediaType));
        using var content = new MemoryStream();
        await (await file.OpenAsync(default)).CopyToAsync(content);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0], content.ToArray());
        Assert.Null(Field(message, "website"));
    }

    [Fact]
    public async Task Elementor()
    {
        var message = await MapAsync("elementor");
        Assert.Equal("Павел", message.DisplayName);
        Assert.Equal("+79160007788", Assert.Single(message.From).Value);
    }

    [Theory]
    [InlineData("on", true)]
    [InlineData("1", true)]
    [InlineData("Да", true)]
    [InlineData("Согласен с политикой", true)]
    [InlineData("0", false)]
    [InlineData("нет", false)]
    [InlineData("false", false)]
    [InlineData("Не согласен", false)]
    public void Consent_is_what_was_said(string box, bool given) =>
        Assert.Equal(given, Map(("phone", "+79160000000"), ("Согласие на обработку персональных данных", box)).Consent?.Given);

    [Fact]
    public void A_form_that_asks_for_no_consent_records_none() => Assert.Null(Map(("phone", "+79160000000")).Consent);

    [Theory]
    [InlineData("Ваше имя *")]
    [InlineData("Your-Name")]
    [InlineData("ФИО")]
    [InlineData("full_name")]
    [InlineData("Как к Вам обращаться?")]
    [InlineData("lead[contact][name]")]
    public void A_name_is_found_under_its_usual_names(string field) => Assert.Equal("Анна", Map((field, "Анна")).DisplayName);

    [Theory]
    [InlineData("Телефон*")]
    [InlineData("Ваш телефон")]
    [InlineData("PHONE")]
    [InlineData("tel")]
    [InlineData("Контактный телефон")]
    [InlineData("phone-number")]
    [InlineData("whatever-7")]
    public void A_telephone_is_found_under_its_usual_names_and_by_its_looks(string field) =>
        Assert.Equal("+79160000000", Map((field, "+7 916 000-00-00")).From.SingleOrDefault()?.Value);

    [Fact]
    public void Numbers_that_are_no_telephones_are_not_taken_for_one() =>
        Assert.Empty(Map(("order", "9160000000"), ("ClientID", "1690000000123456789"), ("_date", "20.11.2026"), ("snils", "112-233-445 95")).From);

    [Fact]
    public void Without_a_message_the_other_answers_are_the_text() =>
        Assert.Equal("Специальность: ЛОР\nДата: завтра", Map(("phone", "+79160000000"), ("Специальность", "ЛОР"), ("Дата", "завтра"), ("utm_source", "vk")).Text);

    [Fact]
    public void With_nothing_but_a_telephone_the_form_speaks() =>
        Assert.Equal("Заявка с формы «Запись на приём»", Map(("phone", "+79160000000")).Text);

    [Fact]
    public async Task What_is_kept_is_read_back_as_it_came()
    {
        var kept = HttpMessage.Write("/forms/demo?a=1", "application/json", "https://clinic.test/\r\nX: y", "203.0.113.5", At, ["rate", "origin"], "{}"u8.ToArray());
        var read = HttpMessage.Parse(kept)!;
        Assert.Equal(("/forms/demo?a=1", "application/json", "203.0.113.5", At), (read.Target, read.ContentType, read.RemoteAddress, read.ReceivedAt));
        Assert.Equal(["rate", "origin"], read.Suspicions);
        Assert.Equal("https://clinic.test/ X: y", read.Referrer);
        Assert.Equal("{}"u8.ToArray(), read.Body.ToArray());
        Assert.NotNull((await FormReader.ReadAsync(read.ContentType, read.Body, 10, default)).Form);
    }

    [Theory]
    [InlineData("Дата рождения")]
    [InlineData("birth-date")]
    [InlineData("form[dob]")]
    public void A_date_of_birth_is_found_and_left_as_it_was_written(string field) => Assert.Equal("5 марта 1980", Map((field, "5 марта 1980")).BirthDate);

    private static InboundMessage Map(params (string Name, string Value)[] fields) =>
        WebsiteMapper.Map(Form, new([.. fields.Select(f => new SubmittedField(f.Name, f.Value))], []), new("r1", At, "203.0.113.5", null, [], []));

    private static async Task<FormReading> ReadAsync(string name)
    {
        var http = HttpMessage.Parse(await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "Website", "Forms", $"{name}.http")))!;
        return await FormReader.ReadAsync(http.ContentType, http.Body, 1000, default);
    }

    private static async Task<InboundMessage> MapAsync(string name)
    {
        var http = HttpMessage.Parse(await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "Website", "Forms", $"{name}.http")))!;
        var reading = await ReadAsync(name);
        return WebsiteMapper.Map(Form, reading.Form!, new("r1", At, "203.0.113.5", http.Referrer, [new("utm_source", "yandex")], []));
    }

    private static string? Field(InboundMessage message, string name) => message.Form!.FirstOrDefault(field => field.Name == name)?.Value;
}
