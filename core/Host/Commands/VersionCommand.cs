using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;

namespace MedCrm.Host.Commands;

/// <summary>`medcrm version`.</summary>
internal static class VersionCommand
{
    /// <summary>With the commit it was built from, where that is known.</summary>
    public static string Version { get; } = typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static Command Create()
    {
        var command = new Command("version", "Prints the version of MedCrm and of what it runs on.");
        command.SetAction(_ => Console.Out.WriteLine($"MedCrm {Version} ({Code}) on {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}"));
        return command;
    }

    private static string Code =>
#if PREGENERATED_CODE
        "generated ahead";
#else
        "compiles at run time";
#endif
}
