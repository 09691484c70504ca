using MedCrm.Load.Peers;
using Npgsql;
using NpgsqlTypes;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace MedCrm.Load.Raw;

/// <summary>
/// The road of one contact written by hand: the same commits, confirmed publishes and acknowledgements in the same order, and nothing else.
/// No HTTP, no JSON, no sealing, no idempotency: what is left is what servers and drivers cost.
/// </summary>
internal sealed class RawRoad : IAsyncDisposable
{
    private const string Schema =
        """
        create table raw_input (id uuid primary key, body text not null);
        create table conversation (id uuid primary key, body jsonb not null);
        create table message (id uuid primary key, body jsonb not null);
        create table event (seq bigint generated always as identity primary key, stream uuid not null, version int not null, body jsonb not null, unique (stream, version));
        create table snapshot (id uuid primary key, body jsonb not null);
        create table saga (id uuid, kind int, body jsonb not null, primary key (id, kind));
        create table contact (id uuid primary key, body jsonb not null);
        create table address (id uuid primary key, contact uuid not null);
        create table feed (seq bigint generated always as identity primary key, body text not null);
        create table outbox (id uuid primary key, queue text not null, body bytea not null);
        """;

    private static readonly string[] Queues = ["raw.chat", "raw.requests", "raw.patients", "raw.linked", "raw.feed"];
    private readonly NpgsqlDataSource _database;
    private readonly IConnection _connection;
    private readonly BodySizes _sizes;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _rows;
    private int _written;

    private RawRoad(NpgsqlDataSource database, IConnection connection, BodySizes sizes, int count)
    {
        (_database, _connection, _sizes, _rows) = (database, connection, sizes, 2 * count);
    }

    /// <returns>Contacts a second.</returns>
    public static async Task<double> MeasureAsync(PostgresPeer postgres, RabbitPeer broker, BodySizes sizes, int count, int senders)
    {
        await postgres.CreateDatabaseAsync("raw");
        await using var connection = await new ConnectionFactory { Uri = broker.Address, ConsumerDispatchConcurrency = (ushort)senders }.CreateConnectionAsync();
        await using var road = new RawRoad(NpgsqlDataSource.Create(postgres.Database("raw")), connection, sizes, count);
        await using (var create = road._database.CreateCommand(Schema))
        {
            await create.ExecuteNonQueryAsync();
        }

        await road.ListenAsync();
        var began = Waiting.Clock.GetTimestamp();
        var left = count;
        await Task.WhenAll(Enumerable.Range(0, senders).Select(_ => Task.Run(async () =>
        {
            await using var channel = await road.OpenAsync();
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await road.AcceptAsync(channel, Guid.CreateVersion7());
            }
        })));
        await road._done.Task;
        return count / Waiting.Clock.GetElapsedTime(began).TotalSeconds;
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private Task<IChannel> OpenAsync() => _connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));

    private async Task ListenAsync()
    {
        Func<IChannel, Guid, Task>[] handlers = [ReceiveAsync, OpenRequestAsync, IdentifyAsync, LinkAsync, ShowAsync];
        foreach (var (queue, handle) in Queues.Zip(handlers))
        {
            var publisher = await OpenAsync();
            var channel = await _connection.CreateChannelAsync();
            await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false);
            await channel.BasicQosAsync(0, 100, false);
            var consumer = new AsyncEventingBasicConsumer(channel);
            consumer.ReceivedAsync += async (_, delivery) =>
            {
                await handle(publisher, new Guid(delivery.Body.Span[..16]));
                await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false);
            };
            await channel.BasicConsumeAsync(queue, autoAck: false, consumer);
        }
    }

    private Task AcceptAsync(IChannel channel, Guid id) =>
        CommitAsync(channel, [Row("insert into raw_input values ($1, $2)", id, Text(_sizes.RawInput), NpgsqlDbType.Text)], (Queues[0], id, _sizes.Event));

    private Task ReceiveAsync(IChannel channel, Guid id) =>
        CommitAsync(
            channel,
            [Row("insert into conversation values ($1, $2)", id, Json(_sizes.Conversation)), Row("insert into message values ($1, $2)", id, Json(_sizes.Message))],
            (Queues[1], id, _sizes.Event));

    private Task OpenRequestAsync(IChannel channel, Guid id) =>
        CommitAsync(
            channel,
            [
                Row("insert into event (stream, version, body) values ($1, 1, $2)", id, Json(_sizes.Event)),
                Row("insert into snapshot values ($1, $2)", id, Json(_sizes.Snapshot)),
                Row("insert into saga values ($1, 1, $2)", id, Json(_sizes.Intake)),
                Row("insert into saga values ($1, 2, $2)", id, Json(_sizes.Sla)),
            ],
            (Queues[2], id, _sizes.Intake),
            (Queues[4], id, _sizes.Row));

    private Task IdentifyAsync(IChannel channel, Guid id) =>
        CommitAsync(
            channel,
            [
                Row("insert into contact values ($1, $2)", id, Json(_sizes.Contact)),
                Row("insert into address values ($1, $2)", Guid.CreateVersion7(), id, NpgsqlDbType.Uuid),
                Row("insert into address values ($1, $2)", Guid.CreateVersion7(), id, NpgsqlDbType.Uuid),
            ],
            (Queues[3], id, _sizes.Linked));

    private Task LinkAsync(IChannel channel, Guid id) =>
        CommitAsync(
            channel,
            [
                Row("insert into event (stream, version, body) values ($1, 2, $2)", id, Json(_sizes.Linked)),
                Row("update snapshot set body = $2 where id = $1", id, Json(_sizes.Snapshot)),
                Row("update saga set body = $2 where id = $1 and kind = 1", id, Json(_sizes.Intake)),
            ],
            (Queues[4], id, _sizes.Row));

    private async Task ShowAsync(IChannel channel, Guid id)
    {
        await using var command = _database.CreateCommand("insert into feed (body) values ($1)");
        command.Parameters.AddWithValue(Text(_sizes.Row));
        await command.ExecuteNonQueryAsync();
        if (Interlocked.Increment(ref _written) == _rows)
        {
            _done.SetResult();
        }
    }

    // One commit holds the rows and what is to be sent; sent is what the broker confirmed; then it is forgotten.
    private async Task CommitAsync(IChannel channel, IReadOnlyList<NpgsqlBatchCommand> rows, params (string Queue, Guid Id, int Size)[] outgoing)
    {
        var envelopes = outgoing.Select(one => (Id: Guid.CreateVersion7(), one.Queue, Body: Bytes(one.Id, one.Size))).ToList();
        await using var connection = await _database.OpenConnectionAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        await using (var batch = new NpgsqlBatch(connection, transaction))
        {
            foreach (var row in rows)
            {
                batch.BatchCommands.Add(row);
            }

            foreach (var envelope in envelopes)
            {
                var store = Row("insert into outbox values ($1, $2, $3)", envelope.Id, envelope.Queue, NpgsqlDbType.Text);
                store.Parameters.Add(new NpgsqlParameter { Value = envelope.Body });
                batch.BatchCommands.Add(store);
            }

            await batch.ExecuteNonQueryAsync();
            await transaction.CommitAsync();
        }

        await Task.WhenAll(envelopes.Select(envelope => channel.BasicPublishAsync("", envelope.Queue, mandatory: false, new BasicProperties { Persistent = true }, envelope.Body).AsTask()));
        await using var forget = new NpgsqlCommand("delete from outbox where id = any($1)", connection);
        forget.Parameters.AddWithValue(envelopes.Select(envelope => envelope.Id).ToArray());
        await forget.ExecuteNonQueryAsync();
    }

    private static NpgsqlBatchCommand Row(string sql, Guid id, object value, NpgsqlDbType type = NpgsqlDbType.Jsonb)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddWithValue(id);
        command.Parameters.Add(new NpgsqlParameter { Value = value, NpgsqlDbType = type });
        return command;
    }

    // Sealed values do not compress, so neither does this.
    private static string Text(int size) => Convert.ToBase64String(Random(size * 3 / 4));

    private static string Json(int size) => $"{{\"sealed\":\"{Text(Math.Max(0, size - 14))}\"}}";

    private static byte[] Bytes(Guid id, int size) => [.. id.ToByteArray(), .. Random(Math.Max(0, size - 16))];

    private static byte[] Random(int size)
    {
        var bytes = new byte[size];
        System.Random.Shared.NextBytes(bytes);
        return bytes;
    }
}
