using Microsoft.Extensions.Configuration;

namespace MedCrm.Host;

/// <summary>Where settings come from. Later sources win: defaults, medcrm.json, /run/secrets, environment, command line.</summary>
public static class Settings
{
    private const string SecretsDirectory = "/run/secrets";

    /// <summary>All names of connection strings; one database each in production, one for all in embedded mode.</summary>
    public static IReadOnlyList<string> Databases { get; } = ["Chat", "Requests", "Patients", "Gateway", "Connectors", "Vault"];

    public static IConfigurationRoot Load(string? file, IEnumerable<KeyValuePair<string, string?>>? defaults = null, IEnumerable<KeyValuePair<string, string?>>? overrides = null)
    {
        var builder = new ConfigurationBuilder().AddInMemoryCollection(defaults ?? []);
        if (file is not null)
        {
            builder.AddJsonFile(Path.GetFullPath(file), optional: true, reloadOnChange: false);
        }

        builder.AddKeyPerFile(source =>
        {
            source.Optional = true;
            source.ReloadOnChange = false;
            source.FileProvider = Directory.Exists(SecretsDirectory) ? new Microsoft.Extensions.FileProviders.PhysicalFileProvider(SecretsDirectory) : null;
        });
        builder.AddEnvironmentVariables().AddInMemoryCollection(overrides ?? []);
        try
        {
            return builder.Build();
        }
        catch (Exception e) when (e is InvalidDataException or FormatException)
        {
            throw new CommandException($"{file} cannot be read: {(e.InnerException ?? e).Message}", e);
        }
    }
}
