using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using MedCrm.Connectors.Sdk;

namespace MedCrm.Connectors.Telephony.Asterisk;

/// <summary>Stored call records (cdr_custom): what happened while nobody watched. Only the end of the file is read.</summary>
internal sealed class CallRecords(AsteriskOptions options, IHttpClientFactory clients)
{
    // Columns: linkedid, uniqueid, channel, dstchannel, src, dst, lastapp, start, answer, end, billsec, disposition, recordingfile (may be missing).
    private const int FewestColumns = 12;
    private const int Tail = 4 * 1024 * 1024;
    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(options.CallRecordsTimeZone);

    /// <summary>Records of calls that ended after an instant, as events.</summary>
    /// <exception cref="ConnectorNotReadyException">The store cannot be read now.</exception>
    public async Task<IReadOnlyList<AmiMessage>> SinceAsync(DateTimeOffset since, CancellationToken ct)
    {
        if (options.CallRecords is not { Length: > 0 } place)
        {
            return [];
        }

        try
        {
            var text = Uri.TryCreate(place, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? await DownloadAsync(url, ct) : await ReadTailAsync(place, ct);
            return [.. text.Split('\n').Select(line => Event(line, since)).OfType<AmiMessage>()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            throw new ConnectorNotReadyException($"{options.Channel}: журнал звонков (CDR) не читается ({e.GetType().Name}). Проверьте CallRecords.", e);
        }
    }

    private static async Task<string> ReadTailAsync(string path, CancellationToken ct)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Seek(-Math.Min(file.Length, Tail), SeekOrigin.End);
        using var reader = new StreamReader(file, Encoding.UTF8);
        return await reader.ReadToEndAsync(ct);
    }

    private async Task<string> DownloadAsync(Uri url, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Range = new RangeHeaderValue { Unit = "bytes", Ranges = { new RangeItemHeaderValue(null, Tail) } };
        request.Headers.Authorization = Basic(options.HttpCredentials);
        using var client = clients.CreateClient();
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseContentRead, ct);
        return response.StatusCode == System.Net.HttpStatusCode.RequestedRangeNotSatisfiable ? "" : await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(ct);
    }

    public static AuthenticationHeaderValue? Basic(string? credentials) =>
        credentials is null ? null : new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));

    private AmiMessage? Event(string line, DateTimeOffset since)
    {
        var columns = Columns(line.TrimEnd('\r'));
        if (columns.Count < FewestColumns || columns[0].Length is 0 or > 150 || Instant(columns[9]) is not { } endedAt || endedAt < since)
        {
            return null;
        }

        return AmiMessage.Of(
            ("Event", "Cdr"),
            ("MedCrmStored", "1"),
            ("Timestamp", ((endedAt - DateTimeOffset.UnixEpoch).Ticks / (decimal)TimeSpan.TicksPerSecond).ToString(CultureInfo.InvariantCulture)),
            ("LinkedID", columns[0]),
            ("UniqueID", columns[1]),
            ("Channel", columns[2]),
            ("DestinationChannel", columns[3]),
            ("Source", columns[4]),
            ("Destination", columns[5]),
            ("LastApplication", columns[6]),
            ("MedCrmStart", Instant(columns[7])?.ToString("O", CultureInfo.InvariantCulture)),
            ("MedCrmAnswer", Instant(columns[8])?.ToString("O", CultureInfo.InvariantCulture)),
            ("BillableSeconds", columns[10]),
            ("Disposition", columns[11]),
            ("RecordingFile", columns.Count > 12 ? columns[12] : null));
    }

    private DateTimeOffset? Instant(string text) =>
        DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) && !_zone.IsInvalidTime(local) ? new DateTimeOffset(local, _zone.GetUtcOffset(local)).ToUniversalTime() : null;

    /// <summary>RFC 4180, one record a line.</summary>
    private static List<string> Columns(string line)
    {
        var columns = new List<string>();
        var column = new StringBuilder();
        var quoted = false;
        for (var n = 0; n < line.Length; n++)
        {
            if (line[n] == '"')
            {
                if (quoted && n + 1 < line.Length && line[n + 1] == '"')
                {
                    column.Append('"');
                    n++;
                }
                else
                {
                    quoted = !quoted;
                }
            }
            else if (line[n] == ',' && !quoted)
            {
                columns.Add(column.ToString());
                column.Clear();
            }
            else
            {
                column.Append(line[n]);
            }
        }

        columns.Add(column.ToString());
        return columns;
    }
}
