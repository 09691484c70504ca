using System.Globalization;
using MedCrm.Contracts;
using MedCrm.Contracts.Window;
using MedCrm.Gateway.Session;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;

namespace MedCrm.Gateway.Proxy;

/// <param name="AgentId">Who is to have the request; one of <c>GET /api/agents</c>.</param>
public sealed record AssignBody(AgentId? AgentId);

/// <summary>Hands a request to a colleague. Who that is, and what they are called, the accounts say; the room hears it signed.</summary>
internal static class AssignEndpoint
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/requests/{id}/assign", AssignAsync).WithName("assignRequest").Produces<RequestRow>().ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409);

    private static async Task<IResult> AssignAsync(
        RequestId id, AssignBody body, UserManager<User> users, SessionAgent session, IConfiguration configuration, IHttpClientFactory clients, HttpContext http, CancellationToken ct)
    {
        if (body.AgentId is not { } agentId || agentId.Value == Guid.Empty)
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["agentId"] = ["request.assignee-missing"] });
        }

        if (await users.FindByIdAsync(agentId.Value.ToString("D", CultureInfo.InvariantCulture)) is not { } user)
        {
            return TypedResults.Problem(statusCode: 404, title: "agent.not-found");
        }

        if (!Rooms.Urls(configuration).TryGetValue("requests", out var room))
        {
            return TypedResults.Problem(statusCode: 502, title: "requests.away");
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(room, $"/api/requests/{id}/assign"));
        request.Headers.Authorization = new("Bearer", session.TokenOf(http.User, new Agent(agentId, user.DisplayName)));
        try
        {
            using var answer = await clients.CreateClient().SendAsync(request, ct);
            return TypedResults.Content(await answer.Content.ReadAsStringAsync(ct), answer.Content.Headers.ContentType?.ToString(), statusCode: (int)answer.StatusCode);
        }
        catch (HttpRequestException)
        {
            return TypedResults.Problem(statusCode: 502, title: "requests.away");
        }
    }
}
