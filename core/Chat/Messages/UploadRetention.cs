using MedCrm.Hosting.Retention;

namespace MedCrm.Chat.Messages;

/// <summary>What becomes of a file that was handed over for an answer and never sent. An answer takes the mark away in its own transaction, so that what a message has is never found here.</summary>
internal static class UploadRetention
{
    // Where the clocks of two instances differ, nothing is removed that the other may still send.
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    public static RetentionRule Rule(RetentionOptions options) => new(
        "chat: uploads never sent",
        options.UnsentUploads == TimeSpan.Zero ? TimeSpan.Zero : options.UnsentUploads + Grace,
        [typeof(StoredAttachment)],
        "select id, id from chat.mt_doc_storedattachment where uploaded_at is not null and uploaded_at < $1 order by uploaded_at limit $2 for update skip locked",
        // $2 is when: nothing is written down of what leaves no row.
        "delete from chat.mt_doc_storedattachment where id = any($1) and uploaded_at < $2");
}
