using MedCrm.Connectors.Sdk;
using MimeKit;

namespace MedCrm.Connectors.Email;

/// <summary>All addresses of the centre; by them the connector recognises its own mail.</summary>
internal sealed record MailboxIdentity(string Channel, IReadOnlySet<string> Addresses, IReadOnlySet<string> Domains)
{
    public static MailboxIdentity Of(string channel, IEnumerable<MailboxOptions> mailboxes)
    {
        var all = mailboxes.ToList();
        return new(
            channel,
            all.SelectMany(m => m.OtherAddresses.Append(m.Address)).Select(a => Sdk.Addresses.Email(a)?.Value).OfType<string>().ToHashSet(),
            all.Select(m => m.Domain).ToHashSet());
    }

    public bool Owns(Address address) => Addresses.Contains(address.Value);
}

/// <summary>
/// Who wrote. The first address of From counts (else Sender, else the return path); several are not one person.
/// Reply-To is believed only where From cannot be answered: absent, a no-reply robot, or our own address, as with form mailers of a website.
/// Elsewhere it is only flagged: it would let a stranger redirect a medical answer.
/// </summary>
/// <param name="Address">Null: nobody can be told.</param>
/// <param name="Name">As they named themselves. Null: not given.</param>
/// <param name="ByReplyTo">Whether it was taken from Reply-To.</param>
/// <param name="Suspicions">What is odd about it.</param>
internal sealed record MailSender(Address? Address, string? Name, bool ByReplyTo, IReadOnlyList<string> Suspicions)
{
    private const int MaxName = 200;

    private static readonly ParserOptions Loose = new() { AllowAddressesWithoutDomain = true, AllowUnquotedCommasInAddresses = true, MaxAddressGroupDepth = 3 };

    public static MailSender Of(MimeMessage mail, MailboxIdentity ours)
    {
        var from = First(mail, HeaderId.From) ?? First(mail, HeaderId.Sender) ?? First(mail, HeaderId.ReturnPath);
        var replyTo = First(mail, HeaderId.ReplyTo);
        var suspicions = new List<string>();
        if (from is { Name: { } name } && ClaimsAnotherAddress(name, from.Value.Address))
        {
            suspicions.Add("display-name-address");
        }

        if (replyTo is { } reply && reply.Address != from?.Address && !ours.Owns(reply.Address))
        {
            if (from is not { } known || ours.Owns(known.Address) || Automation.IsRobot(known.Address))
            {
                return new MailSender(reply.Address, reply.Name, ByReplyTo: true, suspicions);
            }

            suspicions.Add("reply-to-differs");
        }

        return new MailSender(from?.Address, from?.Name, ByReplyTo: false, suspicions);
    }

    private static (Address Address, string? Name)? First(MimeMessage mail, HeaderId id)
    {
        foreach (var header in mail.Headers)
        {
            if (header.Id == id && InternetAddressList.TryParse(Loose, Charsets.RepairHeader(header.RawValue), out var list))
            {
                foreach (var mailbox in list.Mailboxes.Take(50))
                {
                    if (Addresses.Email(MailboxAddress.DecodeAddrspec(mailbox.Address)) is { } address)
                    {
                        var name = Charsets.OneLine(mailbox.Name ?? "");
                        return (address, name.Length == 0 ? null : name[..Math.Min(name.Length, MaxName)]);
                    }
                }
            }
        }

        return null;
    }

    private static bool ClaimsAnotherAddress(string name, Address address)
    {
        foreach (var word in name.Split([' ', '<', '>', '"', '\'', '(', ')', ',', ';', '[', ']'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (Addresses.Email(word) is { } claimed && claimed != address)
            {
                return true;
            }
        }

        return false;
    }
}
