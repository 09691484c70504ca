using System.Buffers.Text;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using MedCrm.Contracts;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Npgsql;

namespace MedCrm.Hosting.Vault;

/// <summary>Data keys in PostgreSQL, wrapped by the master key; opened ones are kept in memory for a while.</summary>
internal sealed class PersonalDataVault : IPersonalDataVault, IDisposable
{
    private const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private static readonly byte[] NoKey = [];

    private readonly NpgsqlDataSource _database;
    private readonly TimeSpan _keyLifetime;
    private readonly byte[] _wrappingKey;
    private readonly byte[] _addressKey;
    private readonly MemoryCache _keys = new(new MemoryCacheOptions { SizeLimit = 50_000 });
    private readonly Lock _forgetting = new();
    private long _forgotten;

    public PersonalDataVault(VaultDatabase database, IOptions<VaultOptions> options)
    {
        _database = database.Source;
        _keyLifetime = options.Value.KeyLifetime;
        var master = ReadMasterKey(options.Value.MasterKeyFile);
        _wrappingKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, master, KeyLength, info: "medcrm data keys v1"u8.ToArray());
        _addressKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, master, KeyLength, info: "medcrm addresses v1"u8.ToArray());
        CryptographicOperations.ZeroMemory(master);
    }

    public DataSubjectId SubjectOf(ContactPointSystem system, string normalisedValue)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_addressKey, Encoding.UTF8.GetBytes($"{system}\u001f{normalisedValue}"), hash);
        return new DataSubjectId(DeterministicId.FromHash(hash));
    }

    public string HashOf(string text)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_addressKey, Encoding.UTF8.GetBytes(text), hash);
        return Convert.ToHexStringLower(hash[..16]);
    }

    public async Task EnsureKeyAsync(DataSubjectId subject, CancellationToken ct)
    {
        if (_keys.TryGetValue(subject, out byte[]? cached) && cached!.Length > 0)
        {
            return;
        }

        var asked = Volatile.Read(ref _forgotten);
        var fresh = RandomNumberGenerator.GetBytes(KeyLength);
        await using var command = _database.CreateCommand(
            """
            with born as (
                insert into vault.data_keys (subject_id, wrapped_key) values ($1, $2)
                on conflict (subject_id) do update set wrapped_key = excluded.wrapped_key, created_at = now(), destroyed_at = null
                    where data_keys.wrapped_key is null
                returning wrapped_key)
            select wrapped_key from born
            union all
            select wrapped_key from vault.data_keys where subject_id = $1 and wrapped_key is not null
            limit 1
            """);
        command.Parameters.AddWithValue(subject.Value);
        command.Parameters.AddWithValue(Wrap(subject, fresh));
        var stored = (byte[]?)await OnALineAsync(() => command.ExecuteScalarAsync(ct));
        // Nothing comes back when another process gave birth to the key at the same instant: its row became visible only after our snapshot.
        stored ??= await ReadWrappedAsync(subject, ct);
        Remember(subject, stored is null ? NoKey : Unwrap(subject, stored), asked);
    }

    public async Task PrefetchAsync(IEnumerable<DataSubjectId> subjects, CancellationToken ct)
    {
        var missing = subjects.Distinct().Where(subject => !_keys.TryGetValue(subject, out _)).Select(subject => subject.Value).ToArray();
        if (missing.Length == 0)
        {
            return;
        }

        var asked = Volatile.Read(ref _forgotten);
        await using var command = _database.CreateCommand("select subject_id, wrapped_key from vault.data_keys where subject_id = any($1)");
        command.Parameters.AddWithValue(missing);
        await using var reader = await OnALineAsync(() => command.ExecuteReaderAsync(ct));
        while (await reader.ReadAsync(ct))
        {
            var subject = new DataSubjectId(reader.GetGuid(0));
            Remember(subject, await reader.IsDBNullAsync(1, ct) ? NoKey : Unwrap(subject, reader.GetFieldValue<byte[]>(1)), asked);
        }
    }

    public Sealed Seal(DataSubjectId subject, string text)
    {
        var key = KeyOf(subject) ?? throw new InvalidOperationException($"Data subject {subject} has no key.");
        var plain = Encoding.UTF8.GetBytes(text);
        var box = new byte[NonceLength + plain.Length + TagLength];
        var nonce = box.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(nonce, plain, box.AsSpan(NonceLength, plain.Length), box.AsSpan(NonceLength + plain.Length), subject.Value.ToByteArray(bigEndian: true));
        return new Sealed(subject, Base64Url.EncodeToString(box));
    }

    public string? Open(Sealed value)
    {
        if (KeyOf(value.Subject) is not { } key)
        {
            return null;
        }

        var box = Base64Url.DecodeFromChars(value.Ciphertext);
        var plain = new byte[box.Length - NonceLength - TagLength];
        using var aes = new AesGcm(key, TagLength);
        try
        {
            aes.Decrypt(box.AsSpan(0, NonceLength), box.AsSpan(NonceLength, plain.Length), box.AsSpan(NonceLength + plain.Length), plain, value.Subject.Value.ToByteArray(bigEndian: true));
            return Encoding.UTF8.GetString(plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            // Sealed before the person was erased; the key they got when they wrote again does not open it.
            return null;
        }
    }

    public byte[]? KeyOf(DataSubjectId subject)
    {
        if (!_keys.TryGetValue(subject, out byte[]? key))
        {
            var asked = Volatile.Read(ref _forgotten);
            using var command = _database.CreateCommand("select wrapped_key from vault.data_keys where subject_id = $1");
            command.Parameters.AddWithValue(subject.Value);
            key = OnALine(command.ExecuteScalar) is byte[] wrapped ? Unwrap(subject, wrapped) : NoKey;
            Remember(subject, key, asked);
        }

        return key!.Length == 0 ? null : key;
    }

    public async Task<bool> DestroyAsync(DataSubjectId subject, CancellationToken ct)
    {
        // All other parts and processes are told by the commit itself.
        await using var command = _database.CreateCommand(
            $"""
            with gone as (
                update vault.data_keys set wrapped_key = null, destroyed_at = now() where subject_id = $1 and wrapped_key is not null
                returning subject_id)
            select subject_id, pg_notify('{ErasureEar.Channel}', subject_id::text) from gone
            """);
        command.Parameters.AddWithValue(subject.Value);
        var destroyed = await command.ExecuteScalarAsync(ct) is not null;
        Forget(subject);
        return destroyed;
    }

    /// <summary>Somebody was erased, here or elsewhere.</summary>
    public void Forget(DataSubjectId subject)
    {
        lock (_forgetting)
        {
            _forgotten++;
            _keys.Remove(subject);
        }
    }

    /// <summary>Somebody may have been erased.</summary>
    public void ForgetAll()
    {
        lock (_forgetting)
        {
            _forgotten++;
            _keys.Clear();
        }
    }

    public void Dispose() => _keys.Dispose();

    private async Task<byte[]?> ReadWrappedAsync(DataSubjectId subject, CancellationToken ct)
    {
        await using var command = _database.CreateCommand("select wrapped_key from vault.data_keys where subject_id = $1");
        command.Parameters.AddWithValue(subject.Value);
        return await OnALineAsync(() => command.ExecuteScalarAsync(ct)) as byte[];
    }

    // A line that broke while it rested in the pool says so only when it is used, and after a restart of the database all of them are such. Whoever
    // opens a patient's words must not fail over that: the pool is emptied and the same asked once more. Only what may be asked twice comes here.
    private T OnALine<T>(Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (NpgsqlException e) when (IsBrokenLine(e))
        {
            _database.Clear();
            return ask();
        }
    }

    private async Task<T> OnALineAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (NpgsqlException e) when (IsBrokenLine(e))
        {
            _database.Clear();
            return await ask();
        }
    }

    private static bool IsBrokenLine(NpgsqlException e) => e.InnerException is IOException or SocketException || e.SqlState == PostgresErrorCodes.AdminShutdown;

    // What was read before somebody was forgotten may be the very key that is gone: it serves once and is not kept.
    private void Remember(DataSubjectId subject, byte[] key, long asked)
    {
        lock (_forgetting)
        {
            if (asked == _forgotten)
            {
                _keys.Set(subject, key, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = key.Length == 0 ? TimeSpan.FromSeconds(5) : _keyLifetime });
            }
        }
    }

    private byte[] Wrap(DataSubjectId subject, byte[] key)
    {
        var box = new byte[NonceLength + KeyLength + TagLength];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceLength));
        using var aes = new AesGcm(_wrappingKey, TagLength);
        aes.Encrypt(box.AsSpan(0, NonceLength), key, box.AsSpan(NonceLength, KeyLength), box.AsSpan(NonceLength + KeyLength), subject.Value.ToByteArray(bigEndian: true));
        return box;
    }

    private byte[] Unwrap(DataSubjectId subject, byte[] box)
    {
        var key = new byte[KeyLength];
        using var aes = new AesGcm(_wrappingKey, TagLength);
        try
        {
            aes.Decrypt(box.AsSpan(0, NonceLength), box.AsSpan(NonceLength, KeyLength), box.AsSpan(NonceLength + KeyLength), key, subject.Value.ToByteArray(bigEndian: true));
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new InvalidOperationException("A data key cannot be unwrapped: Vault:MasterKeyFile is not the key this vault was filled with. Restore the right file.", e);
        }

        return key;
    }

    private static byte[] ReadMasterKey(string file)
    {
        var key = new byte[KeyLength];
        return File.Exists(file) && Convert.TryFromBase64String(File.ReadAllText(file).Trim(), key, out var written) && written == KeyLength
            ? key
            : throw new InvalidOperationException($"Vault:MasterKeyFile ({file}) must hold 32 random bytes in base64, for example from `openssl rand -base64 32`.");
    }
}
