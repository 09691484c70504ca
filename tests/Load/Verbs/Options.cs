using System.CommandLine;
using MedCrm.Load.Hub;

namespace MedCrm.Load.Verbs;

/// <summary>Options that several verbs share, and how a verb ends.</summary>
internal static class Options
{
    public static Option<int> Count(int usually) => new("--count") { Description = "How many contacts.", DefaultValueFactory = _ => usually };

    public static Option<int> Seed() => new("--seed") { Description = "Of everything random. Default: another one each time; it is printed.", DefaultValueFactory = _ => Random.Shared.Next(1, 1_000_000) };

    public static Option<Transport[]> Transports() => new("--transport")
    {
        Description = "rabbitmq or postgresql. Default: both, one after the other.",
        DefaultValueFactory = _ => [Transport.RabbitMq, Transport.PostgreSql],
    };

    public static Option<Layout[]> Layouts() => new("--layout")
    {
        Description = "oneprocess or processes. Default: both, one after the other.",
        DefaultValueFactory = _ => [Layout.OneProcess, Layout.Processes],
    };

    /// <summary>Prints what was measured. Exit code 1 only when something was lost, doubled or stuck: how fast a machine is, is no mistake.</summary>
    public static async Task<int> ReportAsync(Func<Report, Task> measure)
    {
        var report = new Report();
        try
        {
            await measure(report);
        }
        finally
        {
            await report.PrintAsync();
        }

        return report.Failed ? 1 : 0;
    }
}
