using System.CommandLine;
using System.Text.Json;
using MedCrm.Load.Traffic;

namespace MedCrm.Load.Verbs;

/// <summary>One sender process; started by the other verbs.</summary>
internal static class SendVerb
{
    private const int SideBySide = 8;

    public static Command Command()
    {
        var to = new Option<string>("--to") { Required = true };
        var run = new Option<string>("--run") { Required = true };
        var first = new Option<int>("--first") { Required = true };
        var count = new Option<int>("--count") { Required = true };
        var perPerson = new Option<int>("--per-person") { Required = true };
        var perSecond = new Option<double>("--per-second") { Required = true };
        var ledger = new Option<string>("--ledger") { Required = true };
        var command = new Command("send", "One sender; used by count and kill.") { to, run, first, count, perPerson, perSecond, ledger };
        command.Hidden = true;
        command.SetAction(async (parsed, ct) =>
        {
            var contacts = Contact.Of(parsed.GetRequiredValue(run), parsed.GetRequiredValue(first), parsed.GetRequiredValue(count), parsed.GetRequiredValue(perPerson));
            var accepted = await Crowd.SendAsync(new Uri(parsed.GetRequiredValue(to)), contacts, SideBySide, parsed.GetRequiredValue(perSecond));
            await File.WriteAllTextAsync(parsed.GetRequiredValue(ledger), JsonSerializer.Serialize(accepted), ct);
            return 0;
        });
        return command;
    }
}
