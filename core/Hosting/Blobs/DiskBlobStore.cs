using System.Buffers.Binary;
using System.Security.Cryptography;
using MedCrm.Contracts;
using MedCrm.Hosting.Vault;
using Microsoft.Extensions.Options;

namespace MedCrm.Hosting.Blobs;

/// <summary>
/// Files on disk. Layout: "MCB1", subject (16 bytes), then frames of 64 KiB: length (4 bytes, the top bit marks the last frame), nonce,
/// ciphertext, tag. The frame number and the last mark are authenticated, so a file cannot be cut short or rearranged unnoticed.
/// </summary>
internal sealed class DiskBlobStore(IPersonalDataVault vault, BlobDrafts drafts, IOptions<BlobOptions> options) : IBlobStore
{
    private const int Frame = 64 * 1024;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const uint LastMark = 0x8000_0000;
    private static readonly byte[] Magic = "MCB1"u8.ToArray();

    public async Task<BlobRef> WriteAsync(DataSubjectId subject, Stream content, CancellationToken ct)
    {
        var key = vault.KeyOf(subject) ?? throw new InvalidOperationException($"Data subject {subject} has no key.");
        var id = Guid.CreateVersion7();
        await drafts.BeginAsync(id, ct);
        var path = PathOf(id);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var draft = DraftOf(path);
        long size = 0;
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            await using (var file = new FileStream(draft, FileMode.CreateNew, FileAccess.Write, FileShare.None, Frame))
            {
                await file.WriteAsync(Magic, ct);
                await file.WriteAsync(subject.Value.ToByteArray(bigEndian: true), ct);
                using var aes = new AesGcm(key, TagLength);
                var plain = new byte[Frame];
                var box = new byte[4 + NonceLength + Frame + TagLength];
                var filled = await content.ReadAtLeastAsync(plain, Frame, throwOnEndOfStream: false, ct);
                for (uint number = 0; ; number++)
                {
                    var next = new byte[Frame];
                    var ahead = filled < Frame ? 0 : await content.ReadAtLeastAsync(next, Frame, throwOnEndOfStream: false, ct);
                    var last = ahead == 0;
                    sha.AppendData(plain, 0, filled);
                    size += filled;
                    BinaryPrimitives.WriteUInt32BigEndian(box, (uint)filled | (last ? LastMark : 0));
                    RandomNumberGenerator.Fill(box.AsSpan(4, NonceLength));
                    aes.Encrypt(box.AsSpan(4, NonceLength), plain.AsSpan(0, filled), box.AsSpan(4 + NonceLength, filled), box.AsSpan(4 + NonceLength + filled, TagLength), Associated(subject, number, last));
                    await file.WriteAsync(box.AsMemory(0, 4 + NonceLength + filled + TagLength), ct);
                    if (last)
                    {
                        break;
                    }

                    (plain, filled) = (next, ahead);
                }

                await file.FlushAsync(ct);
                file.Flush(flushToDisk: true);
            }

            File.Move(draft, path);
            return new BlobRef(id, size, Convert.ToHexStringLower(sha.GetHashAndReset()));
        }
        finally
        {
            File.Delete(draft);
        }
    }

    public async Task<Stream?> OpenAsync(Guid id, CancellationToken ct)
    {
        var path = PathOf(id);
        if (!File.Exists(path))
        {
            return null;
        }

        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, Frame);
        try
        {
            var head = new byte[Magic.Length + 16];
            await file.ReadExactlyAsync(head, ct);
            if (!head.AsSpan(0, Magic.Length).SequenceEqual(Magic))
            {
                throw new InvalidDataException($"Blob {id} is damaged.");
            }

            var subject = new DataSubjectId(new Guid(head.AsSpan(Magic.Length), bigEndian: true));
            await vault.PrefetchAsync([subject], ct);
            if (vault.KeyOf(subject) is { } key)
            {
                return new DecryptingStream(file, subject, key);
            }
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }

        await file.DisposeAsync();
        return null;
    }

    public Task DeleteAsync(Guid id, CancellationToken ct)
    {
        // In the order in which it is written: whoever writes it at this moment either finds no draft to move, or has moved it before the second look.
        var path = PathOf(id);
        foreach (var file in (string[])[DraftOf(path), path])
        {
            if (File.Exists(file))
            {
                File.Delete(file);
            }
        }

        return Task.CompletedTask;
    }

    private string PathOf(Guid id)
    {
        var name = id.ToString("N");
        // The tail of a version 7 id is random: it spreads the files evenly.
        return Path.Combine(options.Value.Directory, name[^2..], name);
    }

    private static string DraftOf(string path) => path + BlobDrafts.Extension;

    private static byte[] Associated(DataSubjectId subject, uint number, bool last)
    {
        var data = new byte[21];
        subject.Value.TryWriteBytes(data, bigEndian: true, out _);
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(16), number);
        data[20] = last ? (byte)1 : (byte)0;
        return data;
    }

    private sealed class DecryptingStream(FileStream file, DataSubjectId subject, byte[] key) : ForwardStream
    {
        private readonly AesGcm _aes = new(key, TagLength);
        private readonly byte[] _plain = new byte[Frame];
        private int _at;
        private int _filled;
        private uint _number;
        private bool _last;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (_at == _filled && !_last)
            {
                var head = new byte[4 + NonceLength];
                await file.ReadExactlyAsync(head, cancellationToken);
                var (length, last) = Head(head);
                var box = new byte[length + TagLength];
                await file.ReadExactlyAsync(box, cancellationToken);
                Decrypt(head, box, length, last);
            }

            return Take(buffer.Span);
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            while (_at == _filled && !_last)
            {
                var head = new byte[4 + NonceLength];
                file.ReadExactly(head);
                var (length, last) = Head(head);
                var box = new byte[length + TagLength];
                file.ReadExactly(box);
                Decrypt(head, box, length, last);
            }

            return Take(buffer.AsSpan(offset, count));
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _aes.Dispose();
                file.Dispose();
            }

            base.Dispose(disposing);
        }

        private static (int Length, bool Last) Head(byte[] head)
        {
            var word = BinaryPrimitives.ReadUInt32BigEndian(head);
            var length = (int)(word & ~LastMark);
            return length <= Frame ? (length, (word & LastMark) != 0) : throw new InvalidDataException("A blob is damaged.");
        }

        private void Decrypt(byte[] head, byte[] box, int length, bool last)
        {
            _aes.Decrypt(head.AsSpan(4, NonceLength), box.AsSpan(0, length), box.AsSpan(length, TagLength), _plain.AsSpan(0, length), Associated(subject, _number++, last));
            (_at, _filled, _last) = (0, length, last);
        }

        private int Take(Span<byte> buffer)
        {
            var count = Math.Min(buffer.Length, _filled - _at);
            _plain.AsSpan(_at, count).CopyTo(buffer);
            _at += count;
            return count;
        }
    }
}
