using System.Collections.Concurrent;
using System.Security.Claims;
using MedCrm.Contracts;
using MedCrm.Hosting.Identity;

namespace MedCrm.Gateway.Session;

/// <summary>The signed-in person as the rooms know them. Tokens are kept for most of their life, so that a click costs no signature.</summary>
internal sealed class SessionAgent(InternalTokens tokens, TimeProvider clock)
{
    public const string NameClaim = "display_name";
    private readonly ConcurrentDictionary<string, (string Token, DateTimeOffset Until)> _issued = new();

    public static Agent Of(ClaimsPrincipal user) =>
        new(new AgentId(Guid.Parse(user.FindFirstValue(ClaimTypes.NameIdentifier)!)), user.FindFirstValue(NameClaim) ?? "");

    public string TokenOf(ClaimsPrincipal user)
    {
        var (agent, roles) = (Of(user), RolesOf(user));
        var key = $"{agent.Id} {agent.Name} {string.Join(' ', roles)}";
        var now = clock.GetUtcNow();
        if (_issued.TryGetValue(key, out var known) && known.Until > now)
        {
            return known.Token;
        }

        foreach (var (stale, _) in _issued.Where(pair => pair.Value.Until <= now))
        {
            _issued.TryRemove(stale, out _);
        }

        var token = tokens.Issue(agent, roles);
        _issued[key] = (token, now + InternalTokens.Lifetime - TimeSpan.FromMinutes(1));
        return token;
    }

    /// <summary>The same, for a wish that is about another account.</summary>
    public string TokenOf(ClaimsPrincipal user, Agent assignee) => tokens.Issue(Of(user), RolesOf(user), assignee);

    private static string[] RolesOf(ClaimsPrincipal user) => [.. user.FindAll(ClaimTypes.Role).Select(claim => claim.Value).Order(StringComparer.Ordinal)];
}
