using MedCrm.Hosting.Vault;
using MedCrm.Patients.Mis;
using MedCrm.Patients.Slots;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace MedCrm.Connectors.Tests.Mis;

/// <summary>What the far side does to the next write.</summary>
public enum Trouble
{
    /// <summary>Cannot be reached.</summary>
    Down,

    /// <summary>Does it, but the answer is lost.</summary>
    AnswerLost,

    /// <summary>Answers 500 with a text, having done nothing.</summary>
    TextError,
}

/// <summary>One MIS under test: the adapter, the far side it talks to, and what the MIS's own people do on their own screen.</summary>
public abstract class MisHarness : IAsyncDisposable
{
    /// <summary>Two branches by two clocks, so that a forgotten zone shows.</summary>
    public MisOptions Options { get; } = new() { TimeZone = "Europe/Moscow", TimeZones = { ["2"] = "Asia/Yekaterinburg" }, Timeout = TimeSpan.FromSeconds(3) };

    public abstract IMisGateway Adapter { get; }

    protected NpgsqlDataSource Database { get; private set; } = null!;

    internal FreeSlots Slots { get; private set; } = null!;

    public MisJournal Journal { get; private set; } = null!;

    /// <summary>The MIS as the house sees it.</summary>
    internal ReliableMis House { get; private set; } = null!;

    /// <summary>A patient whom the MIS has, with a phone and a mail address.</summary>
    public abstract Task<MisPatient> PatientAsync();

    public abstract Task BookOnTheirScreenAsync(MisSlot slot);

    public abstract Task MoveOnTheirScreenAsync(MisAppointment appointment, MisSlot target);

    public abstract Task CancelOnTheirScreenAsync(MisAppointment appointment);

    public abstract Task OrderAsync(Trouble trouble);

    /// <summary>The next reads get something that is no answer: an object for an array, half a body.</summary>
    public abstract Task OrderNonsenseAsync();

    protected abstract Task StartAsync();

    public async Task StartAsync(PostgresFixture postgres)
    {
        var settings = await postgres.SettingsAsync();
        Database = NpgsqlDataSource.Create(settings.GetConnectionString("Chat")!);
        Vault = new PersonalDataVault(new VaultDatabase(settings.GetConnectionString("Vault")!), Microsoft.Extensions.Options.Options.Create(new VaultOptions { MasterKeyFile = settings["Vault:MasterKeyFile"]! }));
        Journal = new MisJournal(Database, Vault, TimeProvider.System);
        await Journal.StartingAsync(default);
        Slots = new FreeSlots(Database, new ClinicTime(Options), TimeProvider.System);
        await Slots.StartingAsync(default);
        await StartAsync();
        House = HouseAt(TimeProvider.System);
    }

    private IPersonalDataVault Vault { get; set; } = null!;

    /// <summary>Another instance of the house, which may live by a later clock.</summary>
    internal ReliableMis HouseAt(TimeProvider clock) => new(Adapter, new MisJournal(Database, Vault, clock), Slots, Options, clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<ReliableMis>.Instance);

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Database.DisposeAsync();
        ((IDisposable)Vault).Dispose();
    }
}

/// <summary>A clock that runs ahead.</summary>
public sealed class LaterClock(TimeSpan by) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
}
