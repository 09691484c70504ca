using System.Buffers.Text;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace MedCrm.Gateway.Window;

/// <summary>The chat widget for the clinic's sites: one script under an address that never changes, so that browsers ask by its hash whether theirs is still the newest.</summary>
internal static class WidgetFiles
{
    private const string DemoPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

    public static void MapWidget(this WebApplication app, string root, bool demo)
    {
        // A hub without its built widget has none to give; everything else works.
        if (string.IsNullOrEmpty(root) || !File.Exists(Path.Combine(root, "chat.js")))
        {
            return;
        }

        var script = Path.GetFullPath(Path.Combine(root, "chat.js"));

        Copies? copies = null;
        app.MapMethods("/widget/chat.js", [HttpMethods.Get, HttpMethods.Head], (HttpContext http) =>
        {
            var written = File.GetLastWriteTimeUtc(script);
            var current = copies?.Written == written ? copies : copies = Copies.Of(File.ReadAllBytes(script), written);
            var headers = http.Response.Headers;
            headers.CacheControl = "public, max-age=300, stale-while-revalidate=86400";
            headers.Vary = "Accept-Encoding";
            headers.XContentTypeOptions = "nosniff";
            // Pages of other sites run it, and may check it against a hash of their own (SRI).
            headers.AccessControlAllowOrigin = "*";
            headers["Cross-Origin-Resource-Policy"] = "cross-origin";
            var (encoding, bytes) = current.For(http.Request.Headers.AcceptEncoding.ToString());
            headers.ContentEncoding = encoding;
            return Results.Bytes(bytes, "text/javascript; charset=utf-8", entityTag: current.Tag);
        }).AllowAnonymous().ExcludeFromDescription();
        if (demo)
        {
            Page("demo.html", "text/html; charset=utf-8");
            Page("demo.css", "text/css; charset=utf-8");
        }

        void Page(string name, string mediaType) => app.MapGet($"/widget/{name}", (HttpContext http) =>
        {
            http.Response.Headers.CacheControl = "no-cache";
            http.Response.Headers.XContentTypeOptions = "nosniff";
            http.Response.Headers.ContentSecurityPolicy = DemoPolicy;
            return Results.File(Path.GetFullPath(Path.Combine(root, name)), mediaType);
        }).AllowAnonymous().ExcludeFromDescription();
    }

    private sealed record Copies(DateTime Written, byte[] Plain, byte[] Gzip, byte[] Brotli, EntityTagHeaderValue Tag)
    {
        public static Copies Of(byte[] plain, DateTime written) => new(
            written,
            plain,
            Packed(plain, stream => new GZipStream(stream, CompressionLevel.SmallestSize)),
            Packed(plain, stream => new BrotliStream(stream, CompressionLevel.SmallestSize)),
            // Weak: it names the script, not the way it is packed.
            new EntityTagHeaderValue($"\"{Base64Url.EncodeToString(SHA256.HashData(plain))[..16]}\"", isWeak: true));

        public (string? Encoding, byte[] Bytes) For(string accepted) =>
            accepted.Contains("br", StringComparison.OrdinalIgnoreCase) ? ("br", Brotli) : accepted.Contains("gzip", StringComparison.OrdinalIgnoreCase) ? ("gzip", Gzip) : (null, Plain);

        private static byte[] Packed(byte[] plain, Func<Stream, Stream> pack)
        {
            using var packed = new MemoryStream();
            using (var stream = pack(packed))
            {
                stream.Write(plain);
            }

            return packed.ToArray();
        }
    }
}
