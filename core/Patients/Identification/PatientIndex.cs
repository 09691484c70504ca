using System.Globalization;
using System.Text.Json;
using MedCrm.Contracts;
using MedCrm.Hosting;
using MedCrm.Hosting.Json;
using MedCrm.Hosting.Names;
using MedCrm.Hosting.Vault;
using Npgsql;
using NpgsqlTypes;

namespace MedCrm.Patients.Identification;

/// <summary>
/// What the MIS knows about its patients, kept near so that half a million can be compared in moments. Derived data: filled from the MIS,
/// left out of backups, a row deleted when the person is erased. Facts rest sealed, keys and terms as keyed hashes; see
/// docs/decisions/0009-index-of-patients.md.
/// </summary>
public sealed class PatientIndex(NpgsqlDataSource database, IPersonalDataVault vault) : BeforeStart
{
    /// <summary>A block larger than this is no clue but a census; identification needs another field then.</summary>
    private const int MostCandidates = 3000;

    private const int SearchLimit = 50;

    // Apart from its limit: a plan made for any limit may hope to meet three thousand early and read the whole table.
    private const string ByKeys = "with found as materialized (select patient_id, facts from patient_index.patients where keys && $1) select patient_id, facts from found limit $2";

    /// <summary>The term under which all patients are counted.</summary>
    private const long Everybody = 0;

    private readonly DataSubjectId _owner = vault.SubjectOf(ContactPointSystem.Account, "medcrm:index-of-patients");

    public override async Task StartingAsync(CancellationToken cancellationToken)
    {
        await vault.EnsureKeyAsync(_owner, cancellationToken);
        await database.CreateTablesAsync(
            """
            create schema if not exists patient_index;
            create table if not exists patient_index.patients (
                patient_id text primary key, digest text not null, facts text not null, keys bigint[] not null, terms bigint[] not null);
            create index if not exists patients_keys on patient_index.patients using gin (keys);
            create table if not exists patient_index.terms (term bigint primary key, count int not null);
            create table if not exists patient_index.listed (id int primary key, cursor text, began_at timestamptz not null, full_at timestamptz);
            """,
            cancellationToken);
    }

    /// <summary>Writes what the MIS has now; whoever has not changed is left alone.</summary>
    /// <returns>How many were new or changed.</returns>
    internal async Task<int> PutAsync(IReadOnlyCollection<(string Id, Person Person)> patients, CancellationToken ct)
    {
        var rows = patients.DistinctBy(patient => patient.Id).Select(Row).ToList();
        await using var connection = await database.OpenConnectionAsync(ct);
        // Most of what is put has not changed, and that needs no turn.
        if ((await ChangedAsync(connection, rows, ct)).Count == 0)
        {
            return 0;
        }

        // One writer at a time: the counts of terms are shared by everybody. In a statement of its own, so that the next one sees what the one before left.
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using (var turn = new NpgsqlCommand("select pg_advisory_xact_lock(7310)", connection, transaction))
        {
            await turn.ExecuteNonQueryAsync(ct);
        }

        var changed = await ChangedAsync(connection, rows, ct);
        if (changed.Count == 0)
        {
            return 0;
        }

        await using var command = new NpgsqlCommand(
            """
            with incoming as (
                select i.*, k.keys, t.terms
                from unnest($1::text[], $2::text[], $3::text[]) with ordinality as i(patient_id, digest, facts, n)
                left join (select owner, array_agg(key) as keys from unnest($4::bigint[], $5::bigint[]) as k(owner, key) group by owner) k on k.owner = i.n
                left join (select owner, array_agg(term) as terms from unnest($6::bigint[], $7::bigint[]) as t(owner, term) group by owner) t on t.owner = i.n)
            insert into patient_index.patients as p (patient_id, digest, facts, keys, terms)
            select patient_id, digest, facts, coalesce(keys, '{}'), coalesce(terms, '{}') from incoming
            on conflict (patient_id) do update set digest = excluded.digest, facts = excluded.facts, keys = excluded.keys, terms = excluded.terms
            """, connection, transaction);
        await CountAsync(connection, transaction, changed, ct);
        command.Parameters.AddWithValue(changed.Select(row => row.Id).ToArray());
        command.Parameters.AddWithValue(changed.Select(row => row.Digest).ToArray());
        command.Parameters.AddWithValue(changed.Select(row => vault.Seal(_owner, row.Json).Ciphertext).ToArray());
        AddPairs(changed.Select(row => row.Keys));
        AddPairs(changed.Select(row => row.Terms));
        await command.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        return changed.Count;

        void AddPairs(IEnumerable<long[]> values)
        {
            var pairs = values.SelectMany((row, index) => row.Select(value => (Owner: index + 1L, value))).ToList();
            command.Parameters.AddWithValue(pairs.Select(pair => pair.Owner).ToArray());
            command.Parameters.AddWithValue(pairs.Select(pair => pair.value).ToArray());
        }
    }

    /// <summary>Forgets a patient: deleted in the MIS, or erased.</summary>
    internal async Task RemoveAsync(string patientId, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            with alone as materialized (select pg_advisory_xact_lock(7310)),
            gone as (delete from patient_index.patients using alone where patient_id = $1 returning terms)
            update patient_index.terms t set count = t.count - 1 from (select unnest(terms) as term from gone) g where t.term = g.term
            """);
        command.Parameters.AddWithValue(patientId);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>How far the reading of the MIS's list has come.</summary>
    /// <returns>Where it goes on (null: at the beginning), when this reading began, and when the end was last reached. Nulls: never.</returns>
    internal async Task<(string? Cursor, DateTimeOffset? BeganAt, DateTimeOffset? FullAt)> PositionAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand("select cursor, began_at, full_at from patient_index.listed where id = 1");
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? (reader.IsDBNull(0) ? null : reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1), reader.IsDBNull(2) ? null : reader.GetFieldValue<DateTimeOffset>(2))
            : (null, null, null);
    }

    /// <summary>How many patients are in it.</summary>
    internal async Task<int> CountAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand("select count from patient_index.terms where term = $1");
        command.Parameters.AddWithValue(Everybody);
        return await command.ExecuteScalarAsync(ct) is int count ? count : 0;
    }

    /// <summary>What stands before the cursor is in the index.</summary>
    internal async Task MoveAsync(string cursor, DateTimeOffset beganAt, DateTimeOffset? fullAt, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            insert into patient_index.listed (id, cursor, began_at, full_at) values (1, $1, $2, $3)
            on conflict (id) do update set cursor = excluded.cursor, began_at = excluded.began_at, full_at = coalesce(excluded.full_at, listed.full_at)
            """);
        command.Parameters.AddWithValue(cursor);
        command.Parameters.AddWithValue(beganAt);
        command.Parameters.AddWithValue(NpgsqlDbType.TimestampTz, (object?)fullAt ?? DBNull.Value);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Everybody who could be meant, and how common the names are.</summary>
    internal async Task<(IReadOnlyList<KnownPatient> Candidates, NameFrequencies Names)> FindAsync(Facts asked, CancellationToken ct)
    {
        var keys = BlockingKeys.Of(asked).Select(Hash).ToArray();
        var terms = NameFrequencies.Terms(asked).ToDictionary(term => term, Hash);
        await vault.PrefetchAsync([_owner], ct);
        await using var batch = database.CreateBatch();
        var find = new NpgsqlBatchCommand(ByKeys);
        find.Parameters.AddWithValue(keys);
        find.Parameters.AddWithValue(MostCandidates);
        batch.BatchCommands.Add(find);
        var count = new NpgsqlBatchCommand("select term, count from patient_index.terms where term = any($1)");
        count.Parameters.AddWithValue(terms.Values.Append(Everybody).ToArray());
        batch.BatchCommands.Add(count);
        await using var reader = await batch.ExecuteReaderAsync(ct);
        var candidates = await ReadAsync(reader, ct);
        await reader.NextResultAsync(ct);
        var counts = new Dictionary<long, int>();
        while (await reader.ReadAsync(ct))
        {
            counts[reader.GetInt64(0)] = reader.GetInt32(1);
        }

        return (candidates, new NameFrequencies(counts.GetValueOrDefault(Everybody), terms.ToDictionary(term => term.Key, term => counts.GetValueOrDefault(term.Value))));
    }

    internal async Task<KnownPatient?> GetAsync(string patientId, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select patient_id, facts from patient_index.patients where patient_id = $1");
        command.Parameters.AddWithValue(patientId);
        return await SingleAsync(command, ct);
    }

    /// <summary>What a manager typed: a surname, a full name, a phone, a mail address or a date of birth; at most fifty.</summary>
    internal async Task<IReadOnlyList<KnownPatient>> SearchAsync(string words, DateOnly today, CancellationToken ct)
    {
        var keys = new List<string>();
        var name = PersonName.Read(words);
        if (words.Contains('@', StringComparison.Ordinal) && Documents.Email(words) is { } email)
        {
            keys.Add(BlockingKeys.Email(email));
        }
        else if (Documents.BirthDate(words, today) is { } birth)
        {
            keys.Add(BlockingKeys.Birth(birth));
        }
        else if (words.Count(char.IsAsciiDigit) >= 10 && Documents.Phone(words) is { } phone)
        {
            keys.Add(BlockingKeys.Phone(phone));
        }
        else if (!name.IsEmpty)
        {
            keys.AddRange(new[] { name.Family, name.Given }.OfType<string>().Select(word => BlockingKeys.Surname(NameText.Key(word))));
        }

        if (keys.Count == 0)
        {
            return [];
        }

        await vault.PrefetchAsync([_owner], ct);
        await using var command = database.CreateCommand(ByKeys);
        command.Parameters.AddWithValue(keys.Select(Hash).ToArray());
        command.Parameters.AddWithValue(MostCandidates);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var found = await ReadAsync(reader, ct);
        var asked = Facts.Of(new Person { Family = name.Family, Given = name.Given, Patronymic = name.Patronymic });
        return [.. found
            .OrderByDescending(patient => Likeness(Comparison.Of(asked, patient.Facts)))
            .ThenBy(patient => patient.Person.FullName, StringComparer.Ordinal).ThenBy(patient => patient.Id, StringComparer.Ordinal)
            .Take(SearchLimit)];
    }

    private static int Likeness(Comparison fields) => (int)fields.Family + (int)fields.Given + (int)fields.Patronymic;

    private async Task<KnownPatient?> SingleAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await ReadAsync(reader, ct) is [var one] ? one : null;
    }

    private async Task<List<KnownPatient>> ReadAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        var patients = new List<KnownPatient>();
        while (await reader.ReadAsync(ct))
        {
            if (vault.Open(new Sealed(_owner, reader.GetString(1))) is { } json)
            {
                var person = JsonSerializer.Deserialize<Person>(json, HubJson.Options)!;
                patients.Add(new KnownPatient(reader.GetString(0), person, Facts.Of(person)));
            }
        }

        return patients;
    }

    private static async Task<List<IndexRow>> ChangedAsync(NpgsqlConnection connection, List<IndexRow> rows, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select patient_id, digest from patient_index.patients where patient_id = any($1)", connection);
        command.Parameters.AddWithValue(rows.Select(row => row.Id).ToArray());
        await using var reader = await command.ExecuteReaderAsync(ct);
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(ct))
        {
            known[reader.GetString(0)] = reader.GetString(1);
        }

        return [.. rows.Where(row => known.GetValueOrDefault(row.Id) != row.Digest)];
    }

    /// <summary>Takes the old terms of those who change off the counts and puts the new ones on.</summary>
    private static async Task CountAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, List<IndexRow> rows, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            with changes as (
                select unnest(p.terms) as term, -1 as n from patient_index.patients p where p.patient_id = any($1)
                union all select term, 1 from unnest($2::bigint[]) as term)
            insert into patient_index.terms as t (term, count)
            select term, sum(n)::int from changes group by term having sum(n) <> 0
            on conflict (term) do update set count = t.count + excluded.count
            """, connection, transaction);
        command.Parameters.AddWithValue(NpgsqlDbType.Array | NpgsqlDbType.Text, rows.Select(row => row.Id).ToArray());
        command.Parameters.AddWithValue(NpgsqlDbType.Array | NpgsqlDbType.Bigint, rows.SelectMany(row => row.Terms).ToArray());
        await command.ExecuteNonQueryAsync(ct);
    }

    private IndexRow Row((string Id, Person Person) patient)
    {
        var facts = Facts.Of(patient.Person);
        var json = JsonSerializer.Serialize(patient.Person, HubJson.Options);
        var keys = BlockingKeys.Of(facts).Concat(facts.Family.Length > 0 ? [BlockingKeys.Surname(facts.Family)] : []);
        return new IndexRow(patient.Id, vault.HashOf($"patient:{json}"), json, [.. keys.Select(Hash)], [.. NameFrequencies.Terms(facts).Select(Hash).Append(Everybody)]);
    }

    /// <summary>Half of the keyed hash: enough that two keys of six million meet once in a million such indexes.</summary>
    private long Hash(string key) => long.Parse(vault.HashOf($"index:{key}").AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private sealed record IndexRow(string Id, string Digest, string Json, long[] Keys, long[] Terms);
}
