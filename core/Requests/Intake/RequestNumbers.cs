using Npgsql;

namespace MedCrm.Requests.Intake;

/// <summary>The numbers people say aloud. Taken from the database in small lots, so that most requests ask nobody; a restart leaves a gap, and gaps are allowed.</summary>
public sealed class RequestNumbers(NpgsqlDataSource database) : IDisposable
{
    private const int Lot = 10;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Queue<long> _taken = new();

    public async Task<long> NextAsync(CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            if (_taken.Count == 0)
            {
                await using var command = database.CreateCommand("select nextval('requests.request_number') from generate_series(1, $1)");
                command.Parameters.AddWithValue(Lot);
                await using var reader = await command.ExecuteReaderAsync(ct);
                while (await reader.ReadAsync(ct))
                {
                    _taken.Enqueue(reader.GetInt64(0));
                }
            }

            return _taken.Dequeue();
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
