using System.ComponentModel.DataAnnotations;

namespace MedCrm.Hosting.Vault;

/// <summary>Where the keys of personal data are.</summary>
public sealed class VaultOptions
{
    public const string Section = "Vault";

    /// <summary>File with the master key: 32 random bytes in base64. It wraps every person's data key and hashes addresses; without it nothing can be read. Back it up apart from the databases.</summary>
    [Required]
    public string MasterKeyFile { get; set; } = "";

    /// <summary>How long an opened data key may stay in memory. An erasure is felt everywhere at once; this is the longest it can take where a process has lost its line to the vault. Default 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "01:00:00")]
    public TimeSpan KeyLifetime { get; set; } = TimeSpan.FromMinutes(5);
}
