using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MedCrm.Connectors.Tests.Mis;

/// <summary>
/// Renovatio as its public users see it, strict: form-encoded only, the key in the body, known methods and parameters only, dates in its one format, numbers as
/// numbers, a single row as an object, an empty map as an empty array. Overlaps are looked for only when asked.
/// </summary>
internal sealed partial class RenovatioSimulator : IAsyncDisposable
{
    public const string ApiKey = "renovatio-test-key";
    private const string Clock = "dd.MM.yyyy HH:mm";

    private static readonly Dictionary<string, (string[] Required, string[] Optional)> Methods = new()
    {
        ["getClinics"] = ([], []),
        ["getProfessions"] = ([], []),
        ["getUsers"] = ([], []),
        ["getServices"] = ([], []),
        ["getSchedule"] = (["user_id"], ["time_start", "time_end", "show_busy", "show_past", "step", "clinic_id"]),
        ["getPatient"] = ([], ["id", "mobile", "first_name"]),
        ["createPatient"] = (["last_name", "first_name", "mobile"], ["third_name", "birth_date", "email"]),
        ["createAppointment"] = (["doctor_id", "patient_id", "clinic_id", "time_start", "time_end"], ["check_intersection", "comment", "services", "is_telemedicine"]),
        ["cancelAppointment"] = (["appointment_id"], ["comment", "source"]),
        ["confirmAppointment"] = (["appointment_id"], []),
        ["getAppointment"] = (["appointment_id"], []),
        ["getAppointments"] = (["date_from", "date_to"], []),
    };

    private readonly Lock _one = new();
    private readonly WebApplication _app;
    private readonly List<JsonObject> _patients = [];
    private readonly List<JsonObject> _appointments = [];
    private int _authErrors;
    private int _lastAppointment;

    private RenovatioSimulator(WebApplication app) => _app = app;

    public Uri Url => new($"{_app.Urls.First()}/api/public/");

    public IReadOnlyList<JsonObject> Appointments => _appointments;

    public static async Task<RenovatioSimulator> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var simulator = new RenovatioSimulator(app);
        app.MapPost("/api/public/{method}", simulator.AnswerAsync);
        await app.StartAsync();
        return simulator;
    }

    /// <summary>The right key is refused now and then.</summary>
    public void OrderAuthErrors(int times) => _authErrors = times;

    public int AddPatient(string family, string given, string third, string birth, string mobile)
    {
        lock (_one)
        {
            _patients.Add(new JsonObject { ["patient_id"] = _patients.Count + 1, ["last_name"] = family, ["first_name"] = given, ["third_name"] = third, ["birth_date"] = birth, ["mobile"] = mobile, ["email"] = "" });
            return _patients.Count;
        }
    }

    /// <summary>Their own people's screen; it asks for no key and no overlap.</summary>
    public int Book(int doctor, int patient, int clinic, string start, string end)
    {
        lock (_one)
        {
            return Add(doctor, patient, clinic, start, end, "");
        }
    }

    public void Change(int id, Action<JsonObject> change)
    {
        lock (_one)
        {
            change(Of(id));
        }
    }

    /// <summary>Without a trace, as a receptionist deletes what was entered by mistake.</summary>
    public void Delete(int id)
    {
        lock (_one)
        {
            _appointments.Remove(Of(id));
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private JsonObject Of(int id) => _appointments.Single(one => (int)one["id"]! == id);

    private async Task<IResult> AnswerAsync(string method, HttpRequest request)
    {
        if (request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.Ordinal) != true || request.QueryString.HasValue)
        {
            return Error(400, "Неверный формат запроса");
        }

        var form = (await request.ReadFormAsync()).ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
        lock (_one)
        {
            if (_authErrors > 0 || form.GetValueOrDefault("api_key") != ApiKey)
            {
                _authErrors--;
                return Error(401, "Auth error");
            }

            if (!Methods.TryGetValue(method, out var known))
            {
                return Error(404, "Метод не существует");
            }

            if (known.Required.FirstOrDefault(name => string.IsNullOrEmpty(form.GetValueOrDefault(name))) is { } missing)
            {
                return Error(400, $"Не указан параметр {missing}");
            }

            if (form.Keys.FirstOrDefault(name => name != "api_key" && !known.Required.Contains(name) && !known.Optional.Contains(name)) is { } unknown)
            {
                return Error(400, $"Некорректный параметр {unknown}");
            }

            if (form.Where(pair => pair.Key is "time_start" or "time_end" or "date_from" or "date_to").Any(pair => !TryTime(pair.Value, out _)))
            {
                return Error(400, "Неверный формат даты");
            }

            return method switch
            {
                "getClinics" => Ok(new JsonArray(new JsonObject { ["id"] = 1, ["title"] = "Клиника на Лесной" }, new JsonObject { ["id"] = 2, ["title"] = "Клиника на Речной" })),
                "getProfessions" => Ok(new JsonArray(new JsonObject { ["id"] = 10, ["name"] = "Терапия", ["doctor_name"] = "Терапевт" }, new JsonObject { ["id"] = 11, ["name"] = "Кардиология", ["doctor_name"] = "Кардиолог" })),
                "getUsers" => Ok(new JsonArray(
                    new JsonObject { ["id"] = 101, ["name"] = "Громова Елена Петровна", ["profession"] = new JsonArray("10"), ["clinic"] = new JsonArray("1") },
                    new JsonObject { ["id"] = 102, ["name"] = "Белов Андрей Николаевич", ["profession"] = new JsonArray("11"), ["clinic"] = new JsonArray("2") },
                    new JsonObject { ["id"] = 103, ["name"] = "Администратор", ["profession"] = new JsonArray(), ["clinic"] = new JsonArray("1") })),
                "getServices" => Ok(new JsonObject { ["service_id"] = 501, ["title"] = "Приём терапевта", ["price"] = "1500.00", ["duration"] = 30 }),
                "getSchedule" => Schedule(form),
                "getPatient" => FindPatient(form),
                "createPatient" => CreatePatient(form),
                "createAppointment" => CreateAppointment(form),
                "cancelAppointment" => Appointment(form, one => one["status"] = "refused"),
                "confirmAppointment" => Appointment(form, one => one["is_confirmed"] = true),
                "getAppointment" => Appointment(form, null),
                _ => Ok(Copy(_appointments.Where(one => Between(one, form["date_from"], form["date_to"])))),
            };
        }
    }

    private IResult Schedule(Dictionary<string, string> form)
    {
        var doctor = form["user_id"];
        if (doctor is not ("101" or "102"))
        {
            return Ok(new JsonArray());
        }

        var clinic = doctor == "101" ? 1 : 2;
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var rows = from n in Enumerable.Range(1, 8)
                   let day = today.AddDays(n)
                   from half in Enumerable.Range(0, 6)
                   let start = day.ToDateTime(new TimeOnly(9, 0).AddMinutes(half * 90))
                   where (!form.TryGetValue("time_start", out var since) || start >= Time(since)) && (!form.TryGetValue("time_end", out var until) || start < Time(until))
                   where !_appointments.Any(one => Overlaps(one, int.Parse(doctor, CultureInfo.InvariantCulture), start, start.AddMinutes(30)))
                   select new JsonObject
                   {
                       ["user_id"] = int.Parse(doctor, CultureInfo.InvariantCulture),
                       ["clinic_id"] = clinic,
                       ["date"] = start.ToString("dd.MM.yyyy", CultureInfo.InvariantCulture),
                       ["time_start_short"] = start.ToString("HH:mm", CultureInfo.InvariantCulture),
                       ["time_end_short"] = start.AddMinutes(30).ToString("HH:mm", CultureInfo.InvariantCulture),
                       ["room"] = "12",
                       ["is_busy"] = false,
                   };
        return Ok(new JsonObject { [doctor] = new JsonArray([.. rows]) });
    }

    private IResult FindPatient(Dictionary<string, string> form)
    {
        if (!form.ContainsKey("id") && !form.ContainsKey("mobile"))
        {
            return Error(400, "Не указан параметр mobile");
        }

        var found = _patients.Where(one => (!form.TryGetValue("id", out var id) || $"{one["patient_id"]}" == id) && (!form.TryGetValue("mobile", out var mobile) || $"{one["mobile"]}" == mobile)).ToList();
        return found.Count switch
        {
            0 => Error(404, "Пациент не найден"),
            1 => Ok(found[0].DeepClone()),
            _ => Ok(Copy(found)),
        };
    }

    private IResult CreatePatient(Dictionary<string, string> form)
    {
        if (!Mobile().IsMatch(form["mobile"]))
        {
            return Error(400, "Неверный формат телефона");
        }

        if (_patients.Any(one => $"{one["last_name"]}" == form["last_name"] && $"{one["first_name"]}" == form["first_name"] && $"{one["birth_date"]}" == form.GetValueOrDefault("birth_date", "")))
        {
            return Error(500, "Такой пациент уже существует");
        }

        var patient = new JsonObject { ["patient_id"] = _patients.Count + 1 };
        foreach (var name in new[] { "last_name", "first_name", "third_name", "birth_date", "mobile", "email" })
        {
            patient[name] = form.GetValueOrDefault(name, "");
        }

        _patients.Add(patient);
        return Ok(patient.DeepClone());
    }

    private IResult CreateAppointment(Dictionary<string, string> form)
    {
        var doctor = int.Parse(form["doctor_id"], CultureInfo.InvariantCulture);
        if (doctor is not (101 or 102))
        {
            return Error(404, "Сотрудник не найден");
        }

        if (!_patients.Any(one => $"{one["patient_id"]}" == form["patient_id"]))
        {
            return Error(404, "Пациент не найден");
        }

        return form.GetValueOrDefault("check_intersection") == "1" && _appointments.Any(one => Overlaps(one, doctor, Time(form["time_start"]), Time(form["time_end"])))
            ? Error(500, "Визит пересекается с другим визитом")
            : Ok(JsonValue.Create(Add(doctor, int.Parse(form["patient_id"], CultureInfo.InvariantCulture), int.Parse(form["clinic_id"], CultureInfo.InvariantCulture), form["time_start"], form["time_end"], form.GetValueOrDefault("comment", ""))));
    }

    private IResult Appointment(Dictionary<string, string> form, Action<JsonObject>? change)
    {
        if (_appointments.FirstOrDefault(one => $"{one["id"]}" == form["appointment_id"]) is not { } found)
        {
            return Error(404, "Визит не найден");
        }

        change?.Invoke(found);
        return Ok(change is null ? found.DeepClone() : JsonValue.Create(true));
    }

    private int Add(int doctor, int patient, int clinic, string start, string end, string comment)
    {
        _appointments.Add(new JsonObject
        {
            ["id"] = ++_lastAppointment,
            ["doctor_id"] = doctor,
            ["patient_id"] = patient,
            ["clinic_id"] = clinic,
            ["time_start"] = start,
            ["time_end"] = end,
            ["status"] = "upcoming",
            ["comment"] = comment,
        });
        return _lastAppointment;
    }

    private static bool Overlaps(JsonObject one, int doctor, DateTime start, DateTime end) =>
        $"{one["status"]}" != "refused" && (int)one["doctor_id"]! == doctor && Time($"{one["time_start"]}") < end && Time($"{one["time_end"]}") > start;

    private static bool Between(JsonObject one, string from, string to) => Time($"{one["time_start"]}") is var start && start >= Time(from) && start <= Time(to);

    private static DateTime Time(string text) => DateTime.ParseExact(text, Clock, CultureInfo.InvariantCulture);

    private static bool TryTime(string text, out DateTime time) => DateTime.TryParseExact(text, Clock, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);

    private static JsonArray Copy(IEnumerable<JsonObject> rows) => new([.. rows.Select(row => row.DeepClone())]);

    private static IResult Ok(JsonNode? data) => Results.Text(new JsonObject { ["error"] = 0, ["data"] = data }.ToJsonString(), "application/json");

    // Errors come inside HTTP 200.
    private static IResult Error(int code, string text) => Results.Text(new JsonObject { ["error"] = 1, ["data"] = new JsonObject { ["code"] = code, ["desc"] = text } }.ToJsonString(), "application/json");

    [GeneratedRegex(@"^7\d{10}$")]
    private static partial Regex Mobile();
}
