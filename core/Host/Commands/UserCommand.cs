using System.CommandLine;
using System.Text;
using MedCrm.Gateway;
using MedCrm.Gateway.Session;
using MedCrm.Host.Embedded;
using MedCrm.Hosting.Identity;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace MedCrm.Host.Commands;

/// <summary>`medcrm user add`: how the first administrator gets in.</summary>
internal static class UserCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "What the person types to sign in." };
        var role = new Option<string[]>("--role") { Description = $"One or more of {string.Join(", ", Roles.All)}. Default: manager.", DefaultValueFactory = _ => [Roles.Manager], AllowMultipleArgumentsPerToken = true };
        role.AcceptOnlyFromAmong([.. Roles.All]);
        var display = new Option<string?>("--name") { Description = "The name colleagues see. Default: the sign-in name." };
        var stdin = new Option<bool>("--password-stdin") { Description = "Read the password from standard input. Otherwise one is made and printed." };
        var data = UpCommand.DataOption();
        var add = new Command("add", "Adds a person to the running hub.") { name, role, display, stdin, data };
        add.SetAction(async (parsed, ct) =>
        {
            var given = parsed.GetValue(stdin) ? (await Console.In.ReadLineAsync(ct))?.Trim() : null;
            if (parsed.GetValue(stdin) && string.IsNullOrEmpty(given))
            {
                throw new CommandException("No password came in on standard input.");
            }

            var userName = parsed.GetRequiredValue(name);
            var password = given ?? DataHome.NewPassword();
            using var hub = RunningHub.Load(parsed.GetRequiredValue(data));
            await AddAsync(hub, userName, parsed.GetValue(display) ?? userName, password, parsed.GetRequiredValue(role));
            var said = new StringBuilder($"{userName} can sign in");
            said.Append(given is null ? $" with password {password}" : "").Append('.');
            await Console.Out.WriteLineAsync(said, ct);
            return 0;
        });
        return new Command("user", "People who sign in.") { add };
    }

    /// <summary>By the gateway's own services, built but not started: who may add the first administrator must hold the database.</summary>
    private static async Task AddAsync(RunningHub hub, string userName, string displayName, string password, IEnumerable<string> roles)
    {
        hub.Database("Gateway");
        await using var gateway = GatewayPart.Part.Build(hub.Settings);
        await using var scope = gateway.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        var user = new User { Id = Guid.CreateVersion7(), UserName = userName, DisplayName = displayName, LockoutEnabled = true };
        Expect(await users.CreateAsync(user, password));
        Expect(await users.AddToRolesAsync(user, roles.Distinct()));
    }

    private static void Expect(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new CommandException(string.Join(" ", result.Errors.Select(error => error.Description)));
        }
    }
}
