namespace MedCrm.Host.Embedded;

/// <summary>What lies where in a data directory. Looking takes no lock.</summary>
public sealed class DataPaths(string directory)
{
    /// <summary>File in <see cref="Secrets"/> with the password of the hub's database user.</summary>
    public const string DatabasePassword = "postgres-medcrm";

    public string Root { get; } = Path.GetFullPath(directory);

    public string Secrets => Path.Combine(Root, "secrets");

    public string Blobs => Path.Combine(Root, "blobs");

    public string MasterKeyFile => Path.Combine(Secrets, "vault-master-key");

    public string SigningKeyFile => Path.Combine(Secrets, "internal-signing-key");

    /// <summary>Keys of the session cookies; lost, everybody signs in again.</summary>
    public string SessionKeys => Path.Combine(Secrets, "session-keys");

    /// <summary>Where the running hub can be reached; there only while it runs.</summary>
    public string RunningFile => Path.Combine(Root, "running.json");

    /// <summary>Beside the data, because it is written by people and survives the data.</summary>
    public string SettingsFile => Path.Combine(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Root)) ?? Root, "medcrm.json");
}
