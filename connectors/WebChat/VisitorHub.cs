using MedCrm.Connectors.Sdk;
using MedCrm.Contracts.Chat;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.WebChat;

/// <summary>What a visitor missed.</summary>
/// <param name="Entries">In their order; at most <see cref="History.Longest"/>, the newest.</param>
/// <param name="HeadSeq">The last number there is.</param>
internal sealed record MissedEntries(IReadOnlyList<ChatEntry> Entries, long HeadSeq);

/// <summary>The live line of a visitor's browser. What she writes goes by HTTP, where an answer has a status and a file has room.</summary>
internal sealed class VisitorHub(Visitors visitors, History history, VisitorLines lines, IInboundSink sink, IOptionsMonitor<WebChatOptions> options, TimeProvider clock) : Hub
{
    private const string VisitorKey = "visitor";
    private static readonly byte[] Nothing = [.. "{}"u8];

    /// <summary>Joins the live line and tells what was missed. The token is an argument, not a part of the address, where proxies would write it down.</summary>
    /// <param name="after">The last number she has. 0: nothing.</param>
    /// <exception cref="HubException"><c>chat.unauthorized</c>: ask for a new token.</exception>
    public async Task<MissedEntries> Resume(string token, long after)
    {
        var chat = options.CurrentValue.Chat(Context.GetHttpContext()!.Request.Query["chat"]) ?? throw new HubException("chat.unknown");
        var visitor = await visitors.FindAsync(chat, token, Context.ConnectionAborted) ?? throw new HubException("chat.unauthorized");
        await visitors.RenewAsync(visitor, Context.ConnectionAborted);

        // Joined first, read then: nothing can fall between the two, and what comes twice is recognised by its number.
        await lines.JoinAsync(Context.ConnectionId, visitor, Context.ConnectionAborted);
        Context.Items[VisitorKey] = visitor;
        var entries = await history.ReadAsync(visitor.Id, visitor.Account, Math.Max(0, after), Context.ConnectionAborted);
        return new(entries, Math.Max(after, entries.Count > 0 ? entries[^1].Seq : 0));
    }

    /// <summary>Her browser has all answers up to this number, and she has seen them if <paramref name="read"/>.</summary>
    public async Task Acknowledge(long seq, bool read)
    {
        if (Context.Items[VisitorKey] is not Visitor visitor)
        {
            throw new HubException("chat.unauthorized");
        }

        foreach (var answer in await history.UnacknowledgedAsync(visitor.Id, seq, read, Context.ConnectionAborted))
        {
            var status = read ? DeliveryStatus.Read : DeliveryStatus.Delivered;
            var raw = RawInput.FromBytes(visitor.Chat.Channel, $"{(read ? "read" : "delivered")}-{answer:N}", "application/json", Nothing) with
            {
                Alongside = History.Acknowledging(visitor.Id, answer, read, clock.GetUtcNow()),
            };
            await sink.AcceptAsync(raw, [new DeliveryReport { Channel = visitor.Chat.Channel, MessageId = new(answer), Status = status }], checkpoint: null, Context.ConnectionAborted);
        }
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        if (Context.Items[VisitorKey] is Visitor visitor)
        {
            lines.Leave(Context.ConnectionId, visitor);
        }

        return base.OnDisconnectedAsync(exception);
    }
}
