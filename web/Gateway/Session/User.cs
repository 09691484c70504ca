using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace MedCrm.Gateway.Session;

/// <summary>A person who signs in to the window.</summary>
public sealed class User : IdentityUser<Guid>
{
    /// <summary>As colleagues see it: "Ковалёва А."</summary>
    public string DisplayName { get; set; } = "";
}

/// <summary>Users and roles (ASP.NET Core Identity), in a schema of their own.</summary>
public sealed class UserDatabase(DbContextOptions<UserDatabase> options) : IdentityDbContext<User, IdentityRole<Guid>, Guid>(options)
{
    public const string Schema = "gateway_users";

    protected override void OnModelCreating(ModelBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        base.OnModelCreating(builder);
        builder.HasDefaultSchema(Schema);
        builder.Entity<User>().Property(user => user.DisplayName).HasMaxLength(100);
    }
}
