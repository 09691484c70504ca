using MedCrm.Hosting;
using MedCrm.Hosting.Identity;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MedCrm.Gateway.Session;

/// <summary>Before anybody is let in: tables, roles and, in a demo, users.</summary>
internal sealed class UserSetup(IServiceProvider services, DemoOptions demo) : BeforeStart
{
    private static readonly (string UserName, string DisplayName, string Role)[] DemoUsers =
    [
        ("admin", "Администратор", Roles.Admin),
        ("supervisor", "Орлова Татьяна", Roles.Supervisor),
        ("manager", "Ковалёва Анна", Roles.Manager),
        ("manager2", "Сидоренко Мария", Roles.Manager),
    ];

    public override async Task StartingAsync(CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<UserDatabase>().Database.MigrateAsync(cancellationToken);
        var roles = scope.ServiceProvider.GetRequiredService<RoleManager<IdentityRole<Guid>>>();
        foreach (var role in Roles.All)
        {
            if (!await roles.RoleExistsAsync(role))
            {
                Expect(await roles.CreateAsync(new IdentityRole<Guid>(role)));
            }
        }

        if (demo.Enabled)
        {
            var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
            foreach (var (userName, displayName, role) in DemoUsers)
            {
                await AddDemoUserAsync(users, userName, displayName, role);
            }
        }
    }

    private async Task AddDemoUserAsync(UserManager<User> users, string userName, string displayName, string role)
    {
        var password = demo.Password ?? throw new InvalidOperationException("Demo:Password is required when Demo:Enabled is true.");
        if (await users.FindByNameAsync(userName) is { } known)
        {
            // The printed password must open the door, also when it was changed between two starts.
            if (!await users.CheckPasswordAsync(known, password))
            {
                Expect(await users.RemovePasswordAsync(known));
                Expect(await users.AddPasswordAsync(known, password));
            }

            return;
        }

        var user = new User { Id = Guid.CreateVersion7(), UserName = userName, DisplayName = displayName, LockoutEnabled = true };
        Expect(await users.CreateAsync(user, password));
        Expect(await users.AddToRoleAsync(user, role));
    }

    private static void Expect(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new InvalidOperationException($"Users could not be set up: {string.Join(" ", result.Errors.Select(error => error.Description))}");
        }
    }
}
