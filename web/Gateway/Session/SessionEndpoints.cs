using MedCrm.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace MedCrm.Gateway.Session;

/// <param name="UserName">As created with <c>medcrm user add</c>.</param>
/// <param name="Password">At most 200 characters.</param>
/// <param name="Code">Six digits of an authenticator app. Null: not asked for.</param>
public sealed record SignIn(string UserName, string Password, string? Code);

/// <summary>Who is signed in.</summary>
public sealed record SessionUser(AgentId Id, string Name, string UserName, IReadOnlyList<string> Roles);

/// <param name="User">Who is signed in.</param>
public sealed record Session(SessionUser User);

public sealed record AgentList(IReadOnlyList<Agent> Items);

internal static class SessionEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/session", SignInAsync).WithName("signIn").AllowAnonymous().ProducesProblem(401).ProducesProblem(429);
        api.MapGet("/session", GetAsync).WithName("getSession").AllowAnonymous().ProducesProblem(401);
        api.MapDelete("/session", async (SignInManager<User> signIn) =>
        {
            await signIn.SignOutAsync();
            return TypedResults.NoContent();
        }).WithName("signOut").AllowAnonymous();
        api.MapGet("/agents", async (UserManager<User> users, CancellationToken ct) =>
            TypedResults.Ok(new AgentList(await users.Users.OrderBy(user => user.DisplayName).Select(user => new Agent(new AgentId(user.Id), user.DisplayName)).ToListAsync(ct)))).WithName("listAgents");
    }

    private static async Task<Results<Ok<Session>, ProblemHttpResult>> SignInAsync(SignIn body, SignInManager<User> signIn, UserManager<User> users, HttpContext http)
    {
        if (string.IsNullOrEmpty(body.UserName) || string.IsNullOrEmpty(body.Password) || body.Password.Length > 200
            || await users.FindByNameAsync(body.UserName) is not { } user)
        {
            return Refused();
        }

        var result = await signIn.PasswordSignInAsync(user, body.Password, isPersistent: false, lockoutOnFailure: true);
        if (result.RequiresTwoFactor)
        {
            if (string.IsNullOrWhiteSpace(body.Code))
            {
                return TypedResults.Problem(statusCode: 401, title: "session.code-required");
            }

            result = await signIn.TwoFactorAuthenticatorSignInAsync(body.Code.Replace(" ", "", StringComparison.Ordinal), isPersistent: false, rememberClient: false);
        }

        if (result.IsLockedOut)
        {
            return TypedResults.Problem(statusCode: 429, title: "session.locked");
        }

        return result.Succeeded ? TypedResults.Ok(await DescribeAsync(users, user)) : Refused();

        static ProblemHttpResult Refused() => TypedResults.Problem(statusCode: 401, title: "session.refused");
    }

    private static async Task<Results<Ok<Session>, ProblemHttpResult>> GetAsync(UserManager<User> users, HttpContext http) =>
        await users.GetUserAsync(http.User) is { } user
            ? TypedResults.Ok(await DescribeAsync(users, user))
            : TypedResults.Problem(statusCode: 401, title: "session.none");

    private static async Task<Session> DescribeAsync(UserManager<User> users, User user) =>
        new(new SessionUser(new AgentId(user.Id), user.DisplayName, user.UserName!, [.. await users.GetRolesAsync(user)]));
}
