using System.Text;
using MedCrm.Connectors.Email;
using MedCrm.Contracts.Chat;
using MimeKit;
using Xunit;

namespace MedCrm.Connectors.Tests.Email;

/// <summary>Answers as the mail programs of Russian patients write them; invented people. What is expected is what stays visible.</summary>
public sealed class QuoteFoldsTests
{
    private const string Asked = "Здравствуйте! Ждём вас в четверг в 10:00.\nПодтвердите, пожалуйста.";

    private static readonly string Quoted = "> " + Asked.Replace("\n", "\n> ", StringComparison.Ordinal);

    private static readonly (string Name, string Text, string Visible)[] Plain =
    [
        ("Gmail", $"Да, приду.\n\nпн, 2 мар. 2026 г. в 12:00, Клиника «Пример» <info@clinic.example>:\n\n{Quoted}", "Да, приду."),
        ("Gmail, the intro broken in two", $"Да, приду.\n\nпн, 2 марта 2026 г. в 12:00, Клиника «Пример с очень длинным названием» <\ninfo@clinic.example>:\n\n{Quoted}", "Да, приду."),
        ("Gmail, older", $"Да, приду.\n\n2 марта 2026 г., 12:00 пользователь Клиника <info@clinic.example> написал:\n\n{Quoted}", "Да, приду."),
        ("Gmail in English", $"Да, приду.\n\nOn Mon, Mar 2, 2026 at 12:00 PM Clinic <info@clinic.example> wrote:\n\n{Quoted}", "Да, приду."),
        ("Outlook", $"Да, приду.\n\nОт: Клиника <info@clinic.example>\nОтправлено: 2 марта 2026 г. 12:00\nКому: Иван <ivan@patient.test>\nТема: Запись\n\n{Asked}", "Да, приду."),
        ("Outlook with a rule", $"Да, приду.\n\n________________________________\nОт: Клиника <info@clinic.example>\nОтправлено: 2 марта 2026 г. 12:00\nКому: Иван <ivan@patient.test>\nТема: Запись\n\n{Asked}", "Да, приду."),
        ("Outlook, older", $"Да, приду.\n\n-----Исходное сообщение-----\nОт: Клиника [mailto:info@clinic.example]\nОтправлено: Monday, March 02, 2026 12:00 PM\nКому: ivan@patient.test\nТема: Запись\n\n{Asked}", "Да, приду."),
        ("Outlook in English", $"Да, приду.\n\nFrom: Clinic <info@clinic.example>\nSent: Monday, March 2, 2026 12:00 PM\nTo: Ivan <ivan@patient.test>\nSubject: RE: Запись\n\n{Asked}", "Да, приду."),
        ("Outlook, bold headers", $"Да, приду.\n\n*От:* Клиника <info@clinic.example>\n*Отправлено:* 2 марта 2026 г. 12:00\n*Кому:* Иван <ivan@patient.test>\n*Тема:* Запись\n\n{Asked}", "Да, приду."),
        ("Mail.ru", $"Да, приду.\n\n>Понедельник, 2 марта 2026, 12:00 +03:00 от Клиника <info@clinic.example>:\n>\n{Quoted}", "Да, приду."),
        ("Mail.ru, the intro broken within the quote", $"Да, приду.\n\n> \n> Понедельник, 2 марта 2026, 12:00 +03:00 от Клиника <info@clinic.example\n> >:\n> \n{Quoted}\n\n--\nОтправлено из мобильной почты", "Да, приду."),
        ("Mail.ru without marks", $"Да, приду.\n\nПонедельник, 2 марта 2026, 12:00 +03:00 от Клиника <info@clinic.example>:\n{Asked}", "Да, приду."),
        ("Mail.ru on a telephone", $"Да, приду.\n\n--\nОтправлено из Mail.ru для Android\n\nпонедельник, 02 марта 2026г., 12:00 +03:00 от Клиника info@clinic.example:\n\n{Quoted}", "Да, приду."),
        ("Яндекс", $"Да, приду.\n\n02.03.2026, 12:00, \"Клиника\" <info@clinic.example>:\n\n{Quoted}", "Да, приду."),
        ("Яндекс with recipients", $"Да, приду.\n\n----------------\nКому: Иван (ivan@patient.test);\nТема: Запись;\n02.03.2026, 12:00, \"Клиника\" <info@clinic.example>:\n\n{Asked}", "Да, приду."),
        ("Яндекс with a signature", $"Да, приду.\n\n-- \nОтправлено из мобильного приложения Яндекс Почты\n\n02.03.2026, 12:00, Клиника <info@clinic.example>:\n{Quoted}", "Да, приду."),
        ("Apple", $"Да, приду.\n\nОтправлено с iPhone\n\n> 2 марта 2026 г., в 12:00, Клиника <info@clinic.example> написал(а):\n> \n{Quoted}", "Да, приду."),
        ("Apple on a Mac", $"Да, приду.\n\n> 2 марта 2026 г., в 12:00, Клиника <info@clinic.example> написал(а):\n> \n{Quoted}", "Да, приду."),
        ("Thunderbird", $"Да, приду.\n\n02.03.2026 12:00, Клиника пишет:\n{Quoted}", "Да, приду."),
        ("answer below", $"02.03.2026 12:00, Клиника пишет:\n{Quoted}\n\nДа, приду.", "Да, приду."),
        ("answer below without an intro", $"{Quoted}\n\nДа, приду.", "Да, приду."),
        ("answer above, postscript below", $"Да, приду.\n\n02.03.2026 12:00, Клиника пишет:\n{Quoted}\n\nИ возьму полис.", "Да, приду.\n\nИ возьму полис."),
        ("no empty line before the intro", $"Да, приду.\nпн, 2 мар. 2026 г. в 12:00, Клиника <info@clinic.example>:\n{Quoted}", "Да, приду."),
        ("signature", "Да, приду.\n\nС уважением,\nИван Петров\n+7 916 000-00-00", "Да, приду."),
        ("signature behind the delimiter", "Да, приду.\n-- \nИван Петров", "Да, приду."),
        ("signature and quote", $"Да, приду.\n\nС наилучшими пожеланиями, Иван\n\nпн, 2 мар. 2026 г. в 12:00, Клиника <info@clinic.example>:\n{Quoted}", "Да, приду."),
        ("several quotes in each other", $"Хорошо.\n\nпн, 2 мар. 2026 г. в 12:00, Клиника <info@clinic.example>:\n> Тогда в пять?\n>\n> пн, 2 мар. 2026 г. в 11:00, Иван <ivan@patient.test>:\n>> Можно позже?", "Хорошо."),
    ];

    private static readonly (string Name, string Html)[] Html =
    [
        ("Gmail", "<div dir=ltr>Да, приду.</div><br><div class=gmail_quote><div dir=ltr class=gmail_attr>пн, 2 мар. 2026 г. в 12:00, Клиника &lt;<a href='mailto:info@clinic.example'>info@clinic.example</a>&gt;:<br></div><blockquote class=gmail_quote style='border-left:1px solid'>Здравствуйте! Ждём вас в четверг.</blockquote></div>"),
        ("Outlook", "<div class=WordSection1><p class=MsoNormal>Да, приду.</p><p>&nbsp;</p><div style='border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b>От:</b> Клиника &lt;info@clinic.example&gt; <br><b>Отправлено:</b> 2 марта 2026 г. 12:00<br><b>Кому:</b> Иван &lt;ivan@patient.test&gt;<br><b>Тема:</b> Запись</p></div><p>Здравствуйте! Ждём вас в четверг.</p></div>"),
        ("Outlook on a telephone", "<div>Да, приду.</div><div id=ms-outlook-mobile-signature>Получить <a href='https://aka.ms/o0ukef'>Outlook для iOS</a></div><hr><div id=divRplyFwdMsg><b>От:</b> Клиника &lt;info@clinic.example&gt;<br><b>Отправлено:</b> понедельник, марта 2, 2026 12:00<br><b>Кому:</b> Иван<br><b>Тема:</b> Запись</div><div>Здравствуйте!</div>"),
        ("Mail.ru", "<div>Да, приду.</div><blockquote style='border-left:1px solid #0857A6'>Понедельник, 2 марта 2026, 12:00 +03:00 от Клиника &lt;<a href='mailto:info@clinic.example'>info@clinic.example</a>&gt;:<br>&nbsp;<div>Здравствуйте! Ждём вас.</div></blockquote>"),
        ("Mail.ru on a telephone", "<div>Да, приду.</div><div id=mail-app-auto-signature>Отправлено из мобильной Почты Mail.ru</div><br>Понедельник, 2 марта 2026, 12:00 +03:00 от Клиника &lt;info@clinic.example&gt;:<br><blockquote id=mail-app-auto-quote><div>Здравствуйте!</div></blockquote>"),
        ("Яндекс", "<div>Да, приду.</div><div>&nbsp;</div><div>02.03.2026, 12:00, \"Клиника\" &lt;info@clinic.example&gt;:</div><blockquote><div>Здравствуйте! Ждём вас в четверг.</div></blockquote>"),
        ("Apple", "<div dir=auto>Да, приду.<br><br><div>Отправлено с iPhone</div><div><br><blockquote type=cite>2 марта 2026 г., в 12:00, Клиника &lt;info@clinic.example&gt; написал(а):<br><br></blockquote></div><blockquote type=cite><div>Здравствуйте!</div></blockquote></div>"),
    ];

    /// <summary>Whole, because folding them would hide what must be read.</summary>
    private static readonly (string Name, string Subject, string Text)[] Whole =
    [
        ("forwarded by subject", "Fwd: Анализы", $"Посмотрите, пожалуйста.\n\nОт: Лаборатория <lab@lab.example>\nОтправлено: 2 марта 2026 г. 12:00\nКому: Иван\nТема: Анализы\n\nГемоглобин 140"),
        ("forwarded by Gmail", "Анализы", "Посмотрите.\n\n---------- Forwarded message ---------\nОт: Лаборатория <lab@lab.example>\nDate: пн, 2 мар. 2026 г. в 12:00\nSubject: Анализы\nTo: <ivan@patient.test>\n\nГемоглобин 140"),
        ("forwarded by Яндекс and Mail.ru", "Анализы", "-------- Пересылаемое сообщение --------\nОт: Лаборатория <lab@lab.example>\nКому: ivan@patient.test\nДата: понедельник, 2 марта 2026 г. в 12:00 +03:00\nТема: Анализы\n\n> Гемоглобин 140"),
        ("forwarded by Apple", "Анализы", "Начало переадресованного сообщения:\n\n> От: Лаборатория <lab@lab.example>\n> Тема: Анализы\n> Дата: 2 марта 2026 г. в 12:00\n> Кому: ivan@patient.test\n> \n> Гемоглобин 140"),
        ("forwarded by Outlook, Russian subject", "Пересл: Анализы", "От: Лаборатория <lab@lab.example>\nОтправлено: 2 марта 2026 г.\nКому: Иван\nТема: Анализы\n\nГемоглобин 140"),
        ("point by point", "Re: Запись", "02.03.2026 12:00, Клиника пишет:\n> Вам удобно в четверг?\nДа.\n> Полис с собой?\nНет, забыл.\n> Номер карты?\n12345"),
        ("a quote alone", "Re: Запись", "02.03.2026 12:00, Клиника пишет:\n> Вам удобно в четверг?"),
        ("a question behind the signature", "Re: Запись", "Спасибо.\nС уважением, Иван\nP.S. А можно с ребёнком?"),
        ("regards inside a sentence", "Re: Запись", "С уважением отношусь к вашему времени, но перезвоните мне сегодня?"),
        ("a time and a colon are no intro", "Запись", "Хочу записаться 02.03.2026 на 12:00, вот что болит:\nспина и колено"),
        ("a letter that tells an address and a time", "Запись", "Меня можно найти по ivan@patient.test до 12:00 02.03.2026, жалобы вот:\nспина и колено"),
        ("somebody wrote something", "Запись", "Врач мне написал:\nпринимать по две"),
        ("sent with a delay", "Запись", "Здравствуйте.\nОтправлено с опозданием, простите.\nБолит спина."),
        ("a plain letter", "Запись", "Здравствуйте!\n\nОт: Иван\nХочу к врачу."),
        ("nothing", "", ""),
    ];

    public static TheoryData<string> PlainNames => [.. Plain.Select(each => each.Name)];

    public static TheoryData<string> HtmlNames => [.. Html.Select(each => each.Name)];

    public static TheoryData<string> WholeNames => [.. Whole.Select(each => each.Name)];

    [Theory, MemberData(nameof(PlainNames))]
    public void An_answer_in_plain_text_is_shown_without_what_it_repeats(string name)
    {
        var (_, text, visible) = Plain.Single(each => each.Name == name);
        Assert.Equal(visible, Visible("Re: Запись", text));
    }

    [Theory, MemberData(nameof(HtmlNames))]
    public void An_answer_in_html_is_shown_without_what_it_repeats(string name)
    {
        var body = Body("html", Html.Single(each => each.Name == name).Html);
        Assert.Equal("Да, приду.", Visible("Re: Запись", body));
        Assert.Contains(QuoteFolds.Of("Re: Запись", body), fold => fold.Kind == FoldKind.Quote);
    }

    [Theory, MemberData(nameof(WholeNames))]
    public void What_must_be_read_stays_whole(string name)
    {
        var (_, subject, text) = Whole.Single(each => each.Name == name);
        Assert.Empty(QuoteFolds.Of(subject, Body("plain", text)));
    }

    [Fact]
    public void Signature_and_quote_are_told_apart()
    {
        var text = $"Да.\n\nС уважением, Иван\n\nпн, 2 мар. 2026 г. в 12:00, Клиника <info@clinic.example>:\n{Quoted}";
        var folds = QuoteFolds.Of("Re: Запись", text);
        Assert.Equal([FoldKind.Signature, FoldKind.Quote], folds.Select(fold => fold.Kind));
        Assert.Equal("С уважением, Иван", text.Substring(folds[0].Start, folds[0].Length));
        Assert.EndsWith(Quoted, text.Substring(folds[1].Start, folds[1].Length), StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_written_the_folds_lie_within_the_text_and_apart()
    {
        var random = new Random(20260302);
        string[] pieces = [.. Plain.Select(each => each.Text), .. Whole.Select(each => each.Text), ">", "\n", "\n\n", "-- ", ":", " 12:00 ", "<a@b.ru>:", "От: x", new string('>', 2000), new string('a', 5000)];
        for (var n = 0; n < 400; n++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => pieces[random.Next(pieces.Length)]));
            var end = 0;
            foreach (var fold in QuoteFolds.Of("Re: x", text))
            {
                Assert.True(fold.Length > 0 && fold.Start >= end && fold.Start + fold.Length <= text.Length);
                end = fold.Start + fold.Length;
            }
        }
    }

    [Theory]
    [InlineData(">")]
    [InlineData("> a 12:00 2 мар <a@b.ru>\n")]
    [InlineData("От: x\n")]
    [InlineData("пн, 2 мар. 2026 г. в 12:00 ")]
    public void A_hostile_text_is_read_in_no_time(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 100_000 / piece.Length));
        var started = TimeProvider.System.GetTimestamp();
        QuoteFolds.Of("Re: x", text);
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(5));
    }

    private static string Visible(string subject, string text)
    {
        foreach (var fold in QuoteFolds.Of(subject, text).Reverse())
        {
            text = text.Remove(fold.Start, fold.Length);
        }

        while (text.Contains("\n\n\n", StringComparison.Ordinal))
        {
            text = text.Replace("\n\n\n", "\n\n", StringComparison.Ordinal);
        }

        return text.Trim();
    }

    private static string Body(string subtype, string content)
    {
        using var mail = MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes($"Content-Type: text/{subtype}; charset=utf-8\r\n\r\n{content}")));
        return MailBody.Of(mail, () => Stream.Null).Text;
    }
}
