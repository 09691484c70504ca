using Microsoft.Win32.SafeHandles;

namespace MedCrm.Connectors.Email;

/// <summary>Keeps one mail or attachment while it is worked on: small ones in memory, large ones in a temporary file that nobody else can find and that does not survive the process.</summary>
internal sealed class Spool : IDisposable
{
    private const int InMemory = 1024 * 1024;
    private readonly byte[]? _bytes;
    private readonly SafeFileHandle? _file;
    private readonly string? _path;

    private Spool(byte[] bytes)
    {
        _bytes = bytes;
        Length = bytes.Length;
    }

    private Spool(SafeFileHandle file, string? path, long length)
    {
        _file = file;
        _path = path;
        Length = length;
    }

    /// <summary>In bytes.</summary>
    public long Length { get; }

    public static Spool Of(byte[] bytes) => new(bytes);

    /// <summary>Takes over what <paramref name="write"/> writes.</summary>
    /// <param name="expected">The expected size in bytes; decides where it is kept.</param>
    public static async Task<Spool> WriteAsync(long expected, Func<Stream, Task> write)
    {
        if (expected <= InMemory)
        {
            using var memory = new MemoryStream((int)Math.Max(0, expected));
            await write(memory);
            return new Spool(memory.ToArray());
        }

        var path = Path.Combine(Path.GetTempPath(), $"medcrm-mail-{Guid.NewGuid():N}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var file = new FileStream(path, options);
        try
        {
            // On Unix the name goes at once: a killed process leaves nothing behind.
            var name = OperatingSystem.IsWindows() ? path : null;
            if (name is null)
            {
                File.Delete(path);
            }

            await write(file);
            await file.FlushAsync();
            return new Spool(file.SafeFileHandle, name, file.Length);
        }
        catch
        {
            await file.DisposeAsync();
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Opens it at the beginning; several readers do not disturb each other.</summary>
    public Stream Open() => _bytes is not null ? new MemoryStream(_bytes, writable: false) : new Window(_file!, Length);

    public void Dispose()
    {
        _file?.Dispose();
        if (_path is not null)
        {
            File.Delete(_path);
        }
    }

    /// <summary>A reader with a position of its own over the shared handle.</summary>
    private sealed class Window(SafeFileHandle file, long length) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var read = RandomAccess.Read(file, buffer[..(int)Math.Clamp(length - Position, 0, buffer.Length)], Position);
            Position += read;
            return read;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await RandomAccess.ReadAsync(file, buffer[..(int)Math.Clamp(length - Position, 0, buffer.Length)], Position, cancellationToken);
            Position += read;
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => Position + offset,
            _ => length + offset,
        };

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

/// <summary>Closes the spool together with its reader.</summary>
internal sealed class SpoolReader(Spool spool) : Stream
{
    private readonly Stream _inner = spool.Open();

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _inner.Length;

    public override long Position
    {
        get => _inner.Position;
        set => _inner.Position = value;
    }

    public override int Read(byte[] buffer, int offset, int count) => _inner.Read(buffer, offset, count);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _inner.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => _inner.Seek(offset, origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _inner.Dispose();
        spool.Dispose();
        base.Dispose(disposing);
    }
}
