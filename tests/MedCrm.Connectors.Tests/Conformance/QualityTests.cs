using System.Reflection;
using System.Text.RegularExpressions;
using MedCrm.Connectors.Sdk;
using Xunit;
using YamlDotNet.Serialization;

namespace MedCrm.Connectors.Tests.Conformance;

/// <summary>What <c>quality.yaml</c> and <c>connector.json</c> claim is looked for in the code.</summary>
public sealed partial class QualityTests
{
    private static readonly string[] Directions = ["inbound", "outbound"];
    private static readonly string[] Modes = ["push", "poll", "webhook"];
    private static readonly string[] Tiers = ["bronze", "silver", "gold", "platinum"];

    /// <summary>The scale. A rule that can be seen from the code has a look at it; null: it is a person's word.</summary>
    private static readonly (string Tier, string Rule, Func<Connector, bool>? Holds)[] Scale =
    [
        ("bronze", "settings-validated-at-start", c => c.Source.Contains("ValidateOnStart()", StringComparison.Ordinal)),
        ("bronze", "connection-test", c => c.Has<IConnectionTest>()),
        ("bronze", "deduplication-key", c => c.Manifest.DeduplicationKey.Length > 10),
        ("bronze", "nothing-personal-in-logs", c => !LooseLog().IsMatch(c.Source)),
        ("bronze", "readme", c => c.Readme.Length > 500 && c.Readme.Contains(c.Manifest.Settings, StringComparison.Ordinal)),
        ("bronze", "recorded-transcripts", c => c.Samples >= 3),
        ("bronze", "conformance-suite", c => c.Suites > 0),
        ("silver", "survives-a-crash-without-loss", c => c.Suites > 0),
        ("silver", "reconnects-with-back-off", c => c.Has<IInboundSource>() && c.Suites > 0),
        ("silver", "asks-for-credentials", c => c.Source.Contains(nameof(ConnectorAuthRefusedException), StringComparison.Ordinal)),
        ("silver", "honours-rate-limits", c => c.Source.Contains("RetryAfter", StringComparison.Ordinal)),
        ("silver", "bounded-memory", c => c.Suites > 0),
        ("silver", "drains-on-stop", c => c.Suites > 0),
        ("silver", "owner", c => c.Manifest.Owner is { Length: > 0 } and not "You"),
        ("silver", "troubleshooting", c => Troubleshooting().IsMatch(c.Readme)),
        ("gold", "reconfigures-without-restart", c => c.Source.Contains("IOptionsMonitor<", StringComparison.Ordinal)),
        ("gold", "redacted-diagnostics", null),
        ("gold", "russian-texts", c => Cyrillic().IsMatch(c.Source)),
        ("gold", "every-capability-of-the-channel", null),
        ("gold", "tested-whole-against-a-peer", c => c.Suites > 0),
        ("gold", "known-limits", c => Limits().IsMatch(c.Readme)),
        ("platinum", "imports-history", c => c.Manifest.Can("history")),
        ("platinum", "load-figures", null),
        ("platinum", "survives-chaos", c => c.Suites > 0),
        ("platinum", "no-analyzer-suppressions", c => !Suppression().IsMatch(c.Source)),
    ];

    public static TheoryData<string> Folders =>
        [.. Directory.EnumerateDirectories(SourceTree.At("connectors")).Append(TemplateFolder).Where(folder => File.Exists(Path.Combine(folder, "connector.json"))).Select(folder => Path.GetRelativePath(SourceTree.Root, folder))];

    private static string TemplateFolder => SourceTree.At("connectors", "templates", "medcrm-connector", "connectors", "Pager");

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_connector_is_as_good_as_it_says(string folder) => Assert.Empty(Mistakes(Connector.Read(SourceTree.At(folder))));

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_manifest_says_what_the_code_does(string folder) => Assert.Empty(ManifestMistakes(Connector.Read(SourceTree.At(folder))));

    [Fact]
    public void A_claim_that_the_code_does_not_bear_out_is_caught()
    {
        var honest = Connector.Read(TemplateFolder);
        string[] Of(Connector connector) => [.. Mistakes(connector)];
        Assert.Contains("connection-test: met, but the code shows nothing of it", Of(honest with { Assembly = typeof(string).Assembly, Source = "ValidateOnStart()" }));
        Assert.Contains("recorded-transcripts: met, but the code shows nothing of it", Of(honest with { Samples = 1 }));
        Assert.Contains("nothing-personal-in-logs: met, but the code shows nothing of it", Of(honest with { Source = honest.Source + " log.LogInformation(\"{Text}\", text);" }));
        Assert.Contains("no-analyzer-suppressions: met, but the code shows nothing of it", Of(honest with { Source = honest.Source + "\n#pragma warning disable CA1031" }));
        Assert.Contains("it calls itself gold, but owner is 'not met: put your name into connector.json'", Of(honest with { Quality = honest.Quality with { Tier = "gold" }, Manifest = honest.Manifest with { Tier = "gold" } }));
        Assert.Contains("the rule readme is missing", Of(honest with { Quality = honest.Quality with { Rules = honest.Quality.Rules.Where(rule => rule.Key != "readme").ToDictionary() } }));
        Assert.Contains("the rule shiny is not on the scale", Of(honest with { Quality = honest.Quality with { Rules = new Dictionary<string, string>(honest.Quality.Rules) { ["shiny"] = "met" } } }));
        Assert.Contains("Secrets: there is no setting Nonsense", ManifestMistakes(honest with { Manifest = honest.Manifest with { Secrets = ["Nonsense"] } }));
        Assert.Contains("it can send, but Directions does not say outbound", ManifestMistakes(honest with { Manifest = honest.Manifest with { Directions = ["inbound"] } }));
    }

    private static IEnumerable<string> Mistakes(Connector connector)
    {
        var (tier, rules) = connector.Quality;
        foreach (var unknown in rules.Keys.Except(Scale.Select(rule => rule.Rule)))
        {
            yield return $"the rule {unknown} is not on the scale";
        }

        if (!Tiers.Append("unrated").Contains(tier) || tier != connector.Manifest.Tier)
        {
            yield return $"the tier is {tier} in quality.yaml and {connector.Manifest.Tier} in connector.json";
        }

        foreach (var (of, rule, holds) in Scale)
        {
            if (!rules.TryGetValue(rule, out var claim))
            {
                yield return $"the rule {rule} is missing";
                continue;
            }

            if (claim == "met" && holds?.Invoke(connector) == false)
            {
                yield return $"{rule}: met, but the code shows nothing of it";
            }

            if (claim is not ("met" or "not-applicable") && !claim.StartsWith("not met", StringComparison.Ordinal))
            {
                yield return $"{rule}: '{claim}' is none of met, not-applicable, \"not met: why\"";
            }

            if (Array.IndexOf(Tiers, of) <= Array.IndexOf(Tiers, tier) && claim is not ("met" or "not-applicable"))
            {
                yield return $"it calls itself {tier}, but {rule} is '{claim}'";
            }
        }
    }

    private static IEnumerable<string> ManifestMistakes(Connector connector)
    {
        var manifest = connector.Manifest;
        foreach (var word in manifest.Directions.Except(Directions).Concat(new[] { manifest.Mode, manifest.Fallback ?? manifest.Mode }.Except(Modes)))
        {
            yield return $"'{word}' is none of {string.Join(", ", Directions.Concat(Modes))}";
        }

        if (connector.Has<IOutboundSender>() != manifest.Sends)
        {
            yield return manifest.Sends ? "Directions says outbound, but there is no IOutboundSender" : "it can send, but Directions does not say outbound";
        }

        if (!Enum.TryParse<Contracts.ChannelKind>(manifest.Kind, ignoreCase: true, out _))
        {
            yield return $"'{manifest.Kind}' is no ChannelKind";
        }

        if (connector.Assembly.GetTypes().All(type => (type.GetField("Section")?.GetRawConstantValue() as string) != manifest.Settings))
        {
            yield return $"no options class has the section {manifest.Settings}";
        }

        var settings = connector.Assembly.GetTypes().Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal)).SelectMany(type => type.GetProperties()).Select(property => property.Name).ToHashSet();
        foreach (var secret in manifest.Secrets.Where(secret => secret.Split('.').Any(part => !settings.Contains(part.TrimEnd('[', ']')))))
        {
            yield return $"Secrets: there is no setting {secret}";
        }
    }

    [GeneratedRegex(@"\.Log(Trace|Debug|Information|Warning|Error|Critical)\(|Console\.Write")]
    private static partial Regex LooseLog();

    [GeneratedRegex("(?i)troubleshoot|does not arrive|what you see|when ")]
    private static partial Regex Troubleshooting();

    [GeneratedRegex("(?i)limit|not yet|does not")]
    private static partial Regex Limits();

    [GeneratedRegex(@"#pragma warning disable|SuppressMessage")]
    private static partial Regex Suppression();

    [GeneratedRegex(@"""[^""\n]*\p{IsCyrillic}{3,}")]
    private static partial Regex Cyrillic();

    private sealed record Quality(string Tier, IReadOnlyDictionary<string, string> Rules);

    private sealed record Connector(ConnectorManifest Manifest, Quality Quality, string Source, string Readme, Assembly Assembly, int Suites, int Samples)
    {
        public static Connector Read(string folder)
        {
            var manifest = ConnectorManifest.Read(folder);
            var source = string.Join('\n', Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains("Generated", StringComparison.Ordinal)).Select(File.ReadAllText));
            var name = Path.GetFileNameWithoutExtension(Directory.EnumerateFiles(folder, "*.csproj").Single());
            var suites = typeof(QualityTests).Assembly.GetTypes()
                .Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(ConformanceSuite)) && type.Namespace!.EndsWith("." + Path.GetFileName(folder), StringComparison.Ordinal)).ToList();
            var home = folder.Contains("templates", StringComparison.Ordinal) ? Path.Combine(folder, "..", "..") : SourceTree.Root;
            var samples = Directory.EnumerateFiles(Path.Combine(home, "tests", "MedCrm.Connectors.Tests", Path.GetFileName(folder)), "*.expected.json", SearchOption.AllDirectories).Count();
            return new(manifest, ReadQuality(Path.Combine(folder, "quality.yaml")), source, File.ReadAllText(Path.Combine(folder, "README.md")), Assembly.Load(name), suites.Count, samples);
        }

        public bool Has<T>() => Assembly.GetTypes().Any(type => type is { IsAbstract: false, IsInterface: false } && type.IsAssignableTo(typeof(T)));

        private static Quality ReadQuality(string file)
        {
            var all = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(File.ReadAllText(file));
            return new(
                (string)all["tier"],
                all.Values.OfType<Dictionary<object, object>>().SelectMany(rules => rules).ToDictionary(rule => (string)rule.Key, rule => (string)rule.Value));
        }
    }
}
