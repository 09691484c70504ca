namespace MedCrm.Connectors.Email;

/// <summary>The open lines of each mailbox, shared by all who send from it.</summary>
internal sealed class MailLines(TimeProvider clock) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (SmtpLine Smtp, SentFolder Sent)> _lines = [];

    public (SmtpLine Smtp, SentFolder Sent) Of(MailboxOptions mailbox)
    {
        lock (_gate)
        {
            if (!_lines.TryGetValue(mailbox.Key, out var lines))
            {
                lines = _lines[mailbox.Key] = (new SmtpLine(mailbox, clock), new SentFolder(mailbox, clock));
            }

            return lines;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (smtp, sent) in _lines.Values)
        {
            await smtp.DisposeAsync();
            sent.Dispose();
        }
    }
}
