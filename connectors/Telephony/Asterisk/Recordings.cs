using System.Threading.Channels;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts.Telephony;
using Microsoft.Extensions.Logging;

namespace MedCrm.Connectors.Telephony.Asterisk;

/// <summary>Fetches what an exchange recorded, once the call is over, and hands it in as one more fact about the call. Repeats meet the key of the input.</summary>
internal sealed class Recordings(AsteriskOptions options, IInboundSink sink, IHttpClientFactory clients, TimeProvider clock, ILogger log)
{
    /// <summary>The header of a sound file without sound: nobody spoke.</summary>
    private const int Silence = 44;

    // The file is whole only when the exchange has closed it.
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(5)];

    private readonly Channel<(string Call, string Path)> _waiting = Channel.CreateBounded<(string, string)>(10_000);

    public void Fetch(string call, string path)
    {
        if (options.Recordings is not null)
        {
            _waiting.Writer.TryWrite((call, path));
        }
    }

    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            await Parallel.ForEachAsync(_waiting.Reader.ReadAllAsync(ct), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = ct }, async (recording, stop) => await FetchAsync(recording.Call, recording.Path, stop));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    /// <summary>The part of a path below the exchange's directory of recordings. Null: it leads out of it.</summary>
    internal static string? Relative(string path)
    {
        const string monitor = "/monitor/";
        var at = path.LastIndexOf(monitor, StringComparison.Ordinal);
        var relative = at < 0 ? path : path[(at + monitor.Length)..];
        return relative.Length is 0 or > 500 || relative[0] == '/' || relative.Contains('\\', StringComparison.Ordinal) || relative.Split('/').Any(part => part is "" or "." or "..") ? null : relative;
    }

    private async Task FetchAsync(string call, string path, CancellationToken ct)
    {
        if (Relative(path) is not { } relative)
        {
            log.RecordingNotFetched(options.Channel, call, 0, "its path leads out of the directory of recordings");
            return;
        }

        for (var attempt = 0; attempt < Pauses.Length; attempt++)
        {
            await Task.Delay(Pauses[attempt], clock, ct);
            try
            {
                await TakeAsync(call, relative, ct);
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or HttpRequestException or ConnectorNotReadyException || (e is TaskCanceledException && !ct.IsCancellationRequested))
            {
                log.RecordingNotFetched(options.Channel, call, attempt + 1, e.GetType().Name);
            }
        }
    }

    private async Task TakeAsync(string call, string relative, CancellationToken ct)
    {
        var (content, length) = await OpenAsync(relative, ct);
        await using (content)
        {
            if (length <= Silence || length > options.MaxRecordingBytes)
            {
                return;
            }

            await sink.AcceptAsync(
                RawInput.FromBytes(options.Channel, $"{call}/recording", "text/plain", System.Text.Encoding.UTF8.GetBytes(relative)),
                [
                    new InboundCall
                    {
                        Channel = options.Channel,
                        ExternalCallId = call,
                        Phase = CallPhase.Ended,
                        Recording = new InboundAttachment($"{call}{Path.GetExtension(relative)}", MediaTypeOf(relative), _ => Task.FromResult(content)),
                    },
                ],
                checkpoint: null,
                ct);
        }
    }

    private async Task<(Stream Content, long Length)> OpenAsync(string relative, CancellationToken ct)
    {
        if (!Uri.TryCreate(options.Recordings, UriKind.Absolute, out var root) || root.Scheme is not ("http" or "https"))
        {
            var file = new FileStream(Path.Combine(options.Recordings!, relative), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return (file, file.Length);
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{root.AbsoluteUri.TrimEnd('/')}/{string.Join('/', relative.Split('/').Select(Uri.EscapeDataString))}"));
        request.Headers.Authorization = CallRecords.Basic(options.HttpCredentials);
        using var http = clients.CreateClient();
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        response.EnsureSuccessStatusCode();
        return response.Content.Headers.ContentLength is { } length
            ? (await response.Content.ReadAsStreamAsync(ct), length)
            : throw new IOException("The server does not say how long the recording is.");
    }

    private static string MediaTypeOf(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".WAV" => "audio/wav",
        ".MP3" => "audio/mpeg",
        ".OGG" => "audio/ogg",
        _ => "application/octet-stream",
    };
}
