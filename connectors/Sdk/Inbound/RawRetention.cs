using MedCrm.Connectors.Sdk.Quarantine;
using MedCrm.Hosting.Bus;
using MedCrm.Hosting.Retention;

namespace MedCrm.Connectors.Sdk.Inbound;

/// <summary>
/// What becomes of a raw input that has been kept long enough: its content goes, and its key stays, because a mailbox that is numbered anew, or a channel that repeats itself, brings old inputs again.
/// Kept in any case is what waits in the quarantine, and what the outbox or a dead letter of this connector still names.
/// </summary>
internal static class RawRetention
{
    /// <summary>That there is content; the words of the index.</summary>
    public const string IsKept = "coalesce(data ->> 'content', data ->> 'blobId') is not null";

    public static RetentionRule Rule(string part, RetentionOptions options) => new(
        $"{part}: raw inputs",
        options.RawInputs,
        [typeof(StoredInput), typeof(QuarantinedInput)],
        $"""
         select input.id, (input.data ->> 'blobId')::uuid
         from {part}.mt_doc_storedinput input
         where input.received_at < $1 and {IsKept}
           and not exists (select from {part}.mt_doc_quarantinedinput waiting where waiting.id = input.id)
           and not exists (select from {BusExtensions.MessageSchema(part)}.wolverine_outgoing_envelopes sent where position(convert_to(input.id::text, 'UTF8') in sent.body) > 0)
           and not exists (select from {BusExtensions.MessageSchema(part)}.wolverine_dead_letters failed where position(convert_to(input.id::text, 'UTF8') in failed.body) > 0)
         order by input.received_at limit $2
         for update of input skip locked
         """,
        $"update {part}.mt_doc_storedinput set data = (data - 'content' - 'isBinary' - 'blobId') || jsonb_build_object('forgottenAt', $2::timestamptz) where id = any($1)");
}
