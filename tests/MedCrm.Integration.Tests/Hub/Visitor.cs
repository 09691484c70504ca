using System.Globalization;
using System.Text.Json.Nodes;
using MedCrm.Contracts.Patients;
using MedCrm.Patients.Mis;
using MedCrm.Patients.Mis.Demo;
using Xunit;

namespace MedCrm.Integration.Tests.Hub;

/// <summary>Somebody with a card in the demo MIS, who wrote and is linked to it; and what the MIS's own people do for them on their own screen.</summary>
internal sealed record Visitor(TestHub Hub, Window Window, Person Person, string PatientId, string RequestId, string ContactId)
{
    private static int _slots;
    private static int _cards;

    private DemoDatabase Screen => Hub.Of<DemoDatabase>("patients");

    public static async Task<Visitor> WroteAsync(TestHub hub, string mailBox = "visitor")
    {
        var window = await hub.WindowAsync();
        var person = Person.New(mailBox);
        var card = await NewCardAsync(hub, person);
        await window.SendFormAsync(person.Form("Запишите меня"));
        var row = await window.RowOfAsync(person, row => row["contact"]!["id"] is not null);
        var contact = (string)row["contact"]!["id"]!;
        await window.DoAsync($"/api/contacts/{contact}/patient", new { patientId = card });
        return new Visitor(hub, window, person, card, (string)row["id"]!, contact);
    }

    public static async Task<string> NewCardAsync(TestHub hub, Person person)
    {
        var created = await hub.Of<IMisGateway>("patients").CreatePatientAsync(
            // A day of birth of their own: the MIS takes two of one name and day for one.
            new NewPatient("Щеглов", "Ким", null, new DateOnly(1950, 1, 2).AddDays(Interlocked.Increment(ref _cards)), person.Phone, person.Mail),
            new IdempotencyKey($"test:{Guid.NewGuid():N}"), CancellationToken.None);
        return Assert.IsType<MisResult<MisPatient>.Ok>(created).Value.Id;
    }

    /// <summary>A free slot of this test alone.</summary>
    public static async Task<MisSlot> SlotAsync(TestHub hub, double daysAhead = 4)
    {
        var from = TimeProvider.System.GetUtcNow().AddDays(daysAhead);
        var free = await hub.Of<IMisGateway>("patients").ReadFreeSlotsAsync(new SlotWindow(from, from.AddDays(8)), CancellationToken.None);
        return free[Interlocked.Add(ref _slots, 7) % free.Count];
    }

    public async Task<MisAppointment> BookOnTheirScreenAsync(double daysAhead = 4)
    {
        while (true)
        {
            Assert.True(DemoDatabase.TrySlotId((await SlotAsync(Hub, daysAhead)).Id, out var practitioner, out var start));
            var (answer, booked) = await Screen.BookAsync(Number(PatientId), practitioner, start, null, null, CancellationToken.None);
            if (answer == DemoDatabase.Answer.Done)
            {
                return booked!;
            }
        }
    }

    public async Task<MisAppointment> MoveOnTheirScreenAsync(string misId)
    {
        while (true)
        {
            Assert.True(DemoDatabase.TrySlotId((await SlotAsync(Hub)).Id, out var practitioner, out var start));
            var (answer, moved) = await Screen.MoveAsync(Number(misId), null, practitioner, start, null, CancellationToken.None);
            if (answer == DemoDatabase.Answer.Done)
            {
                return moved!;
            }
        }
    }

    public Task SetOnTheirScreenAsync(string misId, AppointmentStatus status) => Screen.SetStatusAsync(Number(misId), null, status, CancellationToken.None);

    public Task DeleteOnTheirScreenAsync(string misId) => Screen.DeleteAsync(Number(misId), CancellationToken.None);

    public Task MergeOnTheirScreenAsync(string gone, string remains) => Screen.MergePatientsAsync(Number(gone), Number(remains), CancellationToken.None);

    /// <summary>Our visit behind an appointment of the MIS, as soon as it is as told.</summary>
    public Task<JsonNode> VisitAsync(string misId, Func<JsonNode, bool>? when = null) => Eventually.AsyncOf(
        async () => await FindAsync(misId) is { } visit && (when is null || when(visit)) ? visit : null, "such visit");

    public async Task<JsonNode?> FindAsync(string misId) =>
        await Hub.AskAsync<string>("Patients", "select data::text from patients.mt_doc_appointment where mis_id = $1", misId) is { } json ? JsonNode.Parse(json) : null;

    public Task<long> EventsAsync(JsonNode visit, string type) =>
        Hub.AskAsync<long>("Patients", "select count(*) from patients.mt_events where stream_id = $1 and type = $2", Guid.Parse((string)visit["id"]!), type);

    private static int Number(string id) => int.Parse(id, CultureInfo.InvariantCulture);
}
