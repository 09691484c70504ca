using System.Text;
using System.Text.RegularExpressions;
using MedCrm.Connectors.Sdk;
using MimeKit;
using MimeKit.Text;
using MimeKit.Tnef;

namespace MedCrm.Connectors.Email;

/// <summary>The text of a mail for people, and everything else as files.</summary>
internal sealed partial class MailBody
{
    /// <summary>Of text that travels as text; the rest of it becomes a file.</summary>
    public const int MaxText = 100_000;

    private const int MaxAttachments = 200;
    private const int MaxTextBytes = 8 * 1024 * 1024;
    private readonly StringBuilder _text = new();
    private readonly List<InboundAttachment> _attachments = [];
    private int _number;

    private MailBody()
    {
    }

    /// <summary>Plain text, at most <see cref="MaxText"/> characters.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Files, the cut-off text and what did not fit included.</summary>
    public IReadOnlyList<InboundAttachment> Attachments => _attachments;

    /// <summary>Reads a mail.</summary>
    /// <param name="mail">The parsed mail.</param>
    /// <param name="openRaw">Opens its bytes, for the case that it holds more files than are taken one by one.</param>
    public static MailBody Of(MimeMessage mail, Func<Stream> openRaw)
    {
        var body = new MailBody();
        if (mail.Body is { } root)
        {
            body.Walk(root);
        }

        body.Finish(openRaw);
        return body;
    }

    /// <summary>Decodes a text part, whatever charset it really has.</summary>
    public static string Decode(MimePart part)
    {
        if (part.Content is null)
        {
            return "";
        }

        using var bytes = new Bounded(MaxTextBytes);
        part.Content.DecodeTo(bytes);
        var span = bytes.Written;
        var declared = part.ContentType.Charset ?? (part.ContentType.IsMimeType("text", "html") ? MetaCharset(span) : null);
        return Charsets.Decode(span, declared);
    }

    /// <summary>Without NUL and other control characters, lines ended by LF only, half surrogates replaced.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\r')
            {
                clean.Append(i + 1 < text.Length && text[i + 1] == '\n' ? "" : "\n");
            }
            else if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                clean.Append(c).Append(text[++i]);
            }
            else if (char.IsSurrogate(c))
            {
                clean.Append('\uFFFD');
            }
            else if (!char.IsControl(c) || c is '\n' or '\t')
            {
                clean.Append(c);
            }
        }

        return clean.ToString().Trim();
    }

    private void Walk(MimeEntity root)
    {
        // A stack instead of recursion: the depth is chosen by the sender.
        var open = new Stack<MimeEntity>([root]);
        while (open.TryPop(out var entity))
        {
            switch (entity)
            {
                case MultipartAlternative alternative:
                    Push(open, Choose(alternative));
                    break;
                case Multipart multipart:
                    Push(open, multipart);
                    break;
                case TnefPart tnef:
                    Unpack(tnef);
                    break;
                case MessagePart nested:
                    Attach(nested);
                    break;
                case TextPart text when IsBody(text):
                    Append(Readable(text));
                    break;
                case MimePart part:
                    Attach(part);
                    break;
                default:
                    break;
            }
        }
    }

    private static void Push(Stack<MimeEntity> open, IEnumerable<MimeEntity> children)
    {
        foreach (var child in children.Reverse())
        {
            open.Push(child);
        }
    }

    /// <summary>Of alternatives the plain text, unless it is empty; what is no text (an invitation) is a file.</summary>
    private static IEnumerable<MimeEntity> Choose(MultipartAlternative alternative)
    {
        var plain = alternative.OfType<TextPart>().FirstOrDefault(part => part.IsPlain && Decode(part).AsSpan().Trim().Length > 0);
        var chosen = plain ?? alternative.LastOrDefault(part => part is Multipart || part is TextPart { IsHtml: true }) ?? alternative.FirstOrDefault();
        return alternative.Where(part => part == chosen || !(part is TextPart { IsPlain: true } or TextPart { IsHtml: true }) && !(part is Multipart && chosen is not null));
    }

    private static bool IsBody(TextPart part) =>
        !part.IsAttachment && (part.IsPlain || part.IsHtml || part.IsEnriched || part.ContentType.IsMimeType("text", "*") && part.FileName is null && !part.ContentType.IsMimeType("text", "calendar"));

    private static string Readable(TextPart part)
    {
        var text = Decode(part);
        if (part.IsHtml)
        {
            return HtmlText.From(text);
        }

        if (!part.IsFlowed)
        {
            return text;
        }

        var flowed = new FlowedToText { DeleteSpace = string.Equals(part.ContentType.Parameters["delsp"], "yes", StringComparison.OrdinalIgnoreCase) };
        using var writer = new StringWriter();
        flowed.Convert(new StringReader(text), writer);
        return writer.ToString();
    }

    private void Append(string text)
    {
        var clean = Clean(text);
        if (clean.Length > 0)
        {
            _text.Append(_text.Length > 0 ? "\n\n" : "").Append(clean);
        }
    }

    private void Unpack(TnefPart tnef)
    {
        try
        {
            var content = tnef.ConvertToMessage();
            var before = _attachments.Count;
            var textBefore = _text.Length;
            foreach (var part in content.BodyParts)
            {
                if (part is not TextPart { IsAttachment: false } text)
                {
                    Attach(part);
                }
                else if (_text.Length == 0)
                {
                    Append(Readable(text));
                }
            }

            if (_attachments.Count > before || _text.Length > textBefore)
            {
                return;
            }
        }
        catch (Exception e) when (e is TnefException or FormatException or ArgumentException or NotSupportedException or IOException or InvalidOperationException or IndexOutOfRangeException)
        {
            // Broken inside: the file itself is what can be kept.
        }

        Attach((MimeEntity)tnef);
    }

    private void Attach(MimeEntity entity)
    {
        _number++;
        if (_attachments.Count >= MaxAttachments)
        {
            return;
        }

        var name = entity is MessagePart nested
            ? FileNames.Safe((Charsets.OneLine(nested.Message?.Subject ?? "") is { Length: > 0 } subject ? subject.Replace('/', '_').Replace('\\', '_') : $"message-{_number}") + ".eml", "message/rfc822", _number)
            : FileNames.Of(entity, _number);
        _attachments.Add(new InboundAttachment(name, entity.ContentType.MimeType.ToLowerInvariant(), ct => OpenAsync(entity, ct)));
    }

    private static async Task<Stream> OpenAsync(MimeEntity entity, CancellationToken ct)
    {
        if (entity is MimePart { Content: { } content })
        {
            return content.Open();
        }

        var spool = await Spool.WriteAsync(long.MaxValue, async to =>
        {
            if (entity is MessagePart { Message: { } message })
            {
                await message.WriteToAsync(to, ct);
            }
        });
        return new SpoolReader(spool);
    }

    private void Finish(Func<Stream> openRaw)
    {
        if (_number > MaxAttachments)
        {
            _attachments.Add(new InboundAttachment("message.eml", "message/rfc822", _ => Task.FromResult(openRaw())));
        }

        if (_text.Length <= MaxText)
        {
            Text = _text.ToString();
            return;
        }

        var whole = _text.ToString();
        Text = whole[..(char.IsHighSurrogate(whole[MaxText - 1]) ? MaxText - 1 : MaxText)];
        _attachments.Insert(0, new InboundAttachment("text.txt", "text/plain", _ => Task.FromResult<Stream>(new MemoryStream(Encoding.UTF8.GetBytes(whole), writable: false))));
    }

    private static string? MetaCharset(ReadOnlySpan<byte> html)
    {
        var match = Meta().Match(Encoding.Latin1.GetString(html[..Math.Min(html.Length, 2048)]));
        return match.Success ? match.Groups[1].Value : null;
    }

    [GeneratedRegex(@"<meta[^>]{0,200}?charset\s*=\s*[""']?\s*([\w.:-]{1,40})", RegexOptions.IgnoreCase)]
    private static partial Regex Meta();

    /// <summary>Takes so many bytes and swallows the rest; the rest stays in the raw mail.</summary>
    private sealed class Bounded(int limit) : MemoryStream
    {
        public ReadOnlySpan<byte> Written => GetBuffer().AsSpan(0, (int)Length);

        public override void Write(byte[] buffer, int offset, int count) => base.Write(buffer, offset, (int)Math.Clamp(limit - Length, 0, count));

        public override void Write(ReadOnlySpan<byte> buffer) => base.Write(buffer[..(int)Math.Clamp(limit - Length, 0, buffer.Length)]);
    }
}
