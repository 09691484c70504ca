using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.Website;

/// <summary>Reads bodies into memory, never more than a few large ones at a time, and never onto a disk: they are personal data in the clear.</summary>
internal sealed class BodyReader(IOptions<WebsiteOptions> options) : IDisposable
{
    private const int Large = 1024 * 1024;

    // A browser that is still sending does not listen: up to this many times the limit is read and thrown away, so that it hears the 413.
    private const int ReadInVain = 4;
    private readonly SemaphoreSlim _large = new(options.Value.LargeBodiesAtOnce);

    /// <summary>Hands the body to <paramref name="use"/>.</summary>
    /// <returns>What it returned. Null: the body is longer than <paramref name="maxBytes"/>.</returns>
    public async Task<IResult?> ReadAsync(HttpRequest request, long maxBytes, Func<ReadOnlyMemory<byte>, Task<IResult>> use, CancellationToken ct)
    {
        // Ours is the limit that answers with a problem; Kestrel's would cut the connection before anybody could read the answer.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = maxBytes * ReadInVain;
        }

        if (request.ContentLength > maxBytes)
        {
            await DiscardAsync(request, ct);
            return null;
        }

        var buffer = new byte[Math.Min(request.ContentLength ?? 16 * 1024, Large) + 1];
        var length = await FillAsync(request, buffer, 0, ct);
        while (length == buffer.Length && length < Math.Min(Large, maxBytes))
        {
            Array.Resize(ref buffer, (int)Math.Min(buffer.Length * 4L, Large + 1));
            length = await FillAsync(request, buffer, length, ct);
        }

        if (length < buffer.Length)
        {
            return length > maxBytes ? null : await use(buffer.AsMemory(0, length));
        }

        await _large.WaitAsync(ct);
        try
        {
            // Nobody may sit on one of the few places by sending a byte now and then.
            if (request.HttpContext.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            {
                rate.MinDataRate = new MinDataRate(16 * 1024, TimeSpan.FromSeconds(10));
            }

            while (length == buffer.Length)
            {
                if (length > maxBytes)
                {
                    await DiscardAsync(request, ct);
                    return null;
                }

                Array.Resize(ref buffer, (int)Math.Min(Math.Max(buffer.Length * 2L, (request.ContentLength ?? 0) + 1), maxBytes + 1));
                length = await FillAsync(request, buffer, length, ct);
            }

            return length > maxBytes ? null : await use(buffer.AsMemory(0, length));
        }
        finally
        {
            _large.Release();
        }
    }

    public void Dispose() => _large.Dispose();

    private static async Task DiscardAsync(HttpRequest request, CancellationToken ct)
    {
        try
        {
            var buffer = new byte[64 * 1024];
            while (await request.Body.ReadAsync(buffer, ct) > 0)
            {
            }
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException)
        {
            // Far beyond the limit; whoever sends that much gets the answer if they can still read it.
        }
    }

    private static async Task<int> FillAsync(HttpRequest request, byte[] buffer, int length, CancellationToken ct)
    {
        int read;
        while (length < buffer.Length && (read = await request.Body.ReadAsync(buffer.AsMemory(length), ct)) > 0)
        {
            length += read;
        }

        return length;
    }
}
