using System.Text.Json.Serialization;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Hosting;
using Npgsql;
using NpgsqlTypes;

namespace MedCrm.Patients.Access;

/// <summary>Why somebody saw a patient.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AccessPurpose>))]
public enum AccessPurpose
{
    /// <summary>As the patient, or a likely one, of a contact.</summary>
    [JsonStringEnumMemberName("contact")] Contact,

    /// <summary>In the answer to a search.</summary>
    [JsonStringEnumMemberName("search")] Search,

    /// <summary>Opened by itself.</summary>
    [JsonStringEnumMemberName("patient")] Patient,

    /// <summary>As the one whose visit it is.</summary>
    [JsonStringEnumMemberName("appointment")] Appointment,

    /// <summary>As the person behind a request in the inbox; once an hour.</summary>
    [JsonStringEnumMemberName("inbox")] Inbox,

    /// <summary>Their request was opened; once an hour.</summary>
    [JsonStringEnumMemberName("request")] Request,

    /// <summary>A window stood open in which every change of the inbox was shown; once an hour, without a patient.</summary>
    [JsonStringEnumMemberName("window")] Window,
}

/// <summary>One reading of one patient.</summary>
/// <param name="PatientId">The MIS's own. Null: the person behind the request was not known as a patient then.</param>
/// <param name="RequestId">The request that was worked on. Null: none was named.</param>
public sealed record AccessEntry(long Id, DateTimeOffset At, Agent Reader, string? PatientId, AccessPurpose Purpose, RequestId? RequestId);

/// <summary>Who saw which patient, when and why (приказ ФСТЭК № 21, РСБ). Written before the answer leaves: what cannot be logged is not shown. Only grows.</summary>
public sealed class AccessLog(NpgsqlDataSource database, TimeProvider clock) : BeforeStart
{
    public override Task StartingAsync(CancellationToken cancellationToken) =>
        database.CreateTablesAsync(
            """
            create schema if not exists access_log;
            create table if not exists access_log.entries (
                id bigint generated always as identity primary key, at timestamptz not null, agent_id uuid not null, agent_name text not null,
                patient_id text not null, purpose text not null, request_id uuid);
            alter table access_log.entries alter column patient_id drop not null;
            alter table access_log.entries add column if not exists hour timestamptz;
            create unique index if not exists entries_hour on access_log.entries (agent_id, purpose, hour, coalesce(request_id, '00000000-0000-0000-0000-000000000000'::uuid), coalesce(patient_id, '')) where hour is not null;
            create index if not exists entries_patient on access_log.entries (patient_id, id);
            create index if not exists entries_agent on access_log.entries (agent_id, id);
            """,
            cancellationToken);

    public async Task WriteAsync(Agent reader, AccessPurpose purpose, RequestId? why, IReadOnlyCollection<string> patientIds, CancellationToken ct)
    {
        if (patientIds.Count == 0)
        {
            return;
        }

        await using var command = database.CreateCommand(
            "insert into access_log.entries (at, agent_id, agent_name, patient_id, purpose, request_id) select $1, $2, $3, patient_id, $4, $5 from unnest($6::text[]) as patient_id");
        command.Parameters.AddWithValue(clock.GetUtcNow());
        command.Parameters.AddWithValue(reader.Id.Value);
        command.Parameters.AddWithValue(reader.Name);
        command.Parameters.AddWithValue(purpose.ToString());
        command.Parameters.AddWithValue(NpgsqlDbType.Uuid, (object?)why?.Value ?? DBNull.Value);
        command.Parameters.AddWithValue(patientIds.ToArray());
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>What was shown without anybody's click for it: one entry for each reader, purpose, request, patient and hour.</summary>
    public async Task WriteAsync(Agent reader, AccessPurpose purpose, IReadOnlyCollection<SeenRequest> seen, DateTimeOffset at, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            insert into access_log.entries (at, agent_id, agent_name, patient_id, purpose, request_id, hour)
            select $1, $2, $3, s.patient_id, $4, s.request_id, date_trunc('hour', $1, 'UTC') from unnest($5::uuid[], $6::text[]) as s(request_id, patient_id)
            on conflict do nothing
            """);
        command.Parameters.AddWithValue(at.ToUniversalTime());
        command.Parameters.AddWithValue(reader.Id.Value);
        command.Parameters.AddWithValue(reader.Name);
        command.Parameters.AddWithValue(purpose.ToString());
        command.Parameters.AddWithValue(NpgsqlDbType.Array | NpgsqlDbType.Uuid, seen.Count == 0 ? [null] : seen.Select(one => (Guid?)one.RequestId.Value).ToArray());
        command.Parameters.AddWithValue(NpgsqlDbType.Array | NpgsqlDbType.Text, seen.Count == 0 ? [null] : seen.Select(one => one.PatientId).ToArray());
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Entries, the latest first.</summary>
    /// <param name="patientId">Only of this patient. Null: of all.</param>
    /// <param name="agentId">Only by this person. Null: by all.</param>
    /// <param name="before">Only with a smaller id. Null: from the latest on.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<IReadOnlyList<AccessEntry>> ReadAsync(string? patientId, Guid? agentId, long? before, int limit, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            select id, at, agent_id, agent_name, patient_id, purpose, request_id from access_log.entries
            where ($1 is null or patient_id = $1) and ($2 is null or agent_id = $2) and ($3 is null or id < $3) order by id desc limit $4
            """);
        command.Parameters.AddWithValue(NpgsqlDbType.Text, (object?)patientId ?? DBNull.Value);
        command.Parameters.AddWithValue(NpgsqlDbType.Uuid, (object?)agentId ?? DBNull.Value);
        command.Parameters.AddWithValue(NpgsqlDbType.Bigint, (object?)before ?? DBNull.Value);
        command.Parameters.AddWithValue(limit);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var entries = new List<AccessEntry>();
        while (await reader.ReadAsync(ct))
        {
            entries.Add(new AccessEntry(
                reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(1), new Agent(new AgentId(reader.GetGuid(2)), reader.GetString(3)), await reader.IsDBNullAsync(4, ct) ? null : reader.GetString(4),
                Enum.Parse<AccessPurpose>(reader.GetString(5)), await reader.IsDBNullAsync(6, ct) ? null : new RequestId(reader.GetGuid(6))));
        }

        return entries;
    }
}

/// <summary>Somebody was shown people by another room.</summary>
public static class LogSeenHandler
{
    public static Task Handle(LogSeen seen, AccessLog log, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(seen);
        ArgumentNullException.ThrowIfNull(log);
        var purpose = seen.How switch
        {
            SeenAs.Inbox => AccessPurpose.Inbox,
            SeenAs.Request => AccessPurpose.Request,
            SeenAs.Search => AccessPurpose.Search,
            SeenAs.Window => AccessPurpose.Window,
            _ => throw new ArgumentOutOfRangeException(nameof(seen), seen.How, null),
        };
        return log.WriteAsync(seen.Reader, purpose, seen.Seen, seen.At, ct);
    }
}
