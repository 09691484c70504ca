using System.Text;
using MedCrm.Contracts.Chat;
using Xunit;
using static MedCrm.Connectors.Tests.Email.Torture.Outcome;

namespace MedCrm.Connectors.Tests.Email.Torture;

/// <summary>Mails as broken, old, large and malicious as they come, with what must become of each.</summary>
internal static class TortureSet
{
    private const string Russian = "Здравствуйте! Запишите меня, пожалуйста, к терапевту на четверг.";
    private const string Top = "From: Ivan <ivan@patient.test>\r\nTo: info@clinic.test\r\nDate: Mon, 02 Mar 2026 10:00:00 +0300\r\nMIME-Version: 1.0\r\n";

    static TortureSet() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static IReadOnlyList<TortureMail> All { get; } =
    [
        .. Charsets(), .. Structures(), .. Files(), .. Markup(), .. Machines(), .. Bounces(), .. Headers(), .. Sizes(),
    ];

    private static IEnumerable<TortureMail> Charsets()
    {
        yield return Text("koi8-r, declared", "koi8-r", "koi8-r", Russian);
        yield return Text("cp1251, declared", "windows-1251", "windows-1251", Russian);
        yield return Text("cp1251 declared as utf-8", "windows-1251", "utf-8", Russian);
        yield return Text("cp1251 declared as iso-8859-1", "windows-1251", "iso-8859-1", Russian);
        yield return Text("koi8-r declared as cp1251", "koi8-r", "windows-1251", Russian);
        yield return Text("utf-8 declared as cp1251", "utf-8", "windows-1251", Russian);
        yield return Text("cp866, declared", "cp866", "ibm866", Russian);
        yield return Text("cp866, undeclared", "cp866", null, Russian);
        yield return Text("cp1251, undeclared", "windows-1251", null, Russian);
        yield return Text("koi8-r, undeclared, capitals", "koi8-r", null, "ЗДРАВСТВУЙТЕ! ПРОШУ ПЕРЕЗВОНИТЬ ПО ПОВОДУ АНАЛИЗОВ");
        yield return Text("unknown charset name", "windows-1251", "x-unknown-1", Russian);
        yield return Text("iso-2022-jp", "iso-2022-jp", "iso-2022-jp", "予約をお願いします");
        yield return Text("latin with accents stays western", "windows-1252", "iso-8859-1", "Grüße aus Köln, café crème");
        yield return Text("emoji", "utf-8", "utf-8", "Спасибо! 😀👨‍👩‍👧 🏥");
        yield return new("undeclared 8-bit headers, cp1251", Message, () => [.. Ascii("From: "), .. In("windows-1251", "Мария Иванова"), .. Ascii(" <ivan@patient.test>\r\nSubject: "), .. In("windows-1251", "Запись к врачу"), .. Ascii("\r\nMessage-ID: <h1@p.test>\r\n\r\ntext\r\n")])
        {
            Check = m =>
            {
                Assert.Equal("Запись к врачу", m.Subject);
                Assert.Equal("Мария Иванова", m.DisplayName);
                Assert.Equal("ivan@patient.test", m.From[0].Value);
            },
        };
        yield return new("undeclared 8-bit headers, koi8-r", Message, () => [.. Ascii(Top + "Subject: "), .. In("koi8-r", "Ответ: Запись к врачу"), .. Ascii("\r\n\r\ntext\r\n")])
        {
            Check = m => Assert.Equal("запись к врачу", m.Topic),
        };
        yield return new("encoded words that lie about their charset", Message, () => Mail($"Subject: =?utf-8?B?{Convert.ToBase64String(In("windows-1251", "Результаты анализов"))}?=", "text"))
        {
            Check = m => Assert.Equal("Результаты анализов", m.Subject),
        };
        yield return new("a letter torn between two encoded words", Message, () => Mail($"Subject: =?utf-8?B?{Convert.ToBase64String(Utf8("Привет")[..5])}?=\r\n =?utf-8?B?{Convert.ToBase64String(Utf8("Привет")[5..])}?=", "text"))
        {
            Check = m => Assert.Equal("Привет", m.Subject),
        };
        yield return new("utf-8 with a damaged byte", Message, () => [.. Ascii(Top + "Content-Type: text/plain; charset=utf-8\r\n\r\n"), .. Utf8(Russian), 0xFF, .. Utf8(" Спасибо")])
        {
            Check = m => Assert.StartsWith("Здравствуйте!", m.Text, StringComparison.Ordinal),
        };
        yield return new("utf-16 with a mark", Message, () => [.. Ascii(Top + "Content-Type: text/plain; charset=utf-16\r\nContent-Transfer-Encoding: base64\r\n\r\n"), .. Ascii(Convert.ToBase64String([0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Russian)]))])
        {
            Check = m => Assert.Contains("терапевту", m.Text, StringComparison.Ordinal),
        };
        yield return new("NUL bytes", Message, () => [.. Ascii(Top + "Subject: nul\r\n\r\nbefore"), 0, 0, 0, .. Ascii("after\r\n")])
        {
            Check = m => Assert.DoesNotContain('\0', m.Text),
        };
    }

    private static IEnumerable<TortureMail> Structures()
    {
        yield return new("multipart without its boundary", Message, () => Mail("Content-Type: multipart/mixed; boundary=xyz", "no such boundary here"));
        yield return new("multipart without a boundary parameter", Message, () => Mail("Content-Type: multipart/mixed", "--a\r\n\r\ntext\r\n--a--"));
        yield return new("boundary closed by another one", Message, () => Mail("Content-Type: multipart/mixed; boundary=a", "--a\r\nContent-Type: text/plain\r\n\r\ninside\r\n--b--\r\n")) { Check = m => Assert.Contains("inside", m.Text, StringComparison.Ordinal) };
        yield return new("truncated multipart", Message, () => Mail("Content-Type: multipart/mixed; boundary=a", "--a\r\nContent-Type: text/plain\r\n\r\nseen\r\n--a\r\nContent-Type: application/pdf; name=x.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0x")) { Check = m => Assert.Equal("seen", m.Text) };
        yield return new("no Content-Type", Message, () => Ascii("From: ivan@patient.test\r\nSubject: plain\r\n\r\njust text\r\n")) { Check = m => Assert.Equal("just text", m.Text) };
        yield return new("nonsense Content-Type", Message, () => Mail("Content-Type: ;;;=\"", "text"));
        yield return new("no body", Message, () => Mail("Subject: only a subject", "")) { Check = m => Assert.Equal("", m.Text) };
        yield return new("a single blank line", Message, () => Ascii("\r\n")) { Check = m => Assert.Null(m.Subject) };
        yield return new("text without any header", Message, () => Ascii("This is no header\r\nneither is this\r\n\r\nbody\r\n"));
        yield return new("nested 200 levels", Message, () => Nested(200));
        yield return new("1000 parts", Message, () => Parts(1000)) { Check = m => Assert.InRange(m.Attachments.Count, 1, 201) };
        yield return new("base64 garbage", Message, () => Mail("Content-Type: text/plain\r\nContent-Transfer-Encoding: base64", "!!!$$$ это не base64 ===\r\n@@@@"));
        yield return new("quoted-printable garbage", Message, () => Mail("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable", "=ZZ=1 ok =\r\n=D0=97=D")) { Check = m => Assert.Contains("ok", m.Text, StringComparison.Ordinal) };
        yield return new("unknown transfer encoding", Message, () => Mail("Content-Transfer-Encoding: x-rot13", "text"));
        yield return new("uuencode as transfer encoding", Message, () => Mail("Content-Type: multipart/mixed; boundary=a", "--a\r\n\r\nsee file\r\n--a\r\nContent-Type: application/octet-stream; name=cat.txt\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n--a--")) { Check = m => Assert.Equal("Cat", Content(m, "cat.txt")) };
        yield return new("uuencode in the text", Message, () => Mail("Subject: uu", "begin 644 cat.txt\r\n#0V%T\r\n`\r\nend"));
        yield return new("format=flowed", Message, () => Mail("Content-Type: text/plain; charset=utf-8; format=flowed", "one \r\nline\r\n\r\n> quoted \r\n> text")) { Check = m => Assert.Contains("one line", m.Text, StringComparison.Ordinal) };
        yield return new("alternative with an empty plain text", Message, () => Alternative("   ", "<p>Из <b>HTML</b></p>")) { Check = m => Assert.Equal("Из HTML", m.Text) };
        yield return new("alternative with both", Message, () => Alternative("plain", "<p>html</p>")) { Check = m => Assert.Equal("plain", m.Text) };
        yield return new("bare line feeds", Message, () => Ascii(Top.Replace("\r\n", "\n", StringComparison.Ordinal) + "Subject: lf\n\na\nb\n")) { Check = m => Assert.Equal("a\nb", m.Text) };
        yield return new("control characters in the text", Message, () => Mail("Subject: ctrl", "a\u0001b\u0007c\u001b[31m")) { Check = m => Assert.Equal("abc[31m", m.Text) };
    }

    private static IEnumerable<TortureMail> Files()
    {
        yield return File("a path as a name", "application/pdf", "..\\\\..\\\\etc\\\\passwd", name => Assert.DoesNotContain("..", name, StringComparison.Ordinal));
        yield return File("a unix path as a name", "application/pdf", "../../etc/passwd", name => Assert.Equal("passwd", name));
        yield return File("a right-to-left name", "application/octet-stream", "report\u202Efdp.exe", name => Assert.Equal("reportfdp.exe", name));
        yield return File("a name of 200 letters", "application/pdf", new string('ы', 200) + ".pdf", name => Assert.True(name.Length <= 120 && name.EndsWith(".pdf", StringComparison.Ordinal)));
        yield return File("a reserved name", "text/plain", "con.txt", name => Assert.Equal("_con.txt", name));
        yield return File("an archive that calls itself pdf", "application/pdf", "analizy.pdf", name => Assert.Equal("analizy.pdf", name), [0x50, 0x4B, 3, 4, 0, 0]);
        yield return new("a file name in raw cp1251", Message, () => [.. Ascii(Top + "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=\""), .. In("windows-1251", "Результаты.pdf"), .. Ascii("\"\r\n\r\n%PDF")])
        {
            Check = m => Assert.Equal("Результаты.pdf", m.Attachments.Single().FileName),
        };
        yield return new("a file name in RFC 2231 koi8-r", Message, () => Mail("Content-Type: application/pdf\r\nContent-Disposition: attachment; filename*=koi8-r''" + string.Concat(In("koi8-r", "Снимок.pdf").Select(b => $"%{b:X2}")), "%PDF"))
        {
            Check = m => Assert.Equal("Снимок.pdf", m.Attachments.Single().FileName),
        };
        yield return new("a file name as encoded word", Message, () => Mail($"Content-Type: application/pdf; name=\"=?windows-1251?B?{Convert.ToBase64String(In("windows-1251", "Снимок.pdf"))}?=\"\r\nContent-Disposition: attachment", "%PDF"))
        {
            Check = m => Assert.Equal("Снимок.pdf", m.Attachments.Single().FileName),
        };
        yield return new("a file without a name", Message, () => Mail("Content-Type: image/png\r\nContent-Transfer-Encoding: base64", "iVBORw0KGgo=")) { Check = m => Assert.Equal("attachment-1.png", m.Attachments.Single().FileName) };
        yield return new("a nested mail", Message, () => Mail("Content-Type: multipart/mixed; boundary=a", "--a\r\n\r\nsee below\r\n--a\r\nContent-Type: message/rfc822\r\n\r\nSubject: =?utf-8?B?0JDQvdCw0LvQuNC30Ys=?=\r\nFrom: a@b.test\r\n\r\ninner\r\n--a--")) { Check = m => Assert.Equal("Анализы.eml", m.Attachments.Single().FileName) };
        yield return new("TNEF with a file", Message, () => Mail("Content-Type: multipart/mixed; boundary=a", "--a\r\n\r\ntext\r\n--a\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n" + Convert.ToBase64String(Tnef("hello.txt", "Hello from Outlook")) + "\r\n--a--")) { Check = m => Assert.Equal("Hello from Outlook", Content(m, "hello.txt")) };
        yield return new("broken TNEF", Message, () => Mail("Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64", Convert.ToBase64String([0x78, 0x9F, 0x3E, 0x22, 1, 2, 3, 4, 5, 6, 7]))) { Check = m => Assert.Equal("winmail.dat", m.Attachments.Single().FileName) };
        yield return new("an invitation", Message, () => Mail("Content-Type: multipart/alternative; boundary=a", "--a\r\n\r\nПриглашение\r\n--a\r\nContent-Type: text/calendar; method=REQUEST; name=invite.ics\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n--a--")) { Check = m => Assert.Equal("invite.ics", m.Attachments.Single().FileName) };
        yield return new("S/MIME", Message, () => Mail("Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\nContent-Transfer-Encoding: base64", "MIIB")) { Check = m => Assert.Equal("smime.p7m", m.Attachments.Single().FileName) };
        yield return new("PGP", Message, () => Mail("Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=a", "--a\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--a\r\nContent-Type: application/octet-stream; name=encrypted.asc\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n--a--")) { Check = m => Assert.Equal(2, m.Attachments.Count) };
        yield return new("message/partial", Message, () => Mail("Content-Type: message/partial; id=x@y; number=1; total=2", "half of something"));
        yield return new("message/external-body", Message, () => Mail("Content-Type: message/external-body; access-type=URL; URL=\"http://10.0.0.1/secret\"", "Content-Type: text/plain\r\n\r\n"));
    }

    private static IEnumerable<TortureMail> Markup()
    {
        yield return Html("scripts, remote pictures and styles", "<html><head><title>t</title><style>body{background:url(http://evil.test/x.png)}</style><script>alert(1)</script></head><body onload=x()><p>Добрый&nbsp;день</p><img src=\"http://evil.test/track.gif\" alt=\"\"><ul><li>раз</li><li>два</li></ul></body></html>", text =>
        {
            Assert.DoesNotContain("evil.test", text, StringComparison.Ordinal);
            Assert.DoesNotContain("alert", text, StringComparison.Ordinal);
            Assert.Contains("• раз\n• два", text, StringComparison.Ordinal);
        });
        yield return Html("links keep their target", "<a href=\"https://clinic.test/x\">сюда</a> <a href=\"javascript:alert(1)\">туда</a>", text => Assert.Equal("сюда (https://clinic.test/x) туда", text));
        yield return Html("unclosed everything", "<div><p>a<b>b<i>c<table><tr><td>d<td>e", text => Assert.Contains("d e", text, StringComparison.Ordinal));
        yield return Html("nested 100 000 deep", string.Concat(Enumerable.Repeat("<div><b>", 100_000)) + "дно", text => Assert.Equal("дно", text));
        yield return new("HTML in cp1251 by its meta tag only", Message, () => [.. Ascii(Top + "Content-Type: text/html\r\n\r\n<meta http-equiv=content-type content=\"text/html; charset=windows-1251\"><p>"), .. In("windows-1251", Russian)]) { Check = m => Assert.Equal(Russian, m.Text) };
    }

    private static IEnumerable<TortureMail> Machines()
    {
        yield return new("auto-replied", Automated, () => Mail("Auto-Submitted: auto-replied\r\nSubject: Out of office", "I am away"));
        yield return new("auto-generated with a comment", Automated, () => Mail("Auto-Submitted: auto-generated; owner=x", "report"));
        yield return new("auto-submitted: no is a person", Message, () => Mail("Auto-Submitted: no", "hello"));
        yield return new("vacation by X-Autoreply", Automated, () => Mail("X-Autoreply: yes\r\nSubject: Отпуск", "В отпуске"));
        yield return new("Exchange out of office", Automated, () => Mail("X-Auto-Response-Suppress: All\r\nSubject: Automatic reply: Запись", "В отпуске"));
        yield return new("Precedence: bulk", Automated, () => Mail("Precedence: bulk", "sale"));
        yield return new("a mailing list", Automated, () => Mail("List-Id: <news.shop.test>\r\nList-Unsubscribe: <mailto:u@shop.test>", "news"));
        yield return new("from noreply", Automated, () => Ascii("From: Bank <no-reply@bank.test>\r\nSubject: code\r\n\r\n1234"));
        yield return new("null return path and no bounce", Automated, () => Mail("Subject: I am on holiday\r\nIn-Reply-To: <" + TortureMail.OurId + ">", "back on Monday")) { ReturnPath = "", Check = m => Assert.Equal([TortureMail.OurId], m.References) };
        yield return new("our own loop header", Automated, () => Mail("X-MedCrm-Loop: clinic.test", "again"));
        yield return new("another hub's loop header is a person", Message, () => Mail("X-MedCrm-Loop: otherclinic.test", "we send you a patient"));
        yield return new("from our own address", Automated, () => Ascii("From: info@clinic.test\r\nSubject: self\r\n\r\nloop"));
        yield return new("a form mailer: our address, the patient in Reply-To", Message, () => Ascii("From: info@clinic.test\r\nReply-To: Anna <anna@patient.test>\r\nSubject: form\r\n\r\nname: Anna")) { Check = m => Assert.Equal("anna@patient.test", m.From.Single().Value) };
        yield return new("a junk complaint (ARF)", Automated, () => Report("feedback-report", "Content-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: x/1\r\nVersion: 1", $"Message-ID: <{TortureMail.OurId}>")) { ReturnPath = "" };
        yield return new("a read receipt for ours", DeliveryReport, () => Report("disposition-notification", $"Content-Type: message/disposition-notification\r\n\r\nOriginal-Message-ID: <{TortureMail.OurId}>\r\nDisposition: manual-action/MDN-sent-manually; displayed", "Subject: x")) { CheckReport = r => Assert.Equal(DeliveryStatus.Read, r.Status) };
        yield return new("a read receipt for another's", Automated, () => Report("disposition-notification", "Content-Type: message/disposition-notification\r\n\r\nOriginal-Message-ID: <x@y.test>\r\nDisposition: automatic-action/MDN-sent-automatically; displayed", "Subject: x"));
    }

    private static IEnumerable<TortureMail> Bounces()
    {
        yield return Dsn("Postfix: user unknown", "failed", "5.1.1", "smtp; 550 5.1.1 <x@y.test>: Recipient address rejected: User unknown", DeliveryStatus.Failed, "bad-address");
        yield return Dsn("mailbox full", "failed", "5.2.2", "smtp; 552 5.2.2 Mailbox size limit exceeded", DeliveryStatus.Failed, "mailbox-full");
        yield return Dsn("policy", "failed", "5.7.1", "smtp; 554 5.7.1 Message rejected under suspicion of SPAM", DeliveryStatus.Failed, "rejected");
        yield return Dsn("too large", "failed", "5.3.4", "smtp; 552 5.3.4 Message size exceeds fixed limit", DeliveryStatus.Failed, "too-large");
        yield return Dsn("expired", "failed", "4.4.7", "smtp; 421 4.4.7 delivery expired", DeliveryStatus.Failed, "expired");
        yield return Dsn("Exchange: generic code, telling text", "failed", "5.0.0", "smtp;550 no such user here", DeliveryStatus.Failed, "bad-address");
        yield return Dsn("delayed is no failure", "delayed", "4.2.0", "smtp; 450 4.2.0 busy", DeliveryStatus.Sent, null);
        yield return Dsn("delivered", "delivered", "2.1.5", "smtp; 250 ok", DeliveryStatus.Delivered, null);
        yield return new("a bounce of somebody else's mail", Quarantine, () => Report("delivery-status", Status("failed", "5.1.1", "smtp; 550 no"), "Message-ID: <stranger@elsewhere.test>")) { ReturnPath = "" };
        yield return TextBounce("qmail", "failure notice", $"Hi. This is the qmail-send program at mx.test.\r\nI'm afraid I wasn't able to deliver your message to the following addresses.\r\n\r\n<x@y.test>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n\r\n--- Below this line is a copy of the message.\r\n\r\nMessage-ID: <{TortureMail.OurId}>", "bad-address");
        yield return TextBounce("Exim", "Mail delivery failed: returning message to sender", $"A message that you sent could not be delivered.\r\n\r\n  x@y.test\r\n    SMTP error from remote mail server: 552 mailbox is full\r\n\r\n------ This is a copy of the message, including all the headers. ------\r\nMessage-Id: <{TortureMail.OurId}>", "mailbox-full");
        yield return TextBounce("Mail.ru, in Russian", "Письмо не доставлено", $"Письмо не может быть доставлено: пользователь не найден.\r\n\r\nMessage-ID: <{TortureMail.OurId}>", "bad-address");
        yield return TextBounce("Яндекс, in Russian", "Недоставленное сообщение", $"Это письмо отправлено почтовым сервером yandex.ru.\r\n\r\nК сожалению, мы вынуждены сообщить Вам о том, что Ваше письмо не может быть отправлено одному или нескольким адресатам. Технические подробности можно найти ниже.\r\n\r\n<x@y.test>: host mx.y.test said: 550 5.7.1 No such user!\r\n\r\nMessage-ID: <{TortureMail.OurId}>", "bad-address");
        yield return TextBounce("Mail.ru, mailbox full, in Russian", "Ваше сообщение не доставлено", $"Это письмо создано автоматически сервером Mail.ru, отвечать на него не нужно.\r\n\r\nК сожалению, Ваше письмо не может быть доставлено одному или нескольким получателям:\r\n\r\nx@y.test\r\nПочтовый ящик получателя переполнен.\r\n\r\nMessage-ID: <{TortureMail.OurId}>", "mailbox-full");
        yield return TextBounce("Exchange, in Russian", "Не удается доставить: Запись", $"Сбой доставки следующим получателям или группам:\r\n\r\nx@y.test\r\nРазмер этого сообщения превышает допустимый. Уменьшите его и отправьте сообщение снова.\r\n\r\nMessage-ID: <{TortureMail.OurId}>", "too-large");
        yield return TextBounce("Rambler, switched off, in Russian", "Отчёт о недоставке", $"Письмо не доставлено: почтовый ящик получателя отключён или заблокирован.\r\n\r\nMessage-ID: <{TortureMail.OurId}>", "bad-address");
        yield return TextBounce("sendmail, policy", "Returned mail: see transcript for details", $"   ----- Transcript of session follows -----\r\n554 5.7.1 blocked by policy\r\n\r\nMessage-ID: <{TortureMail.OurId}>", "rejected");
        yield return new("a text warning of delay", DeliveryReport, () => Ascii($"From: Mailer <mailer-daemon@mx.test>\r\nSubject: Warning: message delayed 4 hours\r\n\r\nThis is a warning message only. The message has not yet been delivered and will be retried.\r\n\r\nMessage-ID: <{TortureMail.OurId}>")) { ReturnPath = "", CheckReport = r => Assert.Equal(DeliveryStatus.Sent, r.Status) };
        yield return new("a delivery status that is garbage", DeliveryReport, () => Report("delivery-status", "Content-Type: message/delivery-status\r\n\r\n\u0001\u0002 garbage :::: \r\n\r\n: :\r\n", $"Message-ID: <{TortureMail.OurId}>")) { ReturnPath = "" };
        yield return new("a patient who asks about an undelivered mail", Message, () => Mail("Subject: =?utf-8?B?" + Convert.ToBase64String(Utf8("Не доставлено письмо с анализами")) + "?=", "Где результаты?"));
    }

    private static IEnumerable<TortureMail> Headers()
    {
        yield return new("no Message-ID", Message, () => Mail("Subject: no id", "text")) { Check = m => Assert.Empty(m.Aliases) };
        yield return new("a Message-ID used twice, first", Message, () => Mail("Message-ID: <same@broken.test>", "first"));
        yield return new("a Message-ID used twice, second", Message, () => Mail("Message-ID: <same@broken.test>", "second"));
        yield return new("a Message-ID of 5000 letters", Message, () => Mail($"Message-ID: <{new string('x', 5000)}@p.test>", "text")) { Check = m => Assert.InRange(m.Aliases.Single().Length, 64, 200) };
        yield return new("2000 references", Message, () => Mail("References: " + string.Join("\r\n ", Enumerable.Range(0, 2000).Select(i => $"<r{i}@p.test>")), "text")) { Check = m => Assert.Equal(("r1999@p.test", 50), (m.References[0], m.References.Count)) };
        yield return new("references that are no ids", Message, () => Mail("References: foo bar <<<>>> \"x\r\nIn-Reply-To: your mail of Monday", "text"));
        yield return new("10 000 headers", Message, () => Mail(string.Join("\r\n", Enumerable.Range(0, 10_000).Select(i => $"X-H{i}: v{i}")), "text")) { Check = m => Assert.Equal("text", m.Text) };
        yield return new("one header line of 1 MB", Message, () => Mail("X-Long: " + new string('a', 1024 * 1024), "text")) { Check = m => Assert.Equal("text", m.Text) };
        yield return new("a subject of 1 MB", Message, () => Mail("Subject: " + new string('a', 1024 * 1024), "text")) { Check = m => Assert.InRange(m.Subject!.Length, 900, 998) };
        yield return new("a date in the future", Message, () => Ascii("From: ivan@patient.test\r\nDate: Mon, 01 Jan 2125 10:00:00 +0000\r\n\r\nx")) { Check = m => Assert.Null(m.SentAt) };
        yield return new("a date before mail", Message, () => Ascii("From: ivan@patient.test\r\nDate: Thu, 01 Jan 1970 00:00:00 +0000\r\n\r\nx")) { Check = m => Assert.Null(m.SentAt) };
        yield return new("no date", Message, () => Ascii("From: ivan@patient.test\r\n\r\nx")) { Check = m => Assert.Null(m.SentAt) };
        yield return new("a date in Moscow", Message, () => Mail("Subject: d", "x")) { Check = m => Assert.Equal(new DateTimeOffset(2026, 3, 2, 7, 0, 0, TimeSpan.Zero), m.SentAt) };
        yield return new("a date that is none", Message, () => Ascii("From: ivan@patient.test\r\nDate: yesterday at noon\r\n\r\nx")) { Check = m => Assert.Null(m.SentAt) };
        yield return new("From with many addresses", Message, () => Ascii("From: a@patient.test, b@patient.test, c@patient.test\r\n\r\nx")) { Check = m => Assert.Equal("a@patient.test", m.From.Single().Value) };
        yield return new("From empty", Message, () => Ascii("From: \r\nSubject: e\r\n\r\nx")) { Check = m => Assert.Equal("ivan@patient.test", m.From.Single().Value) };
        yield return new("From as a group", Message, () => Ascii("From: Family: mother@patient.test, father@patient.test;\r\n\r\nx")) { Check = m => Assert.Equal("mother@patient.test", m.From.Single().Value) };
        yield return new("an empty group, Sender speaks", Message, () => Ascii("From: undisclosed:;\r\nSender: s@patient.test\r\n\r\nx")) { Check = m => Assert.Equal("s@patient.test", m.From.Single().Value) };
        yield return new("no From at all", Message, () => Ascii("Subject: nobody\r\n\r\nx")) { Check = m => Assert.Equal("ivan@patient.test", m.From.Single().Value) };
        yield return new("a display name that claims an address", Message, () => Ascii("From: \"director@clinic.test\" <thief@evil.test>\r\n\r\nx"))
        {
            Check = m =>
            {
                Assert.Equal("thief@evil.test", m.From.Single().Value);
                Assert.Contains("display-name-address", m.Suspicions);
            },
        };
        yield return new("Reply-To elsewhere is flagged, not followed", Message, () => Ascii("From: ivan@patient.test\r\nReply-To: thief@evil.test\r\n\r\nx"))
        {
            Check = m =>
            {
                Assert.Equal("ivan@patient.test", m.From.Single().Value);
                Assert.Contains("reply-to-differs", m.Suspicions);
            },
        };
        yield return new("an IDN address in punycode", Message, () => Ascii("From: Ivan <ivan@xn--e1afmkfd.xn--p1ai>\r\n\r\nx")) { Check = m => Assert.Equal("ivan@пример.рф", m.From.Single().Value) };
        yield return new("an IDN address in utf-8", Message, () => Utf8("From: Иван <иван@пример.рф>\r\n\r\nx")) { Check = m => Assert.Equal("иван@пример.рф", m.From.Single().Value) };
        yield return new("an address in capitals", Message, () => Ascii("From: Ivan <IVAN@Patient.TEST>\r\n\r\nx")) { Check = m => Assert.Equal("ivan@patient.test", m.From.Single().Value) };
        yield return new("emoji in subject and name", Message, () => Utf8("From: Анна 😀 <anna@patient.test>\r\nSubject: Спасибо 🏥\r\n\r\nx")) { Check = m => Assert.Equal("Спасибо 🏥", m.Subject) };
        yield return new("many prefixes", Message, () => Utf8("From: ivan@patient.test\r\nSubject: RE: Fwd: Ответ: FW[2]: Re^3:   Запись   К  врачу\r\n\r\nx")) { Check = m => Assert.Equal("запись к врачу", m.Topic) };
        yield return new("line breaks smuggled into the subject", Message, () => Mail($"Subject: =?utf-8?B?{Convert.ToBase64String(Utf8("a\r\nBcc: x@y.test\0"))}?=", "x")) { Check = m => Assert.Equal("a Bcc: x@y.test", m.Subject) };
        yield return new("spaces before the colon", Message, () => Ascii("From : ivan@patient.test\r\nSubject : spaced\r\n\r\nx"));
    }

    private static IEnumerable<TortureMail> Sizes()
    {
        yield return new("a text of 5 MB", Message, () => [.. Ascii(Top + "Content-Type: text/plain; charset=utf-8\r\n\r\n"), .. Utf8(string.Concat(Enumerable.Repeat(Russian + "\r\n", 5 * 1024 * 1024 / 120)))])
        {
            Check = m =>
            {
                Assert.Equal(100_000, m.Text.Length);
                Assert.Equal("text.txt", m.Attachments.Single().FileName);
            },
        };
        yield return new("a line of 2 MB", Message, () => Mail("Subject: long", new string('z', 2 * 1024 * 1024)));
        yield return new("an attachment of 30 MB as the server sees it", Message, () => Mail("Content-Type: multipart/mixed; boundary=a", "--a\r\n\r\nсм. файл\r\n--a\r\nContent-Type: application/zip; name=big.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n" + Convert.ToBase64String(new byte[22 * 1024 * 1024], Base64FormattingOptions.InsertLineBreaks) + "\r\n--a--")) { Check = m => Assert.Equal("big.zip", m.Attachments.Single().FileName) };
        yield return new("larger than is fetched", Quarantine, () => Mail("Content-Type: application/zip; name=huge.zip\r\nContent-Transfer-Encoding: base64", Convert.ToBase64String(new byte[28 * 1024 * 1024], Base64FormattingOptions.InsertLineBreaks)));
    }

    private static TortureMail Text(string name, string actual, string? declared, string text) =>
        new(name, Message, () => [.. Ascii(Top + (declared is null ? "" : $"Content-Type: text/plain; charset={declared}\r\n") + "\r\n"), .. In(actual, text), .. Ascii("\r\n")]) { Check = m => Assert.Equal(text, m.Text) };

    private static TortureMail File(string name, string type, string fileName, Action<string> check, byte[]? content = null) =>
        new(name, Message, () => [.. Utf8(Top + $"Content-Type: {type}\r\nContent-Disposition: attachment; filename=\"{fileName}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"), .. Ascii(Convert.ToBase64String(content ?? [1, 2, 3]))]) { Check = m => check(m.Attachments.Single().FileName) };

    private static TortureMail Html(string name, string html, Action<string> check) =>
        new("HTML: " + name, Message, () => Utf8(Top + "Content-Type: text/html; charset=utf-8\r\n\r\n" + html)) { Check = m => check(m.Text) };

    private static TortureMail Dsn(string name, string action, string status, string diagnostic, DeliveryStatus expected, string? reason) =>
        new("DSN: " + name, DeliveryReport, () => Report("delivery-status", Status(action, status, diagnostic), $"Message-ID: <{TortureMail.OurId}>"))
        {
            ReturnPath = "",
            CheckReport = r => Assert.Equal((expected, reason, Guid.Parse(TortureMail.OurMessage)), (r.Status, r.ReasonCode, r.MessageId!.Value.Value)),
        };

    private static TortureMail TextBounce(string name, string subject, string text, string reason) =>
        new("text bounce: " + name, DeliveryReport, () => Utf8($"From: Mail Delivery System <MAILER-DAEMON@mx.test>\r\nTo: info@clinic.test\r\nSubject: {subject}\r\n\r\n{text}\r\n"))
        {
            ReturnPath = "",
            CheckReport = r => Assert.Equal((DeliveryStatus.Failed, reason), (r.Status, r.ReasonCode)),
        };

    private static byte[] Report(string type, string status, string returned) =>
        Ascii($"From: MAILER-DAEMON@mx.test\r\nSubject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type={type}; boundary=r\r\n\r\n--r\r\n\r\nReport.\r\n--r\r\n{status}\r\n\r\n--r\r\nContent-Type: message/rfc822\r\n\r\nFrom: info@clinic.test\r\n{returned}\r\n\r\ntext\r\n--r--\r\n");

    private static string Status(string action, string status, string diagnostic) =>
        $"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.test\r\n\r\nFinal-Recipient: rfc822; x@y.test\r\nAction: {action}\r\nStatus: {status}\r\nDiagnostic-Code: {diagnostic}";

    private static byte[] Alternative(string plain, string html) =>
        Mail("Content-Type: multipart/alternative; boundary=a", $"--a\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{plain}\r\n--a\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n--a--");

    private static byte[] Mail(string headers, string body) => Utf8($"{Top}{headers}\r\n\r\n{body}\r\n");

    private static byte[] Nested(int depth)
    {
        var mail = new StringBuilder(Top);
        for (var i = 0; i < depth; i++)
        {
            mail.Append(System.Globalization.CultureInfo.InvariantCulture, $"Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n");
        }

        return Ascii(mail.Append("Content-Type: text/plain\r\n\r\nbottom\r\n").ToString());
    }

    private static byte[] Parts(int count) =>
        Mail("Content-Type: multipart/mixed; boundary=a", string.Concat(Enumerable.Range(0, count).Select(i => $"--a\r\nContent-Type: application/pdf; name=f{i}.pdf\r\n\r\n%PDF\r\n")) + "--a--");

    /// <summary>The smallest TNEF with one file ([MS-OXTNEF] §2.1): signature, key, then attributes of level, tag, length, data, checksum.</summary>
    private static byte[] Tnef(string name, string content)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(0x223E9F78u);
        writer.Write((ushort)1);
        Attribute(1, 0x00089006, BitConverter.GetBytes(0x00010000));
        Attribute(2, 0x00069002, [1, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0]);
        Attribute(2, 0x0006800F, Ascii(content));
        Attribute(2, 0x00018010, Ascii(name + "\0"));
        writer.Flush();
        return stream.ToArray();

        void Attribute(byte level, uint tag, byte[] data)
        {
            writer.Write(level);
            writer.Write(tag);
            writer.Write(data.Length);
            writer.Write(data);
            writer.Write((ushort)data.Sum(b => b));
        }
    }

    private static string Content(MedCrm.Connectors.Sdk.InboundMessage message, string name)
    {
        using var stream = message.Attachments.Single(a => a.FileName == name).OpenAsync(TestContext.Current.CancellationToken).GetAwaiter().GetResult();
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static byte[] Ascii(string text) => Encoding.Latin1.GetBytes(text);

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] In(string charset, string text) => Encoding.GetEncoding(charset).GetBytes(text);
}
