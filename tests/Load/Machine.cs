using System.Runtime.InteropServices;

namespace MedCrm.Load;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    public static async Task<string> DescribeAsync()
    {
        var cpu = Line("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();
        var memory = Line("/proc/meminfo", "MemTotal") is { } total ? $"{long.Parse(total.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture) / 1024 / 1024} GB" : "?";
        var load = File.Exists("/proc/loadavg") ? string.Join(' ', (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ').Take(3)) : "?";
        return $"Machine: {Environment.ProcessorCount} × {cpu}, {memory}, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}; load average at the end {load}. Commits wait for the disk (fsync on). Sender, servers and product share the cores.";
    }

    /// <summary>Memory of processes, in megabytes. What they share is counted once for each, except with <paramref name="fairly"/>.</summary>
    public static double Megabytes(IEnumerable<int> processes, bool fairly = false) =>
        processes.Sum(id => Line($"/proc/{id}/{(fairly ? "smaps_rollup" : "status")}", fairly ? "Pss" : "VmRSS") is { } size
            ? double.Parse(size.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture) / 1024
            : 0);

    /// <summary>Processes that work in a directory or below it: a hub and the servers it started.</summary>
    public static IEnumerable<int> In(string directory) =>
        Directory.EnumerateDirectories("/proc")
            .Select(process => int.TryParse(Path.GetFileName(process), out var id) ? id : 0)
            .Where(id => id > 0 && WorksIn(id)?.StartsWith(directory, StringComparison.Ordinal) == true);

    private static string? WorksIn(int process)
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/{process}/cwd", returnFinalTarget: false)?.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? Line(string file, string name)
    {
        try
        {
            return File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
