using System.Reflection;
using System.Text.RegularExpressions;
using MedCrm.Contracts;
using Xunit;

namespace MedCrm.Architecture.Tests;

public partial class WireContractTests
{
    [Fact]
    public void Every_wire_record_is_sealed_and_has_a_name_of_its_own()
    {
        var named = typeof(WireNameAttribute).Assembly.GetTypes().Where(type => type.GetCustomAttribute<WireNameAttribute>() is not null).ToList();
        Assert.NotEmpty(named);
        Assert.Empty(Offences(named));
    }

    [Fact]
    public void Whatever_is_about_a_person_and_travels_has_a_wire_name() =>
        Assert.Empty(typeof(IAboutSubject).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IAboutSubject)) && type.GetCustomAttribute<WireNameAttribute>() is null)
            .Select(type => type.Name));

    [Fact]
    public void Two_records_with_one_name_an_open_record_and_a_name_without_a_version_are_caught() =>
        Assert.Equal(
            ["Second: chat.planted/1 is taken by First", "Open is not sealed", "Unversioned: 'planted' is not owner.name/version"],
            Offences([typeof(First), typeof(Second), typeof(Open), typeof(Unversioned)]));

    private static IEnumerable<string> Offences(IEnumerable<Type> types)
    {
        var owners = new Dictionary<string, Type>();
        foreach (var type in types)
        {
            var name = type.GetCustomAttribute<WireNameAttribute>()!.Name;
            if (!type.IsSealed)
            {
                yield return $"{type.Name} is not sealed";
            }

            if (!Shape().IsMatch(name))
            {
                yield return $"{type.Name}: '{name}' is not owner.name/version";
            }

            if (!owners.TryAdd(name, type))
            {
                yield return $"{type.Name}: {name} is taken by {owners[name].Name}";
            }
        }
    }

    [GeneratedRegex(@"^[a-z]+(\.[a-z][a-z0-9-]*)+/[1-9][0-9]*$")]
    private static partial Regex Shape();

    [WireName("chat.planted/1")]
    private sealed record First;

    [WireName("chat.planted/1")]
    private sealed record Second;

    [WireName("chat.open/1")]
    private record Open;

    private sealed record Heir : Open;

    [WireName("planted")]
    private sealed record Unversioned;
}
