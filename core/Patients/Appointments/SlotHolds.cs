using Marten;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Contracts.Window;
using MedCrm.Hosting;
using Npgsql;
using NpgsqlTypes;

namespace MedCrm.Patients.Appointments;

/// <summary>A stretch of a practitioner's time kept for one manager, or for a visit that the MIS has not answered yet.</summary>
/// <param name="Id">The hold.</param>
/// <param name="SlotId">The MIS's id of the slot.</param>
/// <param name="PractitionerId">Whose time.</param>
/// <param name="Start">UTC instant, included.</param>
/// <param name="End">UTC instant, not included.</param>
/// <param name="By">Who holds it.</param>
/// <param name="RequestId">For which request. Null: none was named.</param>
/// <param name="AppointmentId">The visit that has taken it. Null: a manager only thinks about it.</param>
/// <param name="ExpiresAt">UTC instant. Null: until the MIS has answered.</param>
public sealed record SlotHold(
    Guid Id, string SlotId, string PractitionerId, DateTimeOffset Start, DateTimeOffset End, Agent By, RequestId? RequestId, AppointmentId? AppointmentId, DateTimeOffset? ExpiresAt)
{
    internal SlotChanged Told(bool held, bool booked, DateTimeOffset now) => new(SlotId, PractitionerId, Start, End, held ? By : null, held ? ExpiresAt : null, booked, now);
}

/// <summary>
/// Who keeps which time. That no two holds of one practitioner overlap is a constraint of the database, so it holds for any number of instances;
/// slots with different ids that overlap count as one.
/// </summary>
public sealed class SlotHolds(NpgsqlDataSource database, TimeProvider clock) : BeforeStart
{
    private const string Columns = "id, slot_id, practitioner_id, starts_at, ends_at, agent_id, agent_name, request_id, appointment_id, expires_at";
    private const int MostTries = 3;

    /// <summary>Takes the time within the caller's transaction; what the same manager only thought about there is given up for it.</summary>
    /// <returns>Null: it is ours. Otherwise who has it.</returns>
    public async Task<SlotHold?> TryTakeAsync(IDocumentSession session, SlotHold wanted, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(wanted);
        await session.BeginTransactionAsync(ct);
        var now = clock.GetUtcNow();
        for (var tries = 1; ; tries++)
        {
            // What has run out is nobody's; what this manager or this visit has already is ours.
            await using (var sweep = new NpgsqlCommand(
                $"delete from booking.holds where {Overlapping} and (expires_at <= $4 or (agent_id = $5 and appointment_id is null) or appointment_id = $6)"))
            {
                Aim(sweep, wanted);
                sweep.Parameters.AddWithValue(now);
                sweep.Parameters.AddWithValue(wanted.By.Id.Value);
                sweep.Parameters.AddWithValue(NpgsqlDbType.Uuid, (object?)wanted.AppointmentId?.Value ?? DBNull.Value);
                await session.ExecuteAsync(sweep, ct);
            }

            await using (var take = new NpgsqlCommand(
                $"insert into booking.holds ({Columns}, held_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing"))
            {
                take.Parameters.AddWithValue(wanted.Id);
                take.Parameters.AddWithValue(wanted.SlotId);
                take.Parameters.AddWithValue(wanted.PractitionerId);
                take.Parameters.AddWithValue(wanted.Start.ToUniversalTime());
                take.Parameters.AddWithValue(wanted.End.ToUniversalTime());
                take.Parameters.AddWithValue(wanted.By.Id.Value);
                take.Parameters.AddWithValue(wanted.By.Name);
                take.Parameters.AddWithValue(NpgsqlDbType.Uuid, (object?)wanted.RequestId?.Value ?? DBNull.Value);
                take.Parameters.AddWithValue(NpgsqlDbType.Uuid, (object?)wanted.AppointmentId?.Value ?? DBNull.Value);
                take.Parameters.AddWithValue(NpgsqlDbType.TimestampTz, (object?)wanted.ExpiresAt?.ToUniversalTime() ?? DBNull.Value);
                take.Parameters.AddWithValue(now);
                if (await session.ExecuteAsync(take, ct) == 1)
                {
                    return null;
                }
            }

            await using var look = new NpgsqlCommand($"select {Columns} from booking.holds where {Overlapping} order by starts_at limit 1");
            Aim(look, wanted);
            if (await ReadAsync(await session.ExecuteReaderAsync(look, ct), ct) is [var other] && !IsOurs(other, wanted))
            {
                return other;
            }

            // Whoever was in the way has just let go, or was the same wish of a moment ago.
            if (tries == MostTries)
            {
                throw new JasperFx.ConcurrencyException("A slot changes hands too quickly.", null);
            }
        }
    }

    private static bool IsOurs(SlotHold other, SlotHold wanted) => other.AppointmentId is { } visit ? visit == wanted.AppointmentId : other.By.Id == wanted.By.Id;

    /// <summary>Lets go, within the caller's transaction, of everything a visit keeps.</summary>
    public static Task<IReadOnlyList<SlotHold>> ReleaseAsync(IDocumentSession session, AppointmentId appointment, CancellationToken ct) =>
        ReleaseAsync(session, "appointment_id = $1", ct, appointment.Value);

    /// <summary>Lets go of what was only thought about in a request until a moment.</summary>
    public static Task<IReadOnlyList<SlotHold>> ReleaseAsync(IDocumentSession session, RequestId request, DateTimeOffset heldUntil, CancellationToken ct) =>
        ReleaseAsync(session, "request_id = $1 and appointment_id is null and held_at <= $2", ct, request.Value, heldUntil.ToUniversalTime());

    /// <summary>Lets go of one hold of a manager. Somebody else's stays.</summary>
    public static Task<IReadOnlyList<SlotHold>> ReleaseAsync(IDocumentSession session, Guid hold, AgentId by, CancellationToken ct) =>
        ReleaseAsync(session, "id = $1 and appointment_id is null and agent_id = $2", ct, hold, by.Value);

    /// <summary>Gives a hold from one to another, within the caller's transaction. One that is gone stays gone.</summary>
    public static async Task HandOverAsync(IDocumentSession session, Guid hold, AgentId from, Agent to, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(to);
        await session.BeginTransactionAsync(ct);
        await using var command = new NpgsqlCommand("update booking.holds set agent_id = $3, agent_name = $4 where id = $1 and appointment_id is null and agent_id = $2");
        command.Parameters.AddWithValue(hold);
        command.Parameters.AddWithValue(from.Value);
        command.Parameters.AddWithValue(to.Id.Value);
        command.Parameters.AddWithValue(to.Name);
        await session.ExecuteAsync(command, ct);
    }

    /// <summary>What is kept now in a stretch of time.</summary>
    public async Task<IReadOnlyList<SlotHold>> ActiveAsync(DateTimeOffset from, DateTimeOffset until, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"select {Columns} from booking.holds where ends_at > $1 and starts_at < $2 and (expires_at is null or expires_at > $3)");
        command.Parameters.AddWithValue(from.ToUniversalTime());
        command.Parameters.AddWithValue(until.ToUniversalTime());
        command.Parameters.AddWithValue(clock.GetUtcNow());
        return await ReadAsync(await command.ExecuteReaderAsync(ct), ct);
    }

    public override Task StartingAsync(CancellationToken cancellationToken) =>
        // A range of text is an equality that GiST knows without an extension, which an embedded PostgreSQL may lack.
        database.CreateTablesAsync(
            """
            create schema if not exists booking;
            do $$ begin
                if not exists (select from pg_type t join pg_namespace n on n.oid = t.typnamespace where n.nspname = 'booking' and t.typname = 'text_range') then
                    create type booking.text_range as range (subtype = text, collation = "C");
                end if;
            end $$;
            create table if not exists booking.holds (
                id uuid primary key,
                slot_id text not null,
                practitioner_id text not null,
                starts_at timestamptz not null,
                ends_at timestamptz not null,
                agent_id uuid not null,
                agent_name text not null,
                request_id uuid,
                appointment_id uuid,
                expires_at timestamptz,
                held_at timestamptz not null,
                constraint one_at_a_time exclude using gist (booking.text_range(practitioner_id, practitioner_id, '[]') with &&, tstzrange(starts_at, ends_at) with &&));
            create index if not exists holds_request on booking.holds (request_id);
            create index if not exists holds_appointment on booking.holds (appointment_id);
            """,
            cancellationToken);

    private const string Overlapping = "booking.text_range(practitioner_id, practitioner_id, '[]') && booking.text_range($1, $1, '[]') and tstzrange(starts_at, ends_at) && tstzrange($2, $3)";

    private static void Aim(NpgsqlCommand command, SlotHold wanted)
    {
        command.Parameters.AddWithValue(wanted.PractitionerId);
        command.Parameters.AddWithValue(wanted.Start.ToUniversalTime());
        command.Parameters.AddWithValue(wanted.End.ToUniversalTime());
    }

    private static async Task<IReadOnlyList<SlotHold>> ReleaseAsync(IDocumentSession session, string where, CancellationToken ct, params object[] values)
    {
        ArgumentNullException.ThrowIfNull(session);
        await session.BeginTransactionAsync(ct);
        await using var command = new NpgsqlCommand($"delete from booking.holds where {where} returning {Columns}");
        foreach (var value in values)
        {
            command.Parameters.AddWithValue(value);
        }

        return await ReadAsync(await session.ExecuteReaderAsync(command, ct), ct);
    }

    private static async Task<IReadOnlyList<SlotHold>> ReadAsync(System.Data.Common.DbDataReader reader, CancellationToken ct)
    {
        var holds = new List<SlotHold>();
        await using (reader)
        {
            while (await reader.ReadAsync(ct))
            {
                holds.Add(new SlotHold(
                    reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3), reader.GetFieldValue<DateTimeOffset>(4),
                    new Agent(new AgentId(reader.GetGuid(5)), reader.GetString(6)),
                    await reader.IsDBNullAsync(7, ct) ? null : new RequestId(reader.GetGuid(7)),
                    await reader.IsDBNullAsync(8, ct) ? null : new AppointmentId(reader.GetGuid(8)),
                    await reader.IsDBNullAsync(9, ct) ? null : reader.GetFieldValue<DateTimeOffset>(9)));
            }
        }

        return holds;
    }
}

/// <summary>The call is over or the request is closed: what was only thought about is free again.</summary>
public static class ReleaseHoldsHandler
{
    public static async Task<Wolverine.OutgoingMessages> Handle(ReleaseHolds command, IDocumentSession session, TimeProvider clock, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(command);
        return [.. (await SlotHolds.ReleaseAsync(session, command.RequestId, command.At, ct)).Select(hold => hold.Told(held: false, booked: false, clock.GetUtcNow()))];
    }
}
