using System.Text;
using MedCrm.Connectors.Email;
using Xunit;

namespace MedCrm.Connectors.Tests.Email;

public sealed class EmailOptionsTests
{
    [Fact]
    public void No_mailbox_is_no_mistake() => Assert.True(new EmailOptionsValidator().Validate(null, new EmailOptions()).Succeeded);

    [Fact]
    public void All_mistakes_are_listed_at_once()
    {
        var options = new EmailOptions { DefaultMailbox = "other" };
        options.Mailboxes.Add(new MailboxOptions { Key = "Инфо", Address = "nobody", PollInterval = TimeSpan.Zero, AcceptInvalidCertificates = true, Smtp = new() { Host = "smtp.clinic.example", Port = 0, UserName = "x" } });
        Assert.Equal(
        [
            "Mailboxes[0].Key: 1 to 40 of a-z, 0-9, '.', '_', '-' are needed.",
            "Mailboxes[0].Address: a mail address is needed.",
            "Mailboxes[0].Imap.Host: a host name without scheme or path is needed.",
            "Mailboxes[0].Imap.UserName: the user name is needed, usually the address.",
            "Mailboxes[0].Smtp.Port: 1 to 65535 are possible, 0 is not.",
            "Mailboxes[0].Smtp.Password: the password is needed.",
            "Mailboxes[0].PollInterval: 00:00:01 to 01:00:00 are possible, 00:00:00 is not.",
            "Mailboxes[0].AcceptInvalidCertificates: only for servers on the loopback interface; add the server's certificate authority to the system instead.",
            "DefaultMailbox: there is no mailbox with the key 'other'.",
        ],
            new EmailOptionsValidator().Validate(null, options).Failures!);
    }

    [Theory]
    [InlineData("uidvalidity=17;uid=4711;since=2026-01-31T08:00:00Z")]
    [InlineData("uidvalidity=17;uid=0;since=2026-01-31T08:00:00Z;rescan=4712")]
    public void A_position_survives_its_text(string text) => Assert.Equal(text, FolderPosition.Parse(text)!.ToString());

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("uid=5")]
    [InlineData("uidvalidity=-1;uid=x")]
    public void Another_ones_position_is_none(string? text) => Assert.Null(FolderPosition.Parse(text));

    [Fact]
    public void The_guide_lists_every_setting_with_its_default()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "global.json")))
        {
            root = root.Parent;
        }

        var guide = File.ReadAllText(Path.Combine(root.FullName, "connectors", "Email", "README.md"));
        var defaults = new MailboxOptions();
        foreach (var setting in typeof(MailboxOptions).GetProperties())
        {
            var value = setting.GetValue(defaults) switch
            {
                bool flag => flag ? "true" : "false",
                string text => text,
                TimeSpan or long => Convert.ToString(setting.GetValue(defaults), System.Globalization.CultureInfo.InvariantCulture),
                _ => "",
            };
            Assert.Contains(string.IsNullOrEmpty(value) ? $"| `{setting.Name}` | |" : $"| `{setting.Name}` | {value} |", guide, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_key_tells_apart_what_shares_a_message_id_and_knows_what_came_again()
    {
        static string Key(string mail) => BusinessKey.Of(new MemoryStream(Encoding.UTF8.GetBytes(mail)));
        const string head = "Return-Path: <a@b.test>\r\nMessage-ID: <1@x>\r\nSubject: s\r\n\r\n";
        Assert.Equal(Key(head + "one"), Key("Received: elsewhere\r\n" + head + "one"));
        Assert.NotEqual(Key(head + "one"), Key(head + "two"));
        Assert.NotEqual(Key("Received: 10:00\r\n\r\nсалют"), Key("Received: 10:05\r\n\r\nсалют"));
    }
}
