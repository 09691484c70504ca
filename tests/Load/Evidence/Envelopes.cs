using System.Globalization;
using MedCrm.Load.Hub;
using Npgsql;

namespace MedCrm.Load.Evidence;

/// <summary>What the bus still holds.</summary>
/// <param name="Outgoing">Committed, not yet sent.</param>
/// <param name="Incoming">Received, not yet handled; timeouts that are not due are not counted.</param>
/// <param name="Queued">In the queues of the transport.</param>
/// <param name="DeadLetters">Each with its id, type and reason.</param>
internal sealed record Envelopes(long Outgoing, long Incoming, long Queued, IReadOnlyList<string> DeadLetters)
{
    private static readonly string[] Queues = ["chat.inbound", "requests", "patients", "gateway.feed"];
    private static readonly string[] Rooms = ["Chat", "Requests", "Patients", "Connectors", "Gateway"];

    public long Stuck => Outgoing + Incoming + Queued;

    public static async Task<Envelopes> ReadAsync(Stage stage)
    {
        var (outgoing, incoming, queued, dead) = (0L, 0L, 0L, new List<string>());
        foreach (var database in Rooms.Select(stage.ConnectionString).Distinct())
        {
            await using var connection = new NpgsqlConnection(database);
            await connection.OpenAsync();
            foreach (var (schema, table) in await TablesAsync(connection))
            {
                var name = $"\"{schema}\".\"{table}\"";
                switch (table)
                {
                    case "wolverine_outgoing_envelopes":
                        outgoing += await CountAsync(connection, name);
                        break;
                    case "wolverine_incoming_envelopes":
                        incoming += await CountAsync(connection, $"{name} where status = 'Incoming'");
                        break;
                    case "wolverine_dead_letters":
                        dead.AddRange(await DeadAsync(connection, schema, name));
                        break;
                    default:
                        queued += await CountAsync(connection, name);
                        break;
                }
            }
        }

        if (stage.Broker is { } broker)
        {
            foreach (var queue in Queues)
            {
                queued += await broker.WaitingAsync(queue);
            }
        }

        return new Envelopes(outgoing, incoming, queued, dead);
    }

    private static async Task<List<(string Schema, string Table)>> TablesAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            """
            select table_schema, table_name from information_schema.tables
            where table_name in ('wolverine_outgoing_envelopes', 'wolverine_incoming_envelopes', 'wolverine_dead_letters')
               or (table_schema = 'bus' and table_name like 'wolverine\_queue\_%' and table_name not like '%\_scheduled')
            """, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var tables = new List<(string, string)>();
        while (await reader.ReadAsync())
        {
            tables.Add((reader.GetString(0), reader.GetString(1)));
        }

        return tables;
    }

    private static async Task<long> CountAsync(NpgsqlConnection connection, string from)
    {
        await using var command = new NpgsqlCommand($"select count(*) from {from}", connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    private static async Task<List<string>> DeadAsync(NpgsqlConnection connection, string schema, string table)
    {
        await using var command = new NpgsqlCommand($"select id, message_type, exception_type, exception_message from {table} order by id limit 200", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var letters = new List<string>();
        while (await reader.ReadAsync())
        {
            letters.Add($"{schema}: envelope {reader.GetGuid(0)}, {reader[1]}: {reader[2]}: {reader[3]}");
        }

        return letters;
    }
}
