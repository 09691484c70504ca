using System.CommandLine;
using System.Net;
using MedCrm.Load.Evidence;
using MedCrm.Load.Hub;
using MedCrm.Load.Traffic;
using MedCrm.Patients.Mis.Demo;

namespace MedCrm.Load.Verbs;

/// <summary>The MIS is away while visits are asked for; its own people, who sit beside it, take some of the slots meanwhile.</summary>
internal static class MisAwayVerb
{
    /// <summary>Every so many visits lose their slot to the MIS's own screen.</summary>
    private const int LostEvery = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    public static Command Command()
    {
        var minutes = new Option<double>("--minutes") { Description = "How long the MIS is away.", DefaultValueFactory = _ => 20 };
        var count = new Option<int>("--count") { Description = "How many visits are asked for meanwhile.", DefaultValueFactory = _ => 15 };
        var transports = Options.Transports();
        var command = new Command("mis-away", "Visits asked for while the MIS is away: confirmed afterwards or listed with alternatives, and nobody told a falsehood.") { minutes, count, transports };
        command.SetAction((parsed, _) => Options.ReportAsync(async report =>
        {
            foreach (var transport in parsed.GetRequiredValue(transports))
            {
                await MeasureAsync(report, transport, TimeSpan.FromMinutes(parsed.GetRequiredValue(minutes)), parsed.GetRequiredValue(count));
            }
        }));
        return command;
    }

    public static async Task MeasureAsync(Report report, Transport transport, TimeSpan away, int count)
    {
        var setting = new Setting(transport, Layout.Processes);
        await Waiting.SayAsync($"mis-away: {setting}, {count} visits, away for {away}");
        await using var stage = await Stage.SetAsync(setting);
        using var desk = await Desk.OpenAsync(stage, count, stage.AddressOf("patients"));
        await using var screen = await Screen.OpenAsync(stage);
        var slots = await desk.SlotsAsync(count);
        await desk.OrderAsync(DemoFault.Down, DemoFaults.AnyOperation, int.MaxValue);
        var began = Waiting.Clock.GetTimestamp();
        var clicks = new List<Clicked>();
        for (var number = 0; number < count; number++)
        {
            clicks.Add(await desk.BookAsync(slots[number], number, $"away-{number}"));
        }

        var lost = 0;
        for (var number = 0; number < count; number += LostEvery)
        {
            lost += await desk.BookOnScreenAsync(slots[number], number + count) ? 1 : 0;
        }

        var left = away - Waiting.Clock.GetElapsedTime(began);
        await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, Waiting.Clock);
        var toldTooEarly = await ConfirmationsAsync(screen, desk);
        var bookedTooEarly = await CountAsync(desk, "Booked");
        await desk.HealAsync();
        var back = Waiting.Clock.GetTimestamp();
        await Waiting.UntilAsync(async () => await CountAsync(desk, "Booked") + await ListedAsync(desk) == count, Patience);
        var settled = Waiting.Clock.GetElapsedTime(back);
        await Waiting.UntilAsync(async () => await ConfirmationsAsync(screen, desk) == count - lost, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(1));

        var where = $"{setting}, away for {Report.Number(away.TotalMinutes, "min")}";
        report.Expect("mis-away", where, "answered \"preliminary\" (202)", clicks.Count(click => click.Status == HttpStatusCode.Accepted), count);
        report.Expect("mis-away", where, "called booked while the MIS was away", bookedTooEarly, 0);
        report.Expect("mis-away", where, "patients told \"confirmed\" while the MIS was away", toldTooEarly, 0);
        report.Expect("mis-away", where, "slots that the MIS's own people took meanwhile: listed with alternatives", await ListedAsync(desk), lost);
        report.Expect("mis-away", where, "confirmed afterwards", await CountAsync(desk, "Booked"), count - lost);
        report.Expect("mis-away", where, "patients told \"confirmed\" afterwards", await ConfirmationsAsync(screen, desk), count - lost);
        report.Expect("mis-away", where, "ours in the MIS", await desk.CountAsync("select count(*) from demo_mis.appointments where status = 'Booked' and request_key is not null"), count - lost);
        report.Add("mis-away", where, "from its return to the last answer", Report.Number(settled.TotalSeconds, "s"));
        report.Add("mis-away", where, "a click while it is away", new Percentiles(clicks.Select(click => click.Milliseconds)).ToString());
    }

    private static Task<long> CountAsync(Desk desk, string status) => desk.CountAsync("select count(*) from patients.mt_doc_appointment where status = $1", status);

    private static Task<long> ListedAsync(Desk desk) => desk.CountAsync(
        "select count(*) from patients.mt_doc_appointment where status = 'Cancelled' and data -> 'problem' ->> 'code' = 'slot.taken' and jsonb_array_length(data -> 'problem' -> 'alternatives') > 0");

    /// <summary>Messages to patients that call the visit confirmed.</summary>
    private static async Task<long> ConfirmationsAsync(Screen screen, Desk desk)
    {
        var told = 0L;
        foreach (var request in desk.Requests)
        {
            told += (await screen.TimelineAsync(request, "reply")).Count(text => text.StartsWith("Запись подтверждена", StringComparison.Ordinal));
        }

        return told;
    }
}
