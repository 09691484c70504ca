using System.Xml.Linq;
using Xunit;

namespace MedCrm.Architecture.Tests;

public class PackageMapTests
{
    // A package that only one project may know: replacing it then touches one project.
    private static readonly Dictionary<string, string> OnlyIn = new()
    {
        ["MailKit"] = "MedCrm.Connectors.Email",
        ["MimeKit"] = "MedCrm.Connectors.Email",
        ["Telegram.Bot"] = "MedCrm.Connectors.Telegram",
        ["Yarp.ReverseProxy"] = "MedCrm.Gateway",
        ["Microsoft.EntityFrameworkCore"] = "MedCrm.Gateway",
        ["Microsoft.EntityFrameworkCore.Relational"] = "MedCrm.Gateway",
        ["Npgsql.EntityFrameworkCore.PostgreSQL"] = "MedCrm.Gateway",
        ["Microsoft.AspNetCore.Identity.EntityFrameworkCore"] = "MedCrm.Gateway",
        ["WolverineFx.RabbitMQ"] = "MedCrm.Hosting",
        ["RabbitMQ.Client"] = "MedCrm.Connectors.NServiceBus",
        ["Hl7.Fhir.R4"] = "MedCrm.Patients",
        ["System.CommandLine"] = "MedCrm.Host",
        ["OpenTelemetry.Exporter.OpenTelemetryProtocol"] = "MedCrm.Host",
        ["OpenTelemetry.Instrumentation.AspNetCore"] = "MedCrm.Host",
    };

    [Fact]
    public void Packages_stay_in_their_projects() => Assert.Empty(Offences(Repository.ProductProjects()));

    [Fact]
    public void A_room_that_sends_mail_by_itself_is_caught() =>
        Assert.Equal(["MedCrm.Chat uses MailKit, which belongs to MedCrm.Connectors.Email"], Offences([("MedCrm.Chat", Using("MailKit"))]));

    [Fact]
    public void A_package_in_the_contracts_is_caught() =>
        Assert.Equal(["MedCrm.Contracts uses Marten, but leans on nothing"], Offences([("MedCrm.Contracts", Using("Marten"))]));

    private static XDocument Using(string package) =>
        XDocument.Parse($"""<Project><ItemGroup><PackageReference Include="{package}" /></ItemGroup></Project>""");

    private static IEnumerable<string> Offences(IEnumerable<(string Name, XDocument File)> projects) =>
        from project in projects
        from package in project.File.Descendants("PackageReference").Select(reference => (string)reference.Attribute("Include")!)
        let offence = project.Name == "MedCrm.Contracts" ? $"MedCrm.Contracts uses {package}, but leans on nothing"
            : OnlyIn.TryGetValue(package, out var owner) && owner != project.Name ? $"{project.Name} uses {package}, which belongs to {owner}"
            : null
        where offence is not null
        select offence;
}
