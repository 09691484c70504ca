using MedCrm.Connectors.NServiceBus;
using Xunit;

namespace MedCrm.Connectors.Tests.NServiceBus;

public sealed class NServiceBusOptionsTests
{
    [Fact]
    public void Without_endpoints_nothing_is_needed() => Assert.True(new NServiceBusOptionsValidator().Validate(null, new()).Succeeded);

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        var mistakes = string.Join('\n', new NServiceBusOptionsValidator().Validate(null, new()
        {
            Broker = "http://broker",
            Endpoints = [new() { Key = "Viber", Name = "Viber.Bridge" }, new() { Key = "a", Name = "" }, new() { Key = "a", Name = "B" }],
        }).Failures!);
        Assert.Contains("Broker must be", mistakes, StringComparison.Ordinal);
        Assert.Contains("Key", mistakes, StringComparison.Ordinal);
        Assert.Contains("Name", mistakes, StringComparison.Ordinal);
        Assert.Contains("a stands there twice", mistakes, StringComparison.Ordinal);
        Assert.Contains("medcrm.a stands there twice", mistakes, StringComparison.Ordinal);
    }
}
