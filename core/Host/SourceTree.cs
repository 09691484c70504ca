namespace MedCrm.Host;

/// <summary>The repository this program was built in; a published program has none.</summary>
internal static class SourceTree
{
    public static string? Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "MedCrm.sln")))
            {
                return directory.FullName;
            }
        }

        return null;
    }
}
