using MedCrm.Contracts;
using MedCrm.Gateway.Session;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace MedCrm.Gateway.Live;

/// <summary>Who looks at a request.</summary>
/// <param name="State"><c>viewing</c>, <c>typing</c> or <c>left</c>.</param>
public sealed record Presence(RequestId RequestId, Agent Agent, string State);

/// <summary>The live line of a window.</summary>
[Authorize]
public sealed class WindowHub(Feed feed, CallCards calls, OpenWindows windows) : Hub
{
    internal const string Everyone = "everyone";
    private const string ViewingKey = "viewing";

    /// <summary>Joins the live line and tells what was missed. Joined first, computed then: nothing can fall between the two, and what comes twice is recognised by its number.</summary>
    public async Task<FeedAnswer> Resume(Guid? epoch, long after)
    {
        await windows.OpenAsync(Context.ConnectionId, SessionAgent.Of(Context.User!));
        await Groups.AddToGroupAsync(Context.ConnectionId, Everyone, Context.ConnectionAborted);
        return await feed.ResumeAsync(epoch, after, Feed.LongestDelta, Context.ConnectionAborted);
    }

    /// <summary>The calls that ring at this agent's telephone or that they are in.</summary>
    public Task<IReadOnlyList<ScreenCall>> Calls() => calls.OfAsync(SessionAgent.Of(Context.User!).Id, Context.ConnectionAborted);

    /// <summary>Tells colleagues which request is open here.</summary>
    /// <param name="requestId">Null: none any more.</param>
    /// <param name="typing">Whether an answer is being written.</param>
    public async Task Viewing(RequestId? requestId, bool typing)
    {
        var agent = SessionAgent.Of(Context.User!);
        if (Context.Items.TryGetValue(ViewingKey, out var earlier) && earlier is RequestId left && left != requestId)
        {
            await Clients.OthersInGroup(Everyone).SendAsync("presence", new Presence(left, agent, "left"));
        }

        Context.Items[ViewingKey] = requestId;
        if (requestId is { } viewed)
        {
            await Clients.OthersInGroup(Everyone).SendAsync("presence", new Presence(viewed, agent, typing ? "typing" : "viewing"));
        }
    }

    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        windows.Close(Context.ConnectionId);
        await Viewing(null, typing: false);
        await base.OnDisconnectedAsync(exception);
    }
}
