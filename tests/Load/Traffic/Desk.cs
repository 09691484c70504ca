using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using MedCrm.Contracts;
using MedCrm.Hosting.Identity;
using MedCrm.Load.Hub;
using MedCrm.Patients.Mis;
using MedCrm.Patients.Mis.Demo;
using Microsoft.Extensions.Options;
using Npgsql;

namespace MedCrm.Load.Traffic;

/// <summary>What came of a click on "book".</summary>
/// <param name="Status">Null: nobody answered.</param>
/// <param name="Alternatives">Slots offered instead.</param>
internal sealed record Clicked(HttpStatusCode? Status, string Title, int Alternatives, double Milliseconds);

/// <summary>Managers who book, each under a name of their own, at whichever instance of Patients; and the MIS's own screen.</summary>
internal sealed class Desk : IDisposable
{
    private readonly NpgsqlDataSource _patients;
    private readonly InternalTokens _tokens;
    private readonly List<HttpClient> _instances = [];

    private Desk(Stage stage, NpgsqlDataSource patients, params Uri[] instances)
    {
        _patients = patients;
        _tokens = new InternalTokens(new InternalSigningKey(Options.Create(new InternalIdentityOptions { SigningKeyFile = stage.SigningKeyFile })), TimeProvider.System);
        _instances.AddRange(instances.Select(url => new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(30) }));
        Screen = new DemoDatabase(patients, new ClinicTime(new MisOptions()), TimeProvider.System);
    }

    /// <summary>What the MIS's own people do.</summary>
    public DemoDatabase Screen { get; }

    /// <summary>Requests in which visits can be asked for.</summary>
    public IReadOnlyList<Guid> Requests { get; private set; } = [];

    /// <summary>Waits until people have written, are identified, and the schedule is known.</summary>
    public static async Task<Desk> OpenAsync(Stage stage, int requests, params Uri[] instances)
    {
        var desk = new Desk(stage, stage.Open("Patients"), instances);
        using var sender = new FormSender(stage.Window);
        foreach (var contact in Contact.Of("visits", 1, requests, 1))
        {
            await sender.SendAsync(contact);
        }

        if (!await Waiting.UntilAsync(async () => (desk.Requests = await desk.ListAsync("select id from patients.mt_doc_requestcontact", reader => reader.GetGuid(0))).Count >= requests, TimeSpan.FromMinutes(2))
            || !await Waiting.UntilAsync(async () => (await desk.SlotsAsync(1)).Count > 0, TimeSpan.FromMinutes(2)))
        {
            stage.Keep();
            throw new LoadException("Nobody is identified, or the schedule is not read.");
        }

        return desk;
    }

    /// <summary>Free slots so far ahead that the schedule is not read again meanwhile, one of each practitioner and hour, spread.</summary>
    public Task<IReadOnlyList<MisSlot>> SlotsAsync(int count) => ListAsync(
        $"select id, practitioner_id, location_id, starts_at, ends_at from mis.free_slots where taken_at is null and starts_at > now() + interval '9 days' order by md5(id) limit {count}",
        reader => new MisSlot(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3), reader.GetFieldValue<DateTimeOffset>(4)));

    /// <summary>One manager books.</summary>
    /// <param name="number">Which manager, patient and instance.</param>
    public async Task<Clicked> BookAsync(MisSlot slot, int number, string key)
    {
        var agent = new Agent(new AgentId(DeterministicId.From("load-agent", number.ToString(CultureInfo.InvariantCulture))), $"Менеджер {number}");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/appointments", UriKind.Relative))
        {
            Content = JsonContent.Create(new { requestId = Requests[number % Requests.Count], patientId = PatientOf(number), slotId = slot.Id, idempotencyKey = key }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _tokens.Issue(agent, [Roles.Manager]));
        var began = Waiting.Clock.GetTimestamp();
        try
        {
            using var answer = await _instances[number % _instances.Count].SendAsync(request);
            var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
            return new Clicked(
                answer.StatusCode, body.TryGetProperty("title", out var title) ? title.GetString() ?? "" : body.GetProperty("status").GetString() ?? "",
                body.TryGetProperty("alternatives", out var alternatives) ? alternatives.GetArrayLength() : 0, Waiting.Clock.GetElapsedTime(began).TotalMilliseconds);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException or JsonException)
        {
            return new Clicked(null, e.GetType().Name, 0, Waiting.Clock.GetElapsedTime(began).TotalMilliseconds);
        }
    }

    /// <summary>Somebody books on the MIS's own screen.</summary>
    /// <returns>Whether they got it.</returns>
    public async Task<bool> BookOnScreenAsync(MisSlot slot, int number) =>
        DemoDatabase.TrySlotId(slot.Id, out var practitioner, out var start)
        && (await Screen.BookAsync(int.Parse(PatientOf(number), CultureInfo.InvariantCulture), practitioner, start, null, null, default)).Answer == DemoDatabase.Answer.Done;

    /// <summary>Orders a fault of the MIS.</summary>
    public Task OrderAsync(DemoFault fault, string operation, int times) => new DemoFaults(Screen).OrderAsync(fault, operation, times, default, default);

    public Task HealAsync() => new DemoFaults(Screen).ClearAsync(default);

    public async Task<long> CountAsync(string sql, params object[] values)
    {
        await using var command = _patients.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.AddWithValue(value);
        }

        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async Task<IReadOnlyList<T>> ListAsync<T>(string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var command = _patients.CreateCommand(sql);
        try
        {
            await using var reader = await command.ExecuteReaderAsync();
            var rows = new List<T>();
            while (await reader.ReadAsync())
            {
                rows.Add(read(reader));
            }

            return rows;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return [];
        }
    }

    public void Dispose()
    {
        _instances.ForEach(instance => instance.Dispose());
        _patients.Dispose();
    }

    /// <summary>Of the 200 patients of the demo clinic.</summary>
    private static string PatientOf(int number) => ((number % 200) + 1).ToString(CultureInfo.InvariantCulture);
}
