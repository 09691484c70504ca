using System.Text;
using MimeKit.Text;

namespace MedCrm.Connectors.Email;

/// <summary>HTML as readable plain text: paragraphs, lists, quotes and links stay, scripts and styles go, nothing is ever fetched. One pass over the tokens, so that no nesting is too deep.</summary>
internal static class HtmlText
{
    private const int MaxQuoteDepth = 5;

    /// <summary>Converts HTML.</summary>
    public static string From(string html)
    {
        var writer = new Writer();
        var tokenizer = new HtmlTokenizer(new StringReader(html)) { DecodeCharacterReferences = true };
        while (tokenizer.ReadNextToken(out var token))
        {
            switch (token)
            {
                case HtmlTagToken tag:
                    writer.Tag(tag);
                    break;
                case HtmlScriptDataToken:
                    break;
                case HtmlDataToken data:
                    writer.Words(data.Data);
                    break;
                default:
                    break;
            }
        }

        return writer.ToString();
    }

    private sealed class Writer
    {
        private readonly StringBuilder _text = new();
        private HtmlTagId _silent = HtmlTagId.Unknown;
        private int _pre;
        private int _quote;
        private int _newLines = 2;
        private bool _space;
        private string? _link;
        private int _linkStart;

        public void Tag(HtmlTagToken tag)
        {
            if (_silent != HtmlTagId.Unknown)
            {
                _silent = tag.IsEndTag && tag.Id == _silent ? HtmlTagId.Unknown : _silent;
                return;
            }

            switch (tag.Id)
            {
                case HtmlTagId.Script or HtmlTagId.Style or HtmlTagId.Title or HtmlTagId.NoScript when !tag.IsEndTag && !tag.IsEmptyElement:
                    _silent = tag.Id;
                    break;
                case HtmlTagId.Br:
                    Line(1, always: true);
                    break;
                case HtmlTagId.P or HtmlTagId.H1 or HtmlTagId.H2 or HtmlTagId.H3 or HtmlTagId.H4 or HtmlTagId.H5 or HtmlTagId.H6 or HtmlTagId.Table or HtmlTagId.UL or HtmlTagId.OL:
                    Line(2);
                    break;
                case HtmlTagId.BlockQuote:
                    Line(1);
                    _quote = Math.Clamp(_quote + (tag.IsEndTag ? -1 : 1), 0, MaxQuoteDepth);
                    break;
                case HtmlTagId.Pre:
                    Line(1);
                    _pre = Math.Max(0, _pre + (tag.IsEndTag ? -1 : 1));
                    break;
                case HtmlTagId.LI:
                    Line(1);
                    if (!tag.IsEndTag)
                    {
                        Raw("• ");
                    }

                    break;
                case HtmlTagId.Div or HtmlTagId.TR or HtmlTagId.HR or HtmlTagId.Section or HtmlTagId.Article or HtmlTagId.Header or HtmlTagId.Footer or HtmlTagId.DT or HtmlTagId.DD or HtmlTagId.Form or HtmlTagId.Body:
                    Line(1);
                    break;
                case HtmlTagId.TD or HtmlTagId.TH:
                    _space = _newLines == 0;
                    break;
                case HtmlTagId.A:
                    Link(tag);
                    break;
                case HtmlTagId.Image when Attribute(tag, HtmlAttributeId.Alt) is { Length: > 0 and <= 200 } alt:
                    Words($" [{alt}] ");
                    break;
                default:
                    break;
            }
        }

        public void Words(string text)
        {
            if (_silent != HtmlTagId.Unknown)
            {
                return;
            }

            foreach (var c in text)
            {
                if (_pre > 0 && c == '\n')
                {
                    Line(1, always: true);
                }
                else if (c is ' ' or '\t' or '\r' or '\n' or '\f')
                {
                    _space = _newLines == 0;
                }
                else if (c is not ('\0' or '\u00ad' or '\u200b' or '\ufeff'))
                {
                    Put(c);
                }
            }
        }

        public override string ToString()
        {
            EndLink();
            return _text.ToString().Trim();
        }

        private void Link(HtmlTagToken tag)
        {
            EndLink();
            if (!tag.IsEndTag && Attribute(tag, HtmlAttributeId.Href)?.Trim() is { Length: > 0 and <= 2000 } href
                && (href.StartsWith("http", StringComparison.OrdinalIgnoreCase) || href.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) || href.StartsWith("tel:", StringComparison.OrdinalIgnoreCase)))
            {
                (_link, _linkStart) = (href, _text.Length);
            }
        }

        private void EndLink()
        {
            if (_link is not { } link)
            {
                return;
            }

            _link = null;
            var label = _text.ToString(_linkStart, _text.Length - _linkStart).Trim();
            var bare = link[(link.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim('/');
            if (!label.Contains(bare, StringComparison.OrdinalIgnoreCase))
            {
                Raw(label.Length == 0 ? link : $" ({link})");
            }
        }

        private void Put(char c)
        {
            if (_newLines > 0 && _quote > 0)
            {
                _text.Append('>', _quote).Append(' ');
            }

            if (_space)
            {
                _text.Append(' ');
            }

            _text.Append(c);
            (_space, _newLines) = (false, 0);
        }

        private void Raw(string text)
        {
            foreach (var c in text)
            {
                if (c == ' ')
                {
                    _text.Append(' ');
                    _space = false;
                }
                else
                {
                    Put(c);
                }
            }
        }

        private void Line(int atLeast, bool always = false)
        {
            var wanted = always ? Math.Min(_newLines + 1, 2) : atLeast;
            while (_newLines < wanted)
            {
                _text.Append('\n');
                _newLines++;
            }

            _space = false;
        }

        private static string? Attribute(HtmlTagToken tag, HtmlAttributeId id)
        {
            foreach (var attribute in tag.Attributes)
            {
                if (attribute.Id == id)
                {
                    return attribute.Value;
                }
            }

            return null;
        }
    }
}
