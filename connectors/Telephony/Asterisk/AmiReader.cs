using System.Buffers;

namespace MedCrm.Connectors.Telephony.Asterisk;

/// <summary>Cuts the byte stream of the manager interface into blocks. Whatever comes, memory stays bounded: lines and blocks that are too long are cut, and what nobody here needs is dropped before it becomes text.</summary>
internal sealed class AmiReader(Stream stream)
{
    private const int LongestLine = 16 * 1024;
    private const int LongestBlock = 64 * 1024;

    // Most of what an exchange says is about dialplan steps and variables; of a call's 160 events four fifths.
    private static readonly SearchValues<string> Noise = SearchValues.Create(
        [
            "Newexten", "CEL", "DeviceStateChange", "NewAccountCode", "NewConnectedLine", "NewCallerid", "QueueMemberStatus", "RTCPSent", "RTCPReceived", "DialState", "PeerStatus",
            "ExtensionStatus", "ContactStatus", "Registry", "BridgeCreate", "BridgeDestroy", "LocalBridge", "SoftHangupRequest", "HangupRequest", "MixMonitorStart", "MixMonitorStop",
            "ChallengeSent", "SuccessfulAuth", "MusicOnHoldStart", "MusicOnHoldStop", "DTMFBegin", "DTMFEnd", "Hold", "Unhold", "QueueMemberPause", "QueueMemberPenalty",
        ],
        StringComparison.Ordinal);

    private readonly byte[] _buffer = new byte[LongestLine];
    private readonly ArrayBufferWriter<byte> _block = new(4096);
    private int _start;
    private int _end;

    /// <summary>The next block. Null: the stream has ended; a block that was not finished is no block.</summary>
    public async ValueTask<AmiMessage?> ReadAsync(CancellationToken ct)
    {
        var cutting = false;
        while (true)
        {
            var rest = _buffer.AsMemory(_start, _end - _start);
            var newline = rest.Span.IndexOf((byte)'\n');
            if (newline < 0)
            {
                if (rest.Length == _buffer.Length)
                {
                    // A line without an end: keep its beginning, let the rest go by.
                    if (!cutting)
                    {
                        Append(rest.Span);
                    }

                    cutting = true;
                    (_start, _end) = (0, 0);
                }

                if (!await FillAsync(ct))
                {
                    return null;
                }

                continue;
            }

            var line = rest.Span[..newline].TrimEnd((byte)'\r');
            _start += newline + 1;
            if (cutting)
            {
                cutting = false;
            }
            else if (line.Length > 0)
            {
                Append(line);
            }
            else if (_block.WrittenCount > 0)
            {
                var message = IsNoise(_block.WrittenSpan) ? null : AmiMessage.Parse(_block.WrittenSpan);
                _block.ResetWrittenCount();
                if (message is not null)
                {
                    return message;
                }
            }
        }
    }

    private void Append(ReadOnlySpan<byte> line)
    {
        if (_block.WrittenCount + line.Length < LongestBlock)
        {
            _block.Write(line);
            _block.Write("\n"u8);
        }
    }

    private async ValueTask<bool> FillAsync(CancellationToken ct)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        var read = await stream.ReadAsync(_buffer.AsMemory(_end), ct);
        _end += read;
        return read > 0;
    }

    private static bool IsNoise(ReadOnlySpan<byte> block)
    {
        var header = "Event: "u8;
        if (!block.StartsWith(header))
        {
            return false;
        }

        var end = block.IndexOf((byte)'\n');
        var name = block[header.Length..end];
        if (name.SequenceEqual("VarSet"u8))
        {
            return block.IndexOf("\nVariable: QUEUESTATUS\n"u8) < 0 && block.IndexOf("\nVariable: MIXMONITOR_FILENAME\n"u8) < 0;
        }

        Span<char> word = stackalloc char[32];
        return name.Length <= word.Length && System.Text.Encoding.Latin1.TryGetChars(name, word, out var length) && Noise.Contains(new string(word[..length]));
    }
}
