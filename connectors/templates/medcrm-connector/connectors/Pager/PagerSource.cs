using System.Globalization;
using System.Text;
using MedCrm.Connectors.Sdk;

namespace MedCrm.Connectors.Pager;

/// <summary>Asks for what came after the last stored position. The position moves with the stored message and not before.</summary>
internal sealed class PagerSource(PagerApi api, IInboundSink sink, ICheckpointStore checkpoints, ChannelHealth health) : IInboundSource
{
    public string Channel => PagerConnector.Channel;

    public async Task RunAsync(CancellationToken ct)
    {
        var after = long.Parse((await checkpoints.ReadAsync(Channel, ct))?.Position ?? "0", CultureInfo.InvariantCulture);
        while (true)
        {
            var updates = await api.UpdatesAsync(after, ct);
            health.Connected(Channel);
            foreach (var update in updates)
            {
                var content = Encoding.UTF8.GetBytes(update.Message.GetRawText());
                var mapped = PagerMapper.Map(content);
                var raw = RawInput.FromBytes(Channel, PagerMapper.KeyOf(content), PagerMapper.MediaType, content) with { QuarantineReason = mapped.QuarantineReason };
                await sink.AcceptAsync(raw, mapped.Events, new Checkpoint(Channel, update.Seq.ToString(CultureInfo.InvariantCulture)), ct);
                after = update.Seq;
            }
        }
    }
}
