using System.CommandLine;
using MedCrm.Load.Evidence;
using MedCrm.Load.Hub;
using MedCrm.Load.Traffic;
using MedCrm.Patients.Mis.Demo;

namespace MedCrm.Load.Verbs;

/// <summary>Patients is killed after the MIS has written the visit and before we have: the MIS never answers, so the moment is certain.</summary>
internal static class BookingKillVerb
{
    private const int Requests = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static Command Command()
    {
        var kills = new Option<int>("--kills") { Description = "How many.", DefaultValueFactory = _ => 200 };
        var transports = Options.Transports();
        var command = new Command("booking-kill", "Patients killed between the MIS's write and our commit: found again within a minute, no orphan, no double.") { kills, transports };
        command.SetAction((parsed, _) => Options.ReportAsync(async report =>
        {
            foreach (var transport in parsed.GetRequiredValue(transports))
            {
                await MeasureAsync(report, transport, parsed.GetRequiredValue(kills));
            }
        }));
        return command;
    }

    public static async Task MeasureAsync(Report report, Transport transport, int kills)
    {
        var setting = new Setting(transport, Layout.Processes);
        await Waiting.SayAsync($"booking-kill: {setting}, {kills} kills");
        await using var stage = await Stage.SetAsync(setting, new Dictionary<string, string> { ["Mis__Timeout"] = "00:00:05" });
        using var desk = await Desk.OpenAsync(stage, Requests, stage.AddressOf("patients"));
        var slots = await desk.SlotsAsync(kills);
        var victim = stage.Processes.Single(process => process.Name == "patients");
        var times = new List<double>();
        for (var kill = 0; kill < slots.Count; kill++)
        {
            await desk.OrderAsync(DemoFault.TimeoutAfterCommit, "book", 1);
            var click = desk.BookAsync(slots[kill], kill, $"kill-{kill}");
            var expected = kill + 1L;
            if (!await Waiting.UntilAsync(async () => await WrittenAsync(desk) == expected, TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(20)))
            {
                stage.Keep();
                throw new LoadException($"The MIS has not written visit {kill}: {await click}");
            }

            victim.Kill();
            var began = Waiting.Clock.GetTimestamp();
            await click;
            if (await Waiting.UntilAsync(async () => await AgreedAsync(desk) == expected, Patience, TimeSpan.FromMilliseconds(100)))
            {
                times.Add(Waiting.Clock.GetElapsedTime(began).TotalMilliseconds);
            }

            await stage.WaitUntilReadyAsync();
        }

        var found = new Percentiles(times);
        report.Expect("booking-kill", setting.ToString(), "killed between the MIS's write and our commit", slots.Count, kills);
        report.Expect("booking-kill", setting.ToString(), "visits agreed with the MIS afterwards", await AgreedAsync(desk), kills);
        report.Expect("booking-kill", setting.ToString(), "visits in the MIS", await WrittenAsync(desk), kills);
        report.Expect("booking-kill", setting.ToString(), "orphans (in the MIS, not with us)", await desk.CountAsync(
            "select count(*) from demo_mis.appointments m where m.status = 'Booked' and not exists (select from patients.mt_doc_appointment a where a.mis_id = m.id::text)"), 0);
        report.Expect("booking-kill", setting.ToString(), "holds left behind", await desk.CountAsync("select count(*) from booking.holds where appointment_id is not null"), 0);
        report.Add("booking-kill", setting.ToString(), "from the kill to agreement, the process's start included", found.ToString());
        report.Add("booking-kill", setting.ToString(), "longest", found.At(1) / 1000, "s", 60);
    }

    private static Task<long> WrittenAsync(Desk desk) => desk.CountAsync("select count(*) from demo_mis.appointments where status = 'Booked' and request_key is not null");

    private static Task<long> AgreedAsync(Desk desk) => desk.CountAsync(
        "select count(*) from patients.mt_doc_appointment a join demo_mis.appointments m on m.id::text = a.mis_id where a.status = 'Booked' and m.status = 'Booked' and m.request_key is not null");
}
