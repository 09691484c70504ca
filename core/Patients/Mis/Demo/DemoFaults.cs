using System.Globalization;

namespace MedCrm.Patients.Mis.Demo;

/// <summary>What can go wrong with a MIS, on demand.</summary>
internal enum DemoFault
{
    /// <summary>Answers after a delay.</summary>
    Slow,

    /// <summary>Cannot be reached; certainly nothing was done.</summary>
    Down,

    /// <summary>Fails with a text instead of a code, before anything was done.</summary>
    TextError,

    /// <summary>Does it and never answers.</summary>
    TimeoutAfterCommit,

    /// <summary>Says that somebody else has the slot.</summary>
    SlotTaken,

    /// <summary>Takes a new patient for one it has.</summary>
    Duplicate,

    /// <summary>Answers with something that makes no sense.</summary>
    Nonsense,

    /// <summary>Its clock is wrong by the delay.</summary>
    ClockSkew,

    /// <summary>The adapter itself fails with an exception that no rule of it knows; a write is done before.</summary>
    Broken,
}

/// <summary>Faults wait in a table, so that a test, a colleague with psql or another process can order them: <c>insert into demo_mis.faults (operation, kind, remaining, delay_ms) values ('book', 'TimeoutAfterCommit', 1, 0)</c>.</summary>
internal sealed class DemoFaults(DemoDatabase mis)
{
    public const string AnyOperation = "*";

    public async Task OrderAsync(DemoFault kind, string operation, int times, TimeSpan delay, CancellationToken ct)
    {
        await using var command = DemoDatabase.Command(
            mis.Source.CreateCommand("insert into demo_mis.faults (operation, kind, remaining, delay_ms) values ($1, $2, $3, $4)"), [operation, kind.ToString(), times, (int)delay.TotalMilliseconds]);
        await command.ExecuteNonQueryAsync(ct);
    }

    public async Task ClearAsync(CancellationToken ct)
    {
        await using var command = mis.Source.CreateCommand("delete from demo_mis.faults");
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The next fault ordered for an operation, used up by one. Null: all is well.</summary>
    public async Task<(DemoFault Kind, TimeSpan Delay)?> NextAsync(string operation, CancellationToken ct)
    {
        await using var command = DemoDatabase.Command(
            mis.Source.CreateCommand(
                """
                update demo_mis.faults set remaining = remaining - 1
                where id = (select id from demo_mis.faults where operation in ($1, '*') and remaining > 0 order by id limit 1 for update)
                returning kind, delay_ms
                """),
            [operation]);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? (Enum.TryParse<DemoFault>(reader.GetString(0), out var kind) ? kind : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"demo_mis.faults: '{reader.GetString(0)}' is no fault.")), TimeSpan.FromMilliseconds(reader.GetInt32(1)))
            : null;
    }
}
