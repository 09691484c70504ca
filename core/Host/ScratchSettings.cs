using MedCrm.Host.Embedded;
using Microsoft.Extensions.Configuration;

namespace MedCrm.Host;

/// <summary>Settings with which every part can be built, but none started: no server is behind them, and the keys are thrown away.</summary>
internal sealed class ScratchSettings : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("medcrm-");

    public ScratchSettings()
    {
        var key = Path.Combine(_directory.FullName, "key");
        DataHome.WritePrivate(key, DataHome.NewKey());
        var settings = Settings.Databases.ToDictionary(name => $"ConnectionStrings:{name}", string? (_) => "Host=nowhere.invalid;Database=medcrm;Username=medcrm;Password=none");
        settings["Vault:MasterKeyFile"] = key;
        settings["Internal:SigningKeyFile"] = key;
        settings["Blobs:Directory"] = _directory.FullName;
        settings["Gateway:WebRoot"] = _directory.FullName;
        settings["Gateway:KeysDirectory"] = _directory.FullName;
        settings["Gateway:Url"] = "http://127.0.0.1:0";
        settings["Logging:LogLevel:Wolverine.Configuration.HandlerDiscovery"] = "Error";
        foreach (var part in Parts.All)
        {
            settings[$"Parts:{part.Name}:Url"] = "http://127.0.0.1:0";
        }

        Values = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
    }

    public IConfiguration Values { get; }

    public void Dispose() => _directory.Delete(recursive: true);
}
