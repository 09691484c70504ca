using System.Security.Claims;
using MedCrm.Contracts;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace MedCrm.Hosting.Identity;

/// <summary>How the gateway tells a room who is asking: a short-lived token, signed with a key that only our processes have (RFC 7519, HS256).</summary>
public sealed class InternalIdentityOptions
{
    public const string Section = "Internal";

    /// <summary>File with the signing key: 32 random bytes in base64, the same for all parts.</summary>
    [System.ComponentModel.DataAnnotations.Required]
    public string SigningKeyFile { get; set; } = "";
}

/// <summary>Roles of the people in the window.</summary>
public static class Roles
{
    public const string Manager = "manager";
    public const string Supervisor = "supervisor";
    public const string Admin = "admin";
    public const string PrivacyOfficer = "privacy-officer";

    public static IReadOnlyList<string> All { get; } = [Manager, Supervisor, Admin, PrivacyOfficer];
}

/// <summary>Issues the tokens; used by the gateway only.</summary>
public sealed class InternalTokens(InternalSigningKey key, TimeProvider clock)
{
    internal const string Issuer = "medcrm-gateway";
    private static readonly JsonWebTokenHandler Handler = new();

    /// <summary>How long a token is good.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromMinutes(5);

    /// <summary>A token that says who asks and in which roles.</summary>
    /// <param name="assignee">The account that the wish is about. Null: it is about none.</param>
    public string Issue(Agent agent, IEnumerable<string> roles, Agent? assignee = null)
    {
        var now = clock.GetUtcNow();
        var claims = roles.Select(role => new Claim("role", role))
            .Append(new Claim("sub", agent.Id.ToString()))
            .Append(new Claim("name", agent.Name));
        if (assignee is not null)
        {
            claims = claims.Append(new Claim("assignee", assignee.Id.ToString())).Append(new Claim("assignee_name", assignee.Name));
        }

        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Issuer,
            Subject = new ClaimsIdentity(claims),
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime.AddSeconds(-5),
            Expires = (now + Lifetime).UtcDateTime,
            SigningCredentials = new SigningCredentials(key.Value, SecurityAlgorithms.HmacSha256),
        });
    }
}

/// <summary>The signing key, read once.</summary>
public sealed class InternalSigningKey(IOptions<InternalIdentityOptions> options)
{
    internal SymmetricSecurityKey Value { get; } = Read(options.Value.SigningKeyFile);

    private static SymmetricSecurityKey Read(string file)
    {
        var key = new byte[32];
        return File.Exists(file) && Convert.TryFromBase64String(File.ReadAllText(file).Trim(), key, out var written) && written == 32
            ? new SymmetricSecurityKey(key)
            : throw new InvalidOperationException($"Internal:SigningKeyFile ({file}) must hold 32 random bytes in base64, for example from `openssl rand -base64 32`.");
    }
}

public static class InternalIdentity
{
    /// <summary>The person behind a request that came through the gateway.</summary>
    public static Agent Agent(this HttpContext context) => context.User.Agent();

    /// <summary>The account that a request is to be given to, as the gateway found it. Null: none was named.</summary>
    public static Agent? Assignee(this HttpContext context) =>
        Guid.TryParse(context.User.FindFirstValue("assignee"), out var id) ? new(new AgentId(id), context.User.FindFirstValue("assignee_name") ?? "") : null;

    /// <summary>The person in a principal made from an internal token.</summary>
    public static Agent Agent(this ClaimsPrincipal user) =>
        new(new AgentId(Guid.Parse(user.FindFirstValue("sub")!)), user.FindFirstValue("name") ?? "");

    internal static void AddInternalIdentity(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<InternalSigningKey>();
        builder.Services.AddSingleton<InternalTokens>();
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<InternalSigningKey, TimeProvider>((jwt, key, clock) =>
            {
                jwt.MapInboundClaims = false;
                jwt.TimeProvider = clock;
                jwt.TokenValidationParameters = new TokenValidationParameters
                {
                    ValidIssuer = InternalTokens.Issuer,
                    ValidAudience = InternalTokens.Issuer,
                    IssuerSigningKey = key.Value,
                    NameClaimType = "name",
                    RoleClaimType = "role",
                    ClockSkew = TimeSpan.FromSeconds(10),
                    ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
                };
            });
        builder.Services.AddAuthorization();
    }
}
