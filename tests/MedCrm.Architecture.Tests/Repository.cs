using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace MedCrm.Architecture.Tests;

/// <summary>The source tree under test.</summary>
internal static class Repository
{
    private static readonly string[] NotSource = ["artifacts", "node_modules", "out", ".next", ".git", "bin", "obj", "Generated", "samples"];

    public static string Root { get; } = FindRoot();

    public static string PathTo(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Files by the end of their name, without what is built or fetched.</summary>
    public static IEnumerable<string> Files(string ending, string below = "")
    {
        var start = Path.Combine(Root, below);
        return Directory.Exists(start) ? Walk(start).Where(file => file.EndsWith(ending, StringComparison.Ordinal)) : [];
    }

    /// <summary>Path from the root, with slashes: for messages.</summary>
    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    public static string ProjectName(string path) => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'));

    /// <summary>Our own projects, tests left out.</summary>
    public static IEnumerable<(string Name, XDocument File)> ProductProjects() =>
        Files(".csproj").Where(path => !Relative(path).StartsWith("tests/", StringComparison.Ordinal) && !Relative(path).Contains("/templates/", StringComparison.Ordinal))
            .Select(path => (ProjectName(path), XDocument.Load(path)));

    private static IEnumerable<string> Walk(string directory) =>
        Directory.EnumerateFiles(directory).Concat(
            Directory.EnumerateDirectories(directory)
                .Where(child => !NotSource.Contains(Path.GetFileName(child)) && !Path.GetFileName(child).StartsWith('.'))
                .SelectMany(Walk));

    private static string FindRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
