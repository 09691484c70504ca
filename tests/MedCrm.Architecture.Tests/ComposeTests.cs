using MedCrm.Host;
using Xunit;

namespace MedCrm.Architecture.Tests;

public class ComposeTests
{
    private static readonly string File = System.IO.File.ReadAllText(Repository.PathTo("docker-compose.yml"));

    [Fact]
    public void The_compose_file_keeps_to_the_specification_and_to_our_own_rules() =>
        Assert.Empty(ComposeRules.Offences(File, Parts.All.Select(part => part.Name)));

    [Fact]
    public void Only_the_gateway_lets_the_world_in() => Assert.Equal(["gateway"], ComposeRules.Published(File));

    [Fact]
    public void Files_that_are_mounted_exist()
    {
        var mounted = File.Split('\n').Select(line => line.Trim())
            .Where(line => line.StartsWith("- ./", StringComparison.Ordinal) || line.StartsWith("file: ./", StringComparison.Ordinal))
            .Select(line => line.Split("./")[1].Split(':')[0])
            // Made on the spot by deploy/make-secrets.sh, never committed.
            .Where(path => !path.StartsWith("deploy/secrets/", StringComparison.Ordinal))
            .ToList();
        Assert.NotEmpty(mounted);
        Assert.All(mounted, path => Assert.True(Path.Exists(Repository.PathTo(path)), path));
    }

    [Fact]
    public void Every_secret_is_made_by_the_script_that_makes_secrets()
    {
        var script = System.IO.File.ReadAllText(Repository.PathTo("deploy", "make-secrets.sh"));
        var names = File.Split('\n').Where(line => line.Contains("./deploy/secrets/", StringComparison.Ordinal))
            .Select(line => line.Split("./deploy/secrets/")[1].Trim());
        // The script writes the six connection strings in a loop over the names of the rooms.
        Assert.All(names, name => Assert.Contains(name.Replace("ConnectionStrings__", "", StringComparison.Ordinal), script, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("restart: unless-stopped", "restarts: always", "web: restarts is no key of a service", "web: does not come back after a failure (restart)")]
    [InlineData("image: medcrm:1.0.0", "image: medcrm:latest", "web: image 'medcrm:latest' is not pinned to a version")]
    [InlineData("PLAIN: 1", "DB_PASSWORD: hunter2", "web: DB_PASSWORD is a secret in the environment (with a value)")]
    [InlineData("command: [run, gateway]", "command: [run, chat]", "nobody runs gateway")]
    [InlineData("condition: service_healthy", "condition: healthy", "web: waits for web until 'healthy', which is no condition")]
    [InlineData("networks: [inside]", "networks: [outside]", "networks: outside is used but not declared", "networks: inside is declared but not used")]
    [InlineData("interval: 10s", "interval: ten", "web: healthcheck.interval is no duration")]
    [InlineData("test: [CMD, true]", "tests: [CMD, true]", "web: has no healthcheck")]
    [InlineData("logging: { driver: json-file }", "init: true", "web: its log grows for ever (logging)")]
    [InlineData("- 8080:8080", "- eighty:80", "web: port 'eighty:80' is malformed")]
    public void A_planted_mistake_is_caught(string right, string wrong, params string[] offences)
    {
        const string Good = """
            services:
              web:
                image: medcrm:1.0.0
                restart: unless-stopped
                command: [run, gateway]
                environment:
                  PLAIN: 1
                depends_on:
                  web:
                    condition: service_healthy
                networks: [inside]
                ports:
                  - 8080:8080
                logging: { driver: json-file }
                healthcheck:
                  test: [CMD, true]
                  interval: 10s
            networks:
              inside:
            """;
        Assert.Empty(ComposeRules.Offences(Good, ["gateway"]));
        Assert.Equal(offences, ComposeRules.Offences(Good.Replace(right, wrong, StringComparison.Ordinal), ["gateway"]));
    }
}
