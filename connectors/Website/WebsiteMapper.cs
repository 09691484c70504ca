using System.Text;
using System.Text.RegularExpressions;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;

namespace MedCrm.Connectors.Website;

/// <summary>What is known of a submission besides its body.</summary>
/// <param name="ReceiptId">The number we gave it; its key in the channel.</param>
/// <param name="Query">Fields in the address it was posted to, without our own.</param>
internal sealed record SubmissionFacts(
    string ReceiptId,
    DateTimeOffset ReceivedAt,
    string? RemoteAddress,
    string? Referrer,
    IReadOnlyList<SubmittedField> Query,
    IReadOnlyList<string> Suspicions);

/// <summary>Turns a submission into a message. Pure: the same submission always gives the same message.</summary>
internal static partial class WebsiteMapper
{
    private const int LongestName = 200;
    private const int LongestValue = 4_000;
    private const int LongestForm = 64_000;
    private static readonly string[] Refusals = ["0", "no", "false", "off", "нет", "не согласен", "не согласна", "n"];

    public static InboundMessage Map(FormOptions form, SubmittedForm submitted, SubmissionFacts facts)
    {
        var fields = Attributed(form, submitted, facts);
        var picked = new Picked(fields);
        var name = picked.Name(form.Fields.Name);
        var text = picked.First(form.Fields.Message, FieldNames.Message);
        var birth = picked.First(form.Fields.BirthDate, FieldNames.BirthDate);
        var from = picked.Addresses(form);
        var consent = Consent(form, picked, facts);
        var shown = Shown(fields, out var cut);
        var attachments = submitted.Files.Select(Attach).ToList();
        if (cut)
        {
            attachments.Add(Whole(fields));
        }

        return new InboundMessage
        {
            Channel = form.Channel,
            Kind = ChannelKind.Website,
            ExternalMessageId = facts.ReceiptId,
            From = from,
            DisplayName = name is { Length: > LongestName } ? name[..LongestName] : name,
            BirthDate = birth is { Length: <= LongestName } ? birth : null,
            Topic = form.Key,
            Subject = form.Title,
            Text = text ?? Summary(form, picked.Rest),
            Attachments = attachments,
            Form = shown,
            Consent = consent,
            Suspicions = Suspicions(form, submitted, facts, name, text),
            SentAt = facts.ReceivedAt,
        };
    }

    // Fields as a manager should see them: the page's own, then where the visitor came from. Our traps and Tilda's bag of
    // cookies are not for her; what the bag says of the source is.
    private static List<SubmittedField> Attributed(FormOptions form, SubmittedForm submitted, SubmissionFacts facts)
    {
        var fields = new List<SubmittedField>();
        foreach (var field in submitted.Fields)
        {
            if (field.Name == "COOKIES")
            {
                continue;
            }

            if (!Is(field, form.TokenField) && !(Is(field, form.Honeypot) && field.Value.Length == 0) && !Is(field, "Idempotency-Key"))
            {
                fields.Add(field);
            }
        }

        foreach (var field in TildaCookies.Read(submitted["COOKIES"]).Concat(facts.Query).Append(new("referrer", facts.Referrer ?? "")))
        {
            if (field.Value.Length > 0 && !fields.Exists(known => Is(known, field.Name)))
            {
                fields.Add(field);
            }
        }

        return fields;
    }

    private static bool Is(SubmittedField field, string name) => string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase);

    private static List<InboundFormField> Shown(List<SubmittedField> fields, out bool cut)
    {
        var shown = new List<InboundFormField>(fields.Count);
        var left = LongestForm;
        cut = false;
        foreach (var field in fields)
        {
            var room = Math.Min(LongestValue, left - field.Name.Length);
            if (room <= 0)
            {
                cut = true;
                break;
            }

            var value = field.Value;
            if (value.Length > room)
            {
                cut = true;
                value = string.Concat(value.AsSpan(0, room - (char.IsHighSurrogate(value[room - 1]) ? 1 : 0)), "…");
            }

            shown.Add(new(field.Name, value));
            left -= field.Name.Length + value.Length;
        }

        return shown;
    }

    private static InboundAttachment Attach(SubmittedFile file) =>
        new(file.FileName, file.MediaType, _ => Task.FromResult<Stream>(HttpMessage.Open(file.Content)));

    private static InboundAttachment Whole(List<SubmittedField> fields) =>
        new("Форма целиком.txt", "text/plain; charset=utf-8", _ => Task.FromResult<Stream>(new MemoryStream(Encoding.UTF8.GetBytes(Lines(fields)))));

    private static string Lines(IEnumerable<SubmittedField> fields) => string.Join('\n', fields.Select(field => $"{field.Name}: {field.Value}"));

    private static string Summary(FormOptions form, IEnumerable<SubmittedField> rest)
    {
        var lines = Lines(rest.Where(field => field.Value.Length > 0 && !Technical().IsMatch(field.Name)));
        return lines.Length > 0 ? lines : $"Заявка с формы «{form.Title}»";
    }

    private static InboundConsent? Consent(FormOptions form, Picked fields, SubmissionFacts facts)
    {
        var box = fields.Consent(form.Fields.Consent);

        // A box that is not ticked is not sent: where the form asks for consent, silence is a refusal.
        return box is null && form.ConsentTextVersion is null
            ? null
            : new(box is { Length: > 0 } && !Refusals.Contains(box.ToLowerInvariant()), form.ConsentTextVersion, facts.RemoteAddress);
    }

    private static List<string> Suspicions(FormOptions form, SubmittedForm submitted, SubmissionFacts facts, string? name, string? text)
    {
        var suspicions = facts.Suspicions.ToList();
        if (submitted[form.Honeypot] is { Length: > 0 })
        {
            suspicions.Add("honeypot");
        }

        if ((name is not null && Link().IsMatch(name)) || (text is not null && Link().Count(text) > 1))
        {
            suspicions.Add("links");
        }

        return suspicions;
    }

    [GeneratedRegex(@"https?://|www\.|\[url|<a\s", RegexOptions.IgnoreCase)]
    private static partial Regex Link();

    [GeneratedRegex(@"^(_|utm_|ya?clid|gclid|fbclid|clientid|_ga|referrer|referer|tran(id)?$|formid|formname|page)", RegexOptions.IgnoreCase)]
    private static partial Regex Technical();

    [GeneratedRegex(@"^\s*(\+\s*\d|8\s*[\s(-])[\d\s()\-]{8,20}$")]
    private static partial Regex LooksLikePhone();

    /// <summary>The fields, each with the name to look it up by, and which of them were understood.</summary>
    private sealed class Picked(List<SubmittedField> fields)
    {
        private readonly (SubmittedField Field, string Name, string Leaf)[] _fields =
            [.. fields.Select(field => (field, FieldNames.Normalise(field.Name), FieldNames.Leaf(field.Name)))];

        private readonly HashSet<SubmittedField> _used = new(ReferenceEqualityComparer.Instance);

        public IEnumerable<SubmittedField> Rest => fields.Where(f => !_used.Contains(f));

        public string? Name(List<string> own)
        {
            var last = First([], FieldNames.LastName);
            var middle = First([], FieldNames.MiddleName);
            if (last is null)
            {
                return First(own, FieldNames.Name) ?? First([], FieldNames.FirstName);
            }

            var first = First(own, FieldNames.FirstName) ?? First([], FieldNames.Name);
            return string.Join(' ', new[] { last, first, middle }.Where(part => part is not null));
        }

        public string? First(List<string> own, IReadOnlyList<string> usual) => All(own, usual).FirstOrDefault();

        public string? Consent(List<string> own)
        {
            var found = Find(own, FieldNames.Consent).ToList();
            var hit = found.Count > 0
                ? found[0]
                : Array.Find(_fields, f => f.Name.StartsWith("acceptance", StringComparison.Ordinal) || f.Name.StartsWith("соглас", StringComparison.Ordinal)).Field;
            if (hit is not null)
            {
                _used.Add(hit);
            }

            return hit?.Value;
        }

        public List<Address> Addresses(FormOptions form)
        {
            var phones = All(form.Fields.Phone, FieldNames.Phone).Select(Sdk.Addresses.Phone).OfType<Address>().ToList();
            var mails = All(form.Fields.Email, FieldNames.Email).Select(Sdk.Addresses.Email).OfType<Address>().ToList();

            // Builders name their fields "field_7f3a": a value that can be nothing else is believed.
            if (phones.Count == 0)
            {
                phones.AddRange(Rest.Where(field => LooksLikePhone().IsMatch(field.Value)).Select(field => Sdk.Addresses.Phone(field.Value)).OfType<Address>());
            }

            if (mails.Count == 0)
            {
                mails.AddRange(Rest.Select(field => Sdk.Addresses.Email(field.Value)).OfType<Address>());
            }

            return [.. phones.Concat(mails).Distinct()];
        }

        private IEnumerable<string> All(List<string> own, IReadOnlyList<string> usual)
        {
            foreach (var field in Find(own, usual))
            {
                _used.Add(field);
                yield return field.Value;
            }
        }

        // The form's own names first, in their order; then the usual ones, whole names before the last parts of nested ones.
        private IEnumerable<SubmittedField> Find(List<string> own, IReadOnlyList<string> usual) =>
            own.SelectMany(name => _fields.Where(f => string.Equals(f.Field.Name, name, StringComparison.OrdinalIgnoreCase)))
                .Concat(_fields.Where(f => usual.Contains(f.Name)))
                .Concat(_fields.Where(f => f.Leaf != f.Name && usual.Contains(f.Leaf)))
                .Select(f => f.Field)
                .Where(field => field.Value.Length > 0)
                .Distinct(ReferenceEqualityComparer.Instance)
                .Cast<SubmittedField>();
    }
}
