using System.Reflection;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using MedCrm.Contracts;
using MedCrm.Hosting.Json;
using Xunit;

namespace MedCrm.Unit.Tests.Contracts;

/// <summary>Messages in flight, scheduled or dead outlive every release: what was once sent must be read for ever.</summary>
public sealed class WireSampleTests
{
    private const string Hashes = "sha256.txt";

    private static readonly Assembly[] Speakers =
    [
        typeof(WireNameAttribute).Assembly, typeof(MedCrm.Chat.ChatPart).Assembly, typeof(MedCrm.Requests.RequestsPart).Assembly, typeof(MedCrm.Patients.PatientsPart).Assembly,
        typeof(MedCrm.Gateway.GatewayPart).Assembly, typeof(MedCrm.Connectors.Sdk.ConnectorPart).Assembly, typeof(MedCrm.Connectors.Email.EmailConnector).Assembly, typeof(MedCrm.Connectors.Website.WebsiteConnector).Assembly, typeof(MedCrm.Connectors.Telephony.TelephonyConnector).Assembly,
    ];

    public static TheoryData<string> Names => [.. Messages.Keys];

    private static SortedDictionary<string, Type> Messages { get; } = new(
        Speakers.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.GetCustomAttribute<WireNameAttribute>() is not null)
            .ToDictionary(type => type.GetCustomAttribute<WireNameAttribute>()!.Name), StringComparer.Ordinal);

    private static string Home { get; } = FindHome();

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_as_it_was_first_sent_is_read_field_by_field(string wireName)
    {
        var path = Path.Combine(Home, FileOf(wireName));
        Assert.True(File.Exists(path), $"{wireName} has no sample: write tests/MedCrm.Unit.Tests/Contracts/Samples/{FileOf(wireName)} with every field filled in.");
        foreach (var written in SamplesOf(wireName))
        {
            var sample = JsonNode.Parse(File.ReadAllText(written))!;
            var read = sample.Deserialize(Messages[wireName], HubJson.Options);
            Assert.Empty(Differences("", sample, JsonSerializer.SerializeToNode(read, Messages[wireName], HubJson.Options)));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_field_of_a_message_stands_in_one_of_its_samples(string wireName) =>
        Assert.Empty(SamplesOf(wireName)
            .Select(sample => Blanks(wireName, JsonNode.Parse(File.ReadAllText(sample)).Deserialize(Messages[wireName], HubJson.Options)!))
            .Aggregate((blank, also) => blank.Intersect(also)));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_field_that_tomorrow_adds_does_not_disturb_us(string wireName)
    {
        var sample = JsonNode.Parse(File.ReadAllText(Path.Combine(Home, FileOf(wireName))))!.AsObject();
        var today = sample.DeepClone();
        sample["addedTomorrow"] = new JsonObject { ["deep"] = 1 };
        var read = sample.Deserialize(Messages[wireName], HubJson.Options);
        Assert.Empty(Differences("", today, JsonSerializer.SerializeToNode(read, Messages[wireName], HubJson.Options)));
    }

    [Fact]
    public void A_sample_is_never_changed_and_never_removed()
    {
        var written = File.ReadAllLines(Path.Combine(Home, Hashes)).Select(line => line.Split("  ")).ToDictionary(parts => parts[1], parts => parts[0]);
        var found = Directory.GetFiles(Home, "*.json").ToDictionary(path => Path.GetFileName(path), path => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))));
        Assert.Empty(written.Keys.Except(found.Keys).Select(file => $"{file} is gone, but such messages may still wait in a queue."));
        Assert.Empty(found.Where(file => !written.TryGetValue(file.Key, out var hash) || hash != file.Value)
            .Select(file => written.ContainsKey(file.Key)
                ? $"{file.Key} was changed: a changed meaning is a new version beside the old one."
                : $"{file.Key} is new: add the line '{file.Value}  {file.Key}' to {Hashes}."));
    }

    [Fact]
    public void A_sample_belongs_to_a_message() =>
        Assert.Empty(Directory.GetFiles(Home, "*.json").Select(Path.GetFileName).Except(Messages.Keys.SelectMany(SamplesOf).Select(Path.GetFileName)));

    [Fact]
    public void A_renamed_field_and_a_blank_one_are_caught()
    {
        Assert.Equal([".a: \"1\" became nothing", ".b: nothing became 2"], Differences("", JsonNode.Parse("""{ "a": "1" }"""), JsonNode.Parse("""{ "b": 2 }""")));
        Assert.Equal(["planted.Detail"], Blanks("planted", new Planted("said", null)));
    }

    /// <summary>As it was first sent, and with each field that was added later (<c>name.1+what.json</c>).</summary>
    private static IEnumerable<string> SamplesOf(string wireName) =>
        Directory.GetFiles(Home, FileOf(wireName)).Concat(Directory.GetFiles(Home, $"{Path.GetFileNameWithoutExtension(FileOf(wireName))}+*.json"));

    private static string FileOf(string wireName) => $"{wireName.Replace('/', '.')}.json";

    private static IEnumerable<string> Differences(string at, JsonNode? sent, JsonNode? read) => (sent, read) switch
    {
        (JsonObject left, JsonObject right) => left.Select(pair => pair.Key).Union(right.Select(pair => pair.Key)).SelectMany(key => Differences($"{at}.{key}", left[key], right[key])),
        (JsonArray left, JsonArray right) when left.Count == right.Count => left.SelectMany((item, index) => Differences($"{at}[{index}]", item, right[index])),
        _ => JsonNode.DeepEquals(sent, read) || SameInstant(sent, read) ? [] : [$"{at}: {sent?.ToJsonString() ?? "nothing"} became {read?.ToJsonString() ?? "nothing"}"],
    };

    // "09:30:00.123+00:00" and "09:30:00.1230000+00:00" are one instant.
    private static bool SameInstant(JsonNode? sent, JsonNode? read) =>
        sent is JsonValue left && read is JsonValue right && left.TryGetValue(out DateTimeOffset before) && right.TryGetValue(out DateTimeOffset after) && before == after;

    private static IEnumerable<string> Blanks(string at, object value) =>
        from property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.GetIndexParameters().Length == 0
        let inner = property.GetValue(value)
        from blank in inner switch
        {
            null => [$"{at}.{property.Name}"],
            System.Collections.IEnumerable items and not string => items.Cast<object>().ToList() is { Count: > 0 } list
                ? list.Where(item => IsOurs(item.GetType())).SelectMany((item, index) => Blanks($"{at}.{property.Name}[{index}]", item))
                : [$"{at}.{property.Name}"],
            _ when IsOurs(inner.GetType()) => Blanks($"{at}.{property.Name}", inner),
            _ => Enumerable.Empty<string>(),
        }
        select blank;

    private static bool IsOurs(Type type) => type is { IsClass: true } && type.Namespace?.StartsWith("MedCrm", StringComparison.Ordinal) == true;

    private static string FindHome([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Samples");

    private sealed record Planted(string Text, string? Detail);
}
