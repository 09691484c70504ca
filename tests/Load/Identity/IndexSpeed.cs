using System.Globalization;
using System.Security.Cryptography;
using MedCrm.Load.Evidence;
using MedCrm.Load.Peers;
using MedCrm.Patients;
using MedCrm.Patients.Identification;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace MedCrm.Load.Identity;

/// <summary>The room of patients itself, on a database of its own: half a million patients sealed in the index, and how long one identification takes there.</summary>
internal static class IndexSpeed
{
    private const int Lot = 2000;
    private const int WarmUp = 300;
    private const int Sample = 3000;

    public static async Task MeasureAsync(Report report, int households)
    {
        var home = Shell.NewDirectory();
        await using var postgres = await PostgresPeer.StartAsync(Path.Combine(home, "postgres"), overSocket: true);
        await postgres.CreateDatabaseAsync("patients");
        await using var room = PatientsPart.Part.Build(await SettingsAsync(home, postgres.Database("patients")));
        await room.StartAsync();
        var index = room.Services.GetRequiredService<PatientIndex>();
        await Waiting.SayAsync($"identify: an index of {households} households");
        var clinic = Clinic.Make(1, households);
        var began = Waiting.Clock.GetTimestamp();
        foreach (var lot in clinic.Patients.Chunk(Lot))
        {
            await index.PutAsync([.. lot.Select(patient => (PatientsInMemory.IdOf(patient.Id), patient.Person))], CancellationToken.None);
        }

        var filled = Waiting.Clock.GetElapsedTime(began);
        await using var database = NpgsqlDataSource.Create(postgres.Database("patients"));
        await using (var analyze = database.CreateCommand("vacuum analyze patient_index.patients"))
        {
            analyze.CommandTimeout = 600;
            await analyze.ExecuteNonQueryAsync();
        }

        await using var size = database.CreateCommand("select pg_total_relation_size('patient_index.patients') / 1048576");
        var megabytes = (long)(await size.ExecuteScalarAsync())!;
        var known = clinic.Patients.Select(patient => patient.Id).ToHashSet();
        var (times, candidates, found, sought) = (new List<double>(), 0L, 0, 0);
        foreach (var approach in clinic.Approaches.Where((_, at) => at % Math.Max(1, clinic.Approaches.Count / (Sample + WarmUp)) == 0).Take(Sample + WarmUp))
        {
            var start = Waiting.Clock.GetTimestamp();
            var asked = Facts.Of(approach.Told);
            var (block, names) = await index.FindAsync(asked, CancellationToken.None);
            PatientMatcher.Grade(asked, block, names);
            times.Add(Waiting.Clock.GetElapsedTime(start).TotalMilliseconds);
            candidates += block.Count;
            if (known.Contains(approach.Who.Id))
            {
                sought++;
                found += block.Any(patient => patient.Id == PatientsInMemory.IdOf(approach.Who.Id)) ? 1 : 0;
            }
        }

        await room.StopAsync();
        var setting = string.Create(CultureInfo.InvariantCulture, $"PostgreSQL, {clinic.Patients.Count:N0} patients");
        var spent = new Percentiles(times.Skip(WarmUp));
        report.Add("identify", setting, "index filled", $"{Report.Number(filled.TotalSeconds, "s")}, {Report.Number(clinic.Patients.Count / filled.TotalSeconds)}/s");
        report.Add("identify", setting, "size of the index with its keys", Report.Number(megabytes, "MB"));
        report.Add("identify", setting, "one identification", spent.ToString());
        report.Add("identify", setting, "p95", spent.At(0.95), "ms", 50);
        report.Add("identify", setting, "candidates compared, on average", Report.Number((double)candidates / times.Count));
        report.Add("identify", setting, "patients among the candidates", string.Create(CultureInfo.InvariantCulture, $"{(double)found / sought:F4}"));
        Directory.Delete(home, recursive: true);
    }

    private static async Task<IConfiguration> SettingsAsync(string home, string database)
    {
        async Task<string> KeyAsync(string name)
        {
            var file = Path.Combine(home, name);
            await File.WriteAllTextAsync(file, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
            return file;
        }

        return new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Patients"] = database,
            ["ConnectionStrings:Vault"] = database,
            ["Bus:Transport"] = "PostgreSql",
            ["Vault:MasterKeyFile"] = await KeyAsync("master-key"),
            ["Internal:SigningKeyFile"] = await KeyAsync("signing-key"),
            ["Blobs:Directory"] = Path.Combine(home, "blobs"),
        }).Build();
    }
}
