using MedCrm.Load.Hub;

namespace MedCrm.Load.Raw;

/// <summary>How large the product's rows are, in bytes, so that the work by hand carries as much.</summary>
internal sealed record BodySizes(int RawInput, int Conversation, int Message, int Event, int Snapshot, int Intake, int Sla, int Contact, int Linked, int Row)
{
    public static async Task<BodySizes> ReadAsync(Stage stage) => new(
        await AverageAsync(stage, "Connectors", "website.mt_doc_storedinput"),
        await AverageAsync(stage, "Chat", "chat.mt_doc_conversation"),
        await AverageAsync(stage, "Chat", "chat.mt_doc_message"),
        await AverageAsync(stage, "Requests", "requests.mt_events where type = 'request_opened'"),
        await AverageAsync(stage, "Requests", "requests.mt_doc_request"),
        await AverageAsync(stage, "Requests", "requests.mt_doc_requestintake"),
        await AverageAsync(stage, "Requests", "requests.mt_doc_firstresponsesla"),
        await AverageAsync(stage, "Patients", "patients.mt_doc_contact"),
        await AverageAsync(stage, "Requests", "requests.mt_events where type = 'contact_linked'"),
        await AverageAsync(stage, "Gateway", "gateway.feed", "row"));

    private static async Task<int> AverageAsync(Stage stage, string room, string from, string column = "data")
    {
        await using var database = stage.Open(room);
        await using var command = database.CreateCommand($"select coalesce(avg(octet_length({column}::text)), 200)::int from {from}");
        return (int)(await command.ExecuteScalarAsync())!;
    }
}
