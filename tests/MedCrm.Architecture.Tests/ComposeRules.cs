using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using YamlDotNet.Serialization;

namespace MedCrm.Architecture.Tests;

/// <summary>What the compose specification allows, as far as we use it, and what we demand of ourselves. A stand-in for `docker compose config`, which needs Docker.</summary>
internal static partial class ComposeRules
{
    private static readonly string[] TopKeys = ["name", "services", "networks", "volumes", "secrets", "configs"];

    private static readonly string[] ServiceKeys =
    [
        "image", "build", "command", "entrypoint", "environment", "secrets", "configs", "volumes", "networks", "ports", "expose", "depends_on", "healthcheck", "restart",
        "stop_grace_period", "stop_signal", "read_only", "tmpfs", "cap_drop", "cap_add", "security_opt", "logging", "deploy", "hostname", "user", "shm_size", "ulimits", "init", "working_dir", "labels", "profiles",
    ];

    private static readonly string[] HealthKeys = ["test", "interval", "timeout", "retries", "start_period", "start_interval", "disable"];
    private static readonly string[] HealthTimes = ["interval", "timeout", "start_period", "start_interval"];
    private static readonly string[] Conditions = ["service_started", "service_healthy", "service_completed_successfully"];
    private static readonly string[] Restarts = ["always", "unless-stopped"];

    /// <summary>Every offence, as `service: what`.</summary>
    public static IReadOnlyList<string> Offences(string yaml, IEnumerable<string> parts)
    {
        var file = Read(yaml);
        var offences = file.Keys.Where(key => !TopKeys.Contains(key) && !key.StartsWith("x-", StringComparison.Ordinal)).Select(key => $"{key} is no key of a compose file").ToList();
        var services = Map(file, "services");
        foreach (var (name, service) in services)
        {
            offences.AddRange(Service(service, services).Select(offence => $"{name}: {offence}"));
        }

        foreach (var kind in new[] { "networks", "volumes", "secrets", "configs" })
        {
            var declared = Map(file, kind).Keys.ToHashSet();
            var used = services.Values.SelectMany(service => Used(service, kind)).ToHashSet();
            offences.AddRange(used.Except(declared).Select(name => $"{kind}: {name} is used but not declared"));
            offences.AddRange(declared.Except(used).Select(name => $"{kind}: {name} is declared but not used"));
        }

        var run = services.Values.SelectMany(service => service.TryGetValue("command", out var command) && command is List<object> words && words.FirstOrDefault() is "run" ? words.Skip(1) : []).Select(word => $"{word}").ToList();
        offences.AddRange(parts.Except(run).Select(part => $"nobody runs {part}"));
        offences.AddRange(run.GroupBy(part => part).Where(group => group.Count() > 1).Select(group => $"{group.Key} runs twice"));
        return offences;
    }

    /// <summary>Names of services that let the world in.</summary>
    public static IEnumerable<string> Published(string yaml) =>
        Map(Read(yaml), "services").Where(service => service.Value.ContainsKey("ports")).Select(service => service.Key);

    private static IEnumerable<string> Service(Dictionary<string, object?> service, Dictionary<string, Dictionary<string, object?>> all)
    {
        foreach (var key in service.Keys.Where(key => !ServiceKeys.Contains(key)))
        {
            yield return $"{key} is no key of a service";
        }

        var image = service.GetValueOrDefault("image") as string ?? "";
        if (!PinnedImage().IsMatch(image))
        {
            yield return $"image '{image}' is not pinned to a version";
        }

        if (!Restarts.Contains(service.GetValueOrDefault("restart")))
        {
            yield return "does not come back after a failure (restart)";
        }

        if (service.GetValueOrDefault("healthcheck") is not Dictionary<string, object?> health || !health.ContainsKey("test"))
        {
            yield return "has no healthcheck";
        }
        else
        {
            foreach (var key in health.Keys.Where(key => !HealthKeys.Contains(key)))
            {
                yield return $"{key} is no key of a healthcheck";
            }

            foreach (var key in HealthTimes.Where(key => health.TryGetValue(key, out var value) && !Duration().IsMatch($"{value}")))
            {
                yield return $"healthcheck.{key} is no duration";
            }
        }

        if (service.GetValueOrDefault("logging") is not Dictionary<string, object?>)
        {
            yield return "its log grows for ever (logging)";
        }

        foreach (var (key, value) in Environment(service).Where(pair => LooksSecret().IsMatch(pair.Key) && !pair.Key.EndsWith("_FILE", StringComparison.Ordinal) && !pair.Key.EndsWith("File", StringComparison.Ordinal)))
        {
            yield return $"{key} is a secret in the environment ({(value.Length > 0 ? "with a value" : "empty")})";
        }

        foreach (var (other, condition) in Dependencies(service))
        {
            if (!all.ContainsKey(other))
            {
                yield return $"waits for {other}, which does not exist";
            }

            if (!Conditions.Contains(condition))
            {
                yield return $"waits for {other} until '{condition}', which is no condition";
            }
        }

        foreach (var port in List(service, "ports").Where(port => !Port().IsMatch(port)))
        {
            yield return $"port '{port}' is malformed";
        }
    }

    private static IEnumerable<string> Used(Dictionary<string, object?> service, string kind) => service.GetValueOrDefault(kind) switch
    {
        // ./file:/target is a file of ours, name:/target a volume.
        List<object> list when kind == "volumes" => list.Select(item => $"{item}").Where(item => !item.StartsWith('.') && !item.StartsWith('/')).Select(item => item.Split(':')[0]),
        List<object> list => list.Select(item => item is Dictionary<string, object?> map ? $"{map["source"]}" : $"{item}"),
        Dictionary<string, object?> map => map.Keys,
        _ => [],
    };

    private static IEnumerable<KeyValuePair<string, string>> Environment(Dictionary<string, object?> service) => service.GetValueOrDefault("environment") switch
    {
        Dictionary<string, object?> map => map.Select(pair => KeyValuePair.Create(pair.Key, $"{pair.Value}")),
        List<object> list => list.Select(item => $"{item}".Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], pair.ElementAtOrDefault(1) ?? "")),
        _ => [],
    };

    private static IEnumerable<(string Service, string Condition)> Dependencies(Dictionary<string, object?> service) => service.GetValueOrDefault("depends_on") switch
    {
        Dictionary<string, object?> map => map.Select(pair => (pair.Key, pair.Value is Dictionary<string, object?> how ? $"{how.GetValueOrDefault("condition")}" : "")),
        List<object> list => list.Select(item => ($"{item}", "service_started")),
        _ => [],
    };

    private static IEnumerable<string> List(Dictionary<string, object?> service, string key) =>
        service.GetValueOrDefault(key) is List<object> list ? list.Select(item => $"{item}") : [];

    private static Dictionary<string, Dictionary<string, object?>> Map(Dictionary<string, object?> file, string key) =>
        file.GetValueOrDefault(key) is Dictionary<string, object?> map
            ? map.ToDictionary(pair => pair.Key, pair => pair.Value as Dictionary<string, object?> ?? [])
            : [];

    private static Dictionary<string, object?> Read(string yaml)
    {
        // Two equal keys are an error in YAML that many readers forgive; this one does not.
        new YamlStream().Load(new StringReader(yaml));
        var tree = new DeserializerBuilder().Build().Deserialize<object>(new MergingParser(new Parser(new StringReader(yaml))));
        return (Dictionary<string, object?>)Plain(tree)!;
    }

    private static object? Plain(object? node) => node switch
    {
        IDictionary<object, object> map => map.ToDictionary(pair => $"{pair.Key}", pair => Plain(pair.Value)),
        IList<object> list => list.Select(item => Plain(item)!).ToList(),
        _ => node,
    };

    [GeneratedRegex(@"^[a-z0-9./-]+:\d+\.\d+[a-z0-9.-]*(@sha256:[0-9a-f]{64})?$")]
    private static partial Regex PinnedImage();

    [GeneratedRegex(@"^(\d+(ms|s|m|h))+$")]
    private static partial Regex Duration();

    [GeneratedRegex("password|secret|token|connectionstring|rabbitmq__|bus__rabbitmq|masterkey|signingkey", RegexOptions.IgnoreCase)]
    private static partial Regex LooksSecret();

    [GeneratedRegex(@"^((\d{1,3}\.){3}\d{1,3}:)?\d{1,5}:\d{1,5}(/tcp|/udp)?$")]
    private static partial Regex Port();
}
