using MedCrm.Hosting;

namespace MedCrm.Connectors.Sdk;

/// <summary>Breaks a transfer off once it is larger than allowed, so that nobody has to know a file's size beforehand.</summary>
/// <param name="inner">What is read; not disposed.</param>
/// <param name="most">In bytes.</param>
public sealed class BoundedStream(Stream inner, long most) : ForwardStream
{
    private long _read;

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => Count(inner.Read(buffer, offset, count));

    /// <inheritdoc />
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => Count(await inner.ReadAsync(buffer, cancellationToken));

    private int Count(int read) => (_read += read) <= most ? read : throw new ExceededException();

    /// <summary>More came than is allowed.</summary>
    public sealed class ExceededException() : IOException("The content is larger than allowed.");
}
