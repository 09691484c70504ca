using System.CommandLine;
using MedCrm.Host;
using MedCrm.Host.Commands;
using MedCrm.Hosting;
using Microsoft.Extensions.Options;

var root = new RootCommand("MedCrm: every contact of a medical centre in one window.")
{
    UpCommand.Create(),
    RunCommand.Create(),
    UserCommand.Create(),
    ChannelCommand.Create(),
    DeadLettersCommand.Create(),
    QuarantineCommand.Create(),
    DoctorCommand.Create(),
    BackupCommand.Create(),
    RestoreCommand.Create(),
    HealthCommand.Create(),
    VersionCommand.Create(),
    OpenApiCommand.Create(),
#if !PREGENERATED_CODE
    CodegenCommand.Create(),
#endif
};

try
{
    // Signals are ours: System.CommandLine would end the process two seconds after Ctrl-C, in the middle of an orderly stop.
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (Exception e) when (e is CommandException or SettingsException or OptionsValidationException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
catch (OperationCanceledException)
{
    return 130;
}
