namespace MedCrm.Hosting.Blobs;

/// <summary>Remembers the first bytes that are read through it, so that a file is told apart while it is stored, in one pass.</summary>
internal sealed class HeadWatchingStream(Stream inner, int capacity) : ForwardStream
{
    private readonly byte[] _head = new byte[capacity];
    private int _seen;

    public ReadOnlySpan<byte> Head => _head.AsSpan(0, _seen);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        Watch(buffer.Span[..read]);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = inner.Read(buffer, offset, count);
        Watch(buffer.AsSpan(offset, read));
        return read;
    }

    private void Watch(ReadOnlySpan<byte> bytes)
    {
        var part = bytes[..Math.Min(bytes.Length, _head.Length - _seen)];
        part.CopyTo(_head.AsSpan(_seen));
        _seen += part.Length;
    }
}
