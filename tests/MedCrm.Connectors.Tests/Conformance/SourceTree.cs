using System.Runtime.CompilerServices;

namespace MedCrm.Connectors.Tests.Conformance;

/// <summary>Where things lie in the repository.</summary>
internal static class SourceTree
{
    public static string Root { get; } = FindRoot();

    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
