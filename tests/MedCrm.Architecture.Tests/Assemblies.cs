using System.Reflection;

namespace MedCrm.Architecture.Tests;

/// <summary>Our own compiled code.</summary>
internal static class Assemblies
{
    public static IReadOnlyList<Assembly> Product { get; } =
    [
        .. Directory.EnumerateFiles(AppContext.BaseDirectory, "MedCrm.*.dll")
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Where(name => !name.EndsWith(".Tests", StringComparison.Ordinal))
            .Select(Assembly.Load),
    ];

    public static IEnumerable<Type> Types => Product.SelectMany(assembly => assembly.GetTypes());
}
