using System.Globalization;
using Marten;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Contracts.Window;
using MedCrm.Hosting.Access;
using MedCrm.Hosting.Identity;
using MedCrm.Hosting.Vault;
using MedCrm.Requests.Life;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace MedCrm.Requests.Inbox;

/// <summary>A page of the inbox, the latest contact first.</summary>
/// <param name="Items">Rows.</param>
/// <param name="Next">Pass it as <c>after</c> for the next page. Null: this was the last.</param>
public sealed record InboxPage(IReadOnlyList<RequestRow> Items, string? Next);

public static class GetInboxEndpoint
{
    private const int Longest = 500;

    /// <summary>How many of the latest rows a search by name opens; beyond it only numbers, phones and mail addresses are found.</summary>
    private const int SearchDepth = 2000;

    internal static void Map(IEndpointRouteBuilder api) => api.MapGet("/requests", Get).WithName("listRequests");

    /// <param name="view">open (default), mine, unassigned, all.</param>
    /// <param name="channel">Only this kind of channel.</param>
    /// <param name="q">A number, a phone in any form, a mail address, or a part of a name or subject.</param>
    /// <param name="after">Where the last page ended.</param>
    /// <param name="limit">1 to 500, default 100.</param>
    private static async Task<Results<Ok<InboxPage>, ValidationProblem>> Get(
        string? view, string? channel, string? q, string? after, int? limit, HttpContext http, IQuerySession session, IPersonalDataVault vault, SeenLog seen, CancellationToken ct)
    {
        var mistakes = new Dictionary<string, string[]>();
        var where = new List<string>();
        var arguments = new List<object>();
        switch (view)
        {
            case null or "" or "open":
                where.Add("status <> 'Closed'");
                break;
            case "mine":
                where.Add("status <> 'Closed' and assignee_id = ?");
                arguments.Add(http.Agent().Id.Value);
                break;
            case "unassigned":
                where.Add("status <> 'Closed' and assignee_id is null");
                break;
            case "all":
                break;
            default:
                mistakes["view"] = ["inbox.view-unknown"];
                break;
        }

        if (!string.IsNullOrEmpty(channel))
        {
            if (Enum.TryParse<ChannelKind>(channel, ignoreCase: true, out var kind) && Enum.IsDefined(kind))
            {
                where.Add("data ->> 'channel' = ?");
                arguments.Add(kind.ToString().ToLowerInvariant());
            }
            else
            {
                mistakes["channel"] = ["inbox.channel-unknown"];
            }
        }

        if (!string.IsNullOrEmpty(after))
        {
            if (Cursor.TryRead(after, out var at, out var id))
            {
                where.Add("(last_contact_at, id) < (?, ?)");
                arguments.Add(at);
                arguments.Add(id);
            }
            else
            {
                mistakes["after"] = ["inbox.after-unreadable"];
            }
        }

        var size = limit ?? 100;
        if (size is < 1 or > Longest)
        {
            mistakes["limit"] = ["inbox.limit-out-of-range"];
        }

        if (mistakes.Count > 0)
        {
            return TypedResults.ValidationProblem(mistakes);
        }

        var words = q?.Trim();
        var byName = false;
        if (!string.IsNullOrEmpty(words))
        {
            if (SearchKey.Exact(vault, words) is var (condition, values))
            {
                where.Add(condition);
                arguments.AddRange(values);
            }
            else
            {
                byName = true;
            }
        }

        var take = byName ? SearchDepth : size + 1;
        var found = await session.QueryAsync<Request>(
            $"{(where.Count > 0 ? $"where {string.Join(" and ", where)} " : "")}order by last_contact_at desc, id desc limit {take.ToString(CultureInfo.InvariantCulture)}", ct, [.. arguments]);
        await vault.PrefetchAsync(found.Select(request => new DataSubjectId(request.SubjectKey)), ct);
        var rows = byName ? [.. found.Where(request => SearchKey.Matches(vault, request, words!))] : found;
        var page = rows.Take(size).ToList();
        var next = rows.Count > size ? Cursor.Write(page[^1]) : null;
        await seen.TellAsync(http.Agent(), SeenAs.Inbox, page.Select(request => request.Seen()));
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new InboxPage([.. page.Select(request => request.ToRow())], next));
    }

    private static class Cursor
    {
        public static string Write(Request request) => $"{request.LastContactAt.UtcTicks.ToString(CultureInfo.InvariantCulture)}.{request.Id:N}";

        public static bool TryRead(string text, out DateTimeOffset at, out Guid id)
        {
            (at, id) = (default, default);
            if (text.Split('.') is not [var left, var right]
                || !long.TryParse(left, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) || ticks > DateTimeOffset.MaxValue.Ticks
                || !Guid.TryParseExact(right, "N", out id))
            {
                return false;
            }

            at = new DateTimeOffset(ticks, TimeSpan.Zero);
            return true;
        }
    }
}
