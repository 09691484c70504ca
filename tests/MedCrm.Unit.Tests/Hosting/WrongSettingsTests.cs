using MedCrm.Host;
using MedCrm.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace MedCrm.Unit.Tests.Hosting;

/// <summary>Somebody who corrects settings must not have to start the hub once for every mistake.</summary>
public sealed class WrongSettingsTests
{
    [Fact]
    public void All_mistakes_of_the_bus_are_told_at_once() => Assert.Equal(
        [
            "Bus: Bus:RabbitMq must be an address such as amqp://user:password@host:5672/vhost when Bus:Transport is RabbitMq.",
            "Bus: Bus:Parallelism must be 3, 5, 7 or 9.",
        ],
        Mistakes("chat", ("Bus:Transport", "RabbitMq"), ("Bus:RabbitMq", "localhost"), ("Bus:Parallelism", "4")));

    [Theory]
    [InlineData("Bus:Transport", "Kafka")]
    [InlineData("Bus:Parallelism", "many")]
    [InlineData("Bus:Parallelism", "11")]
    [InlineData("Bus:Clustered", "perhaps")]
    public void A_value_of_the_wrong_kind_is_told_with_its_section(string key, string value) => Assert.StartsWith("Bus:", Assert.Single(Mistakes("chat", (key, value))), StringComparison.Ordinal);

    [Fact]
    public void All_mistakes_of_the_standard_for_answers_are_told_at_once()
    {
        var mistakes = Mistakes(
            "requests",
            ("Requests:Sla:FirstResponse", "31.00:00:00"), ("BusinessHours:TimeZone", "Europe/Nowhere"), ("BusinessHours:Hours:Monday", "20:00-08:00"), ("BusinessHours:WorkingDays:2026-03-08", "always"),
            ("BusinessHours:WorkingDays:8 March", "09:00-10:00"));
        Assert.Equal(
            [
                "BusinessHours: TimeZone 'Europe/Nowhere' is not an IANA zone such as Europe/Moscow.",
                "BusinessHours: hours of Monday: '20:00-08:00' must look like 08:00-13:00,14:00-20:00, rising and without overlaps.",
                "BusinessHours: hours of 2026-03-08: 'always' must look like 08:00-13:00,14:00-20:00, rising and without overlaps.",
                "BusinessHours: WorkingDays: '8 March' is not a day such as 2026-01-31.",
                "Requests: Sla:FirstResponse must be between 0 and 30 days.",
            ],
            mistakes);
    }

    [Fact]
    public void Mistakes_of_the_rules_and_of_the_standard_are_told_together() => Assert.Equal(
        3, Mistakes("requests", ("Requests:ReopenWithin", "-1.00:00:00"), ("Requests:IdentificationPatience", "00:00:01"), ("Requests:Sla:FirstResponse", "31.00:00:00")).Count);

    [Fact]
    public void All_mistakes_of_forms_are_told_at_once()
    {
        var told = string.Join('\n', Mistakes(
            "website",
            ("Connectors:Website:TrustedProxies:0", "everybody"), ("Connectors:Website:LargeBodiesAtOnce", "0"),
            ("Connectors:Website:Forms:0:Key", "Запись"), ("Connectors:Website:Forms:0:MaxFields", "0"), ("Connectors:Website:Forms:1:Key", "ok"), ("Connectors:Website:Forms:1:MaxBodyBytes", "1")));
        foreach (var named in new[] { "everybody", "LargeBodiesAtOnce", "Key", "MaxFields", "MaxBodyBytes" })
        {
            Assert.Contains(named, told, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void All_mistakes_of_mailboxes_are_told_at_once()
    {
        var told = string.Join('\n', Mistakes(
            "email",
            ("Connectors:Email:DefaultMailbox", "none"), ("Connectors:Email:Mailboxes:0:Key", "Регистратура"), ("Connectors:Email:Mailboxes:0:Address", "nowhere"),
            ("Connectors:Email:Mailboxes:0:Imap:Port", "0"), ("Connectors:Email:Mailboxes:0:PollInterval", "00:00:00")));
        foreach (var named in new[] { "DefaultMailbox", "Mailboxes[0].Key", "Mailboxes[0].Address", "Mailboxes[0].Imap.Host", "Mailboxes[0].Imap.Port", "Mailboxes[0].Imap.UserName", "Mailboxes[0].Smtp.Host", "Mailboxes[0].PollInterval" })
        {
            Assert.Contains(named, told, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Mistakes_of_all_parts_are_told_together()
    {
        using var scratch = new ScratchSettings();
        var settings = With(scratch, ("Bus:Parallelism", "4"), ("BusinessHours:TimeZone", "Mars"), ("Vault:KeyLifetime", "00:00:00"), ("ConnectionStrings:Chat", ""));
        var told = Assert.Throws<CommandException>(() => Hub.Build(Parts.All, settings)).Message;
        foreach (var named in new[] { "Bus:Parallelism", "Mars", "ConnectionStrings:Chat is missing" })
        {
            Assert.Contains(named, told, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Scratch_settings_are_right()
    {
        using var scratch = new ScratchSettings();
        Assert.All(Parts.All, part => Assert.Empty(MistakesOf(part, scratch.Values)));
    }

    private static IReadOnlyList<string> Mistakes(string part, params (string Key, string Value)[] wrong)
    {
        using var scratch = new ScratchSettings();
        return MistakesOf(Parts.Pick(Parts.All, [part])[0], With(scratch, wrong));
    }

    private static IReadOnlyList<string> MistakesOf(Part part, IConfiguration settings)
    {
        try
        {
            using var app = (IDisposable)part.Build(settings);
            ((WebApplication)app).Services.GetService<IStartupValidator>()?.Validate();
            return [];
        }
        catch (SettingsException e)
        {
            return e.Mistakes;
        }
        catch (OptionsValidationException e)
        {
            return [.. e.Failures];
        }
        catch (AggregateException e)
        {
            return [.. e.InnerExceptions.SelectMany(inner => inner is OptionsValidationException wrong ? wrong.Failures : [inner.Message])];
        }
    }

    private static IConfiguration With(ScratchSettings scratch, params (string Key, string Value)[] more) =>
        new ConfigurationBuilder().AddConfiguration(scratch.Values).AddInMemoryCollection(more.ToDictionary(pair => pair.Key, string? (pair) => pair.Value)).Build();
}
