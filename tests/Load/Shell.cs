using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MedCrm.Load;

/// <summary>Programs of others, and the source tree we are in.</summary>
internal static class Shell
{
    public static string Root { get; } = FindRoot();

    public static string PathTo(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>A directory for one stage; not private, because a database server runs under another account.</summary>
    public static string NewDirectory()
    {
        var directory = Directory.CreateTempSubdirectory("medcrm-load-").FullName;
        File.SetUnixFileMode(directory, File.GetUnixFileMode(directory) | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        return directory;
    }

    /// <summary>Runs a program to its end and gives its output.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output.Trim()
            : throw new LoadException($"{Path.GetFileName(program)} {string.Join(' ', arguments)} failed:{Environment.NewLine}{output}{await errors}");
    }

    /// <summary>Starts a program whose output goes to a file; the process is the program itself, so that a kill hits it.</summary>
    public static Process Start(string log, IReadOnlyDictionary<string, string> environment, string directory, params string[] command)
    {
        var start = new ProcessStartInfo("bash", ["-c", "exec \"$@\" >> \"$0\" 2>&1 < /dev/null", log, .. command]) { WorkingDirectory = directory };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    public static Task TerminateAsync(Process process) => RunAsync("kill", "-TERM", process.Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>Free loopback ports, all different: they are held together before the first is let go.</summary>
    public static IReadOnlyList<int> FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToList();
        listeners.ForEach(listener => listener.Dispose());
        return ports;
    }

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "MedCrm.sln")))
            {
                return directory.FullName;
            }
        }

        throw new LoadException("The benchmark works in the source tree only.");
    }
}
