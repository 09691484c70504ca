using Xunit;

namespace MedCrm.Architecture.Tests;

public class ConnectorFolderTests
{
    private static readonly string[] Owed = ["connector.json", "quality.yaml", "README.md"];

    [Fact]
    public void Every_connector_says_what_it_is_how_good_it_is_and_how_to_set_it_up() =>
        Assert.Empty(Directory.EnumerateDirectories(Repository.PathTo("connectors"))
            .Where(folder => Directory.EnumerateFiles(folder, "*.csproj").Any() && Path.GetFileName(folder) is not ("Sdk" or "Sdk.Testing"))
            .SelectMany(folder => Missing(Path.GetFileName(folder), [.. Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file))])));

    [Fact]
    public void A_connector_without_a_manifest_is_caught() =>
        Assert.Equal(["Pager has no connector.json"], Missing("Pager", ["quality.yaml", "README.md"]));

    private static IEnumerable<string> Missing(string connector, string[] files) =>
        Owed.Except(files).Select(file => $"{connector} has no {file}");
}
