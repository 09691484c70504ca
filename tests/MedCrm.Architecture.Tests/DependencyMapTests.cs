using System.Xml.Linq;
using Xunit;

namespace MedCrm.Architecture.Tests;

public class DependencyMapTests
{
    private static readonly string[] Room = ["MedCrm.Contracts", "MedCrm.Hosting"];
    private static readonly string[] Connector = ["MedCrm.Connectors.Sdk", "MedCrm.Contracts", "MedCrm.Hosting"];

    // The whole architecture on one screen: a project may use what stands to the right of it.
    private static readonly Dictionary<string, string[]> Map = new()
    {
        ["MedCrm.Contracts"] = [],
        ["MedCrm.Hosting"] = ["MedCrm.Contracts"],
        ["MedCrm.Chat"] = Room,
        ["MedCrm.Requests"] = Room,
        ["MedCrm.Patients"] = Room,
        ["MedCrm.Gateway"] = Room,
        ["MedCrm.Connectors.Sdk"] = Room,
        ["MedCrm.Connectors.Email"] = Connector,
        ["MedCrm.Connectors.Website"] = Connector,
        ["MedCrm.Connectors.Telegram"] = Connector,
        ["MedCrm.Connectors.Max"] = Connector,
        ["MedCrm.Connectors.Telephony"] = Connector,
        ["MedCrm.Connectors.Http"] = Connector,
        ["MedCrm.Connectors.NServiceBus"] = Connector,
        ["MedCrm.Connectors.Testing"] = Connector,
        ["MedCrm.Host"] =
        [
            "MedCrm.Contracts", "MedCrm.Hosting", "MedCrm.Chat", "MedCrm.Requests", "MedCrm.Patients", "MedCrm.Gateway", "MedCrm.Connectors.Sdk",
            "MedCrm.Connectors.Email", "MedCrm.Connectors.Http", "MedCrm.Connectors.Max", "MedCrm.Connectors.NServiceBus", "MedCrm.Connectors.Website", "MedCrm.Connectors.Telegram", "MedCrm.Connectors.Telephony",
        ],
    };

    [Fact]
    public void Every_project_stands_on_the_map_and_keeps_to_it()
    {
        var projects = Repository.ProductProjects().ToList();
        Assert.True(projects.Count >= 5, "The projects were not found, so nothing was checked.");
        Assert.Empty(Offences(projects));
    }

    [Fact]
    public void A_room_that_reaches_into_another_room_is_caught()
    {
        var bad = XDocument.Parse("""<Project><ItemGroup><ProjectReference Include="../Patients/MedCrm.Patients.csproj" /></ItemGroup></Project>""");
        Assert.Equal(["MedCrm.Chat -> MedCrm.Patients"], Offences([("MedCrm.Chat", bad)]));
    }

    [Fact]
    public void A_project_nobody_put_on_the_map_is_caught() =>
        Assert.Equal(["MedCrm.Mystery is not on the map"], Offences([("MedCrm.Mystery", new XDocument(new XElement("Project")))]));

    private static IEnumerable<string> Offences(IEnumerable<(string Name, XDocument File)> projects) =>
        projects.SelectMany(project => Map.TryGetValue(project.Name, out var allowed)
            ? project.File.Descendants("ProjectReference")
                .Select(reference => Repository.ProjectName((string)reference.Attribute("Include")!))
                .Except(allowed)
                .Select(forbidden => $"{project.Name} -> {forbidden}")
            : [$"{project.Name} is not on the map"]);
}
