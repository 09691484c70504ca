using System.CommandLine;
using System.Runtime.Versioning;
using MedCrm.Load;
using MedCrm.Load.Verbs;

[assembly: UnsupportedOSPlatform("windows")]

var root = new RootCommand("Measures the real product from outside and tries to make it lose or double a contact.")
{
    LatencyVerb.Command(), TelegramVerb.Command(), VisitorsVerb.Command(), CallsVerb.Command(), ThroughputVerb.Command(), FootprintVerb.Command(), CountVerb.Command(), IdsVerb.Command(), IdentifyVerb.Command(), KillVerb.Command(), RaceVerb.Command(), BookingKillVerb.Command(), MisAwayVerb.Command(), SlotsVerb.Command(), AllVerb.Command(),
    SendVerb.Command(), IdsVerb.GenerateCommand(),
};
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (LoadException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 2;
}
