using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using MedCrm.Contracts;
using MedCrm.Host.Embedded;
using MedCrm.Hosting.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace MedCrm.Host;

/// <summary>A hub that another process runs, as the operator's commands see it: its settings, its databases and the addresses of its parts.</summary>
public sealed class RunningHub : IDisposable
{
    // The operator at the console has no account of their own; what they did is found in the journals under this name.
    private static readonly Agent Operator = new(new AgentId(Guid.Empty), "console");
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(60) };

    private RunningHub(IConfigurationRoot settings) => Settings = settings;

    public IConfigurationRoot Settings { get; }

    /// <summary>From a data directory in which `up` runs, or from settings alone (containers).</summary>
    public static RunningHub Load(string data)
    {
        var paths = new DataPaths(data);
        var defaults = new Dictionary<string, string?>
        {
            ["Vault:MasterKeyFile"] = paths.MasterKeyFile,
            ["Internal:SigningKeyFile"] = paths.SigningKeyFile,
            ["Blobs:Directory"] = paths.Blobs,
            ["Gateway:KeysDirectory"] = paths.SessionKeys,
            ["Gateway:WebRoot"] = paths.Root,
        };
        if (File.Exists(paths.RunningFile) && JsonSerializer.Deserialize<Addresses>(File.ReadAllText(paths.RunningFile)) is { } addresses)
        {
            foreach (var (part, url) in addresses.Parts)
            {
                defaults[$"Parts:{part}:Url"] = url;
            }

            if (addresses.PostgresPort is { } port)
            {
                var password = File.ReadAllText(Path.Combine(paths.Secrets, DataPaths.DatabasePassword)).Trim();
                foreach (var name in MedCrm.Host.Settings.Databases)
                {
                    defaults[$"ConnectionStrings:{name}"] = EmbeddedPostgres.OwnerConnection(port, password);
                }
            }
        }

        return new RunningHub(MedCrm.Host.Settings.Load(paths.SettingsFile, defaults));
    }

    /// <summary>Leaves a note for <see cref="Load"/>. It holds no secret.</summary>
    internal static void Remember(DataPaths paths, int? postgresPort, IReadOnlyDictionary<string, string> parts) =>
        File.WriteAllText(paths.RunningFile, JsonSerializer.Serialize(new Addresses(postgresPort, parts)));

    /// <exception cref="CommandException">It is not known where the part is.</exception>
    public Uri AddressOf(string part) =>
        Uri.TryCreate(Settings[$"Parts:{part}:Url"], UriKind.Absolute, out var url)
            ? url
            : throw new CommandException($"It is not known where {part} runs. Start MedCrm first (`medcrm up`), name the right --data directory, or set Parts__{part}__Url.");

    /// <summary>The database of a name.</summary>
    /// <exception cref="CommandException">It is not configured.</exception>
    public string Database(string name) =>
        Settings.GetConnectionString(name) is { Length: > 0 } value
            ? value
            : throw new CommandException($"ConnectionStrings:{name} is not known. Start MedCrm first (`medcrm up`), name the right --data directory, or set ConnectionStrings__{name}.");

    public Task<JsonElement> GetAsync(string part, string path, CancellationToken ct) => SendAsync(part, HttpMethod.Get, path, null, ct);

    public Task<JsonElement> PostAsync(string part, string path, object? body, CancellationToken ct) => SendAsync(part, HttpMethod.Post, path, body, ct);

    /// <summary>Copies an answer to a stream, unread.</summary>
    public async Task DownloadAsync(string part, string path, Stream target, CancellationToken ct)
    {
        using var answer = await AskAsync(part, HttpMethod.Get, path, null, ct);
        await answer.Content.CopyToAsync(target, ct);
    }

    public void Dispose() => _client.Dispose();

    private async Task<JsonElement> SendAsync(string part, HttpMethod method, string path, object? body, CancellationToken ct)
    {
        using var answer = await AskAsync(part, method, path, body, ct);
        var text = await answer.Content.ReadAsStringAsync(ct);
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }

    private async Task<HttpResponseMessage> AskAsync(string part, HttpMethod method, string path, object? body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, new Uri(AddressOf(part), path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token());
        request.Content = body is null ? null : JsonContent.Create(body);
        HttpResponseMessage answer;
        try
        {
            answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        }
        catch (HttpRequestException e)
        {
            throw new CommandException($"{part} does not answer at {AddressOf(part)}: {e.Message}", e);
        }

        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            throw new CommandException($"{part} refused: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(ct)}");
        }
    }

    private string Token()
    {
        var file = Settings["Internal:SigningKeyFile"] ?? "";
        try
        {
            var key = new InternalSigningKey(Options.Create(new InternalIdentityOptions { SigningKeyFile = file }));
            return new InternalTokens(key, TimeProvider.System).Issue(Operator, Roles.All);
        }
        catch (Exception e) when (e is InvalidOperationException or UnauthorizedAccessException or IOException)
        {
            throw new CommandException($"The signing key cannot be read, so the hub would not trust this command: {e.Message}", e);
        }
    }

    private sealed record Addresses(int? PostgresPort, IReadOnlyDictionary<string, string> Parts);
}
