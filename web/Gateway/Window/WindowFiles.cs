using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;

namespace MedCrm.Gateway.Window;

/// <summary>
/// Serves the static window under a strict content policy: every script and style carries a nonce made for this very response, nothing
/// comes from another host. A deep link such as <c>/requests/17</c> gets its section's page; the page reads the rest from the address.
/// </summary>
internal static class WindowFiles
{
    private const string Immutable = "public,max-age=31536000,immutable";

    public static void UseWindowFiles(this WebApplication app, string webRoot)
    {
        if (!Directory.Exists(webRoot))
        {
            return;
        }

        var pages = new ConcurrentDictionary<string, (DateTime Written, string Html)>();
        app.Use(async (context, next) =>
        {
            if ((HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)) && PageOf(context.Request.Path) is { } page)
            {
                await ServeAsync(context, page);
                return;
            }

            await next(context);
        });
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = new PhysicalFileProvider(Path.GetFullPath(webRoot)),
            ContentTypeProvider = new FileExtensionContentTypeProvider(),
            OnPrepareResponse = file =>
            {
                file.Context.Response.Headers.CacheControl = file.Context.Request.Path.StartsWithSegments("/_next/static", StringComparison.Ordinal) ? Immutable : "no-cache";
                file.Context.Response.Headers.XContentTypeOptions = "nosniff";
            },
        });
        // The client router asks for /requests/17.txt before it follows a link; without an answer it would load the whole page anew.
        app.MapGet("/{section}/{id:regex(^[\\w-]+\\.txt$)}", (string section, HttpContext context) =>
            section.All(char.IsAsciiLetter) && File.Exists(Path.Combine(webRoot, $"{section}.txt"))
                ? Results.File(Path.GetFullPath(Path.Combine(webRoot, $"{section}.txt")), "text/plain; charset=utf-8")
                : Results.NotFound()).AllowAnonymous().ExcludeFromDescription();
        app.MapFallback("{*path:nonfile}", context => Reserved(context.Request.Path) ? NotFound(context) : ServeAsync(context, "404.html", StatusCodes.Status404NotFound)).AllowAnonymous();

        string? PageOf(PathString path)
        {
            var segments = path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
            if (segments.Length > 2 || segments.Any(segment => segment.Contains('.', StringComparison.Ordinal)) || Reserved(path))
            {
                return null;
            }

            var file = segments.Length == 0 ? "index.html" : $"{segments[0]}.html";
            return File.Exists(Path.Combine(webRoot, file)) ? file : null;
        }

        async Task ServeAsync(HttpContext context, string file, int status = StatusCodes.Status200OK)
        {
            var path = Path.Combine(webRoot, file);
            var written = File.GetLastWriteTimeUtc(path);
            if (!pages.TryGetValue(path, out var page) || page.Written != written)
            {
                pages[path] = page = (written, await File.ReadAllTextAsync(path, context.RequestAborted));
            }

            var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
            var response = context.Response;
            response.StatusCode = status;
            response.ContentType = "text/html; charset=utf-8";
            response.Headers.CacheControl = "no-cache";
            response.Headers.XContentTypeOptions = "nosniff";
            response.Headers["Referrer-Policy"] = "same-origin";
            response.Headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
            response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
            response.Headers.ContentSecurityPolicy =
                $"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; font-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
                + "connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
            if (!HttpMethods.IsHead(context.Request.Method))
            {
                await response.WriteAsync(
                    page.Html.Replace("<script", $"<script nonce=\"{nonce}\"", StringComparison.Ordinal).Replace("<style", $"<style nonce=\"{nonce}\"", StringComparison.Ordinal), context.RequestAborted);
            }
        }
    }

    private static bool Reserved(PathString path) =>
        path.StartsWithSegments("/api") || path.StartsWithSegments("/hubs") || path.StartsWithSegments("/forms") || path.StartsWithSegments("/health")
        || path.StartsWithSegments("/openapi") || path.StartsWithSegments("/webhooks") || path.StartsWithSegments("/widget");

    private static Task NotFound(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
