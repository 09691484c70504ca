using System.Globalization;
using Marten;
using MedCrm.Connectors.Sdk;
using MedCrm.Connectors.Sdk.Inbound;
using MedCrm.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Xunit;

namespace MedCrm.Connectors.Tests.Sdk;

/// <summary>A channel that says nothing for too long in working hours. 2026-03-02 is a Monday; the centre works 08:00-20:00 in Moscow, on Saturday 09:00-15:00.</summary>
public sealed class SilenceTests(PostgresFixture postgres)
{
    private static readonly BusinessHours Hours = new(new BusinessHoursOptions());

    [Theory]
    [InlineData("2026-03-02T10:00+03:00", "2026-03-02T13:59+03:00", null)]
    [InlineData("2026-03-02T10:00+03:00", "2026-03-02T14:00+03:00", "2026-03-02T14:00+03:00")]
    [InlineData("2026-03-02T10:00+03:00", "2026-03-02T23:00+03:00", "2026-03-02T14:00+03:00")]
    [InlineData("2026-03-02T19:00+03:00", "2026-03-03T10:59+03:00", null)]
    [InlineData("2026-03-02T19:00+03:00", "2026-03-03T11:00+03:00", "2026-03-03T11:00+03:00")]
    [InlineData("2026-03-07T14:00+03:00", "2026-03-09T10:59+03:00", null)]
    [InlineData("2026-03-07T14:00+03:00", "2026-03-09T11:00+03:00", "2026-03-09T11:00+03:00")]
    public void Only_working_time_counts(string last, string now, string? since) =>
        Assert.Equal(since is null ? null : At(since), ChannelEndpoints.SilentSince(Status("email/info", At(last)), new(), Hours, At(now)));

    [Theory]
    [InlineData("website/main", null)]
    [InlineData("email/info", "2026-03-02T14:00+03:00")]
    [InlineData("email/spare", "2026-03-02T11:00+03:00")]
    [InlineData("telephony/main", null)]
    public void A_channel_has_the_limit_of_its_name_or_of_its_connector_or_none(string channel, string? since)
    {
        var alerts = new ChannelAlertOptions();
        alerts.SilenceAlert["email/spare"] = TimeSpan.FromHours(1);
        alerts.SilenceAlert["telephony"] = TimeSpan.Zero;
        Assert.Equal(since is null ? null : At(since), ChannelEndpoints.SilentSince(Status(channel, At("2026-03-02T10:00+03:00")), alerts, Hours, At("2026-03-02T19:00+03:00")));
    }

    [Fact]
    public void A_channel_that_never_spoke_counts_from_when_it_was_opened() =>
        Assert.Equal(At("2026-03-02T14:00+03:00"), ChannelEndpoints.SilentSince(Status("email/info", null) with { Since = At("2026-03-02T10:00+03:00") }, new(), Hours, At("2026-03-02T15:00+03:00")));

    [Fact]
    public async Task It_is_told_until_a_message_comes_also_by_a_process_that_heard_nothing_itself()
    {
        var clock = new SetClock { Now = At("2026-03-02T10:00+03:00") };
        var settings = await postgres.SettingsAsync(("Channels:SilenceAlert:test", "03:00:00"));
        await using (var first = await StartAsync())
        {
            await first.Sink.AcceptAsync(TestConnector.Raw("1"), [TestConnector.Message("1")], null, default);
        }

        // Started anew, it knows from the database when the channel spoke.
        await using var second = await StartAsync();
        second.Get<ChannelHealth>().Connected("test/a");
        clock.Now = At("2026-03-02T12:59+03:00");
        var told = await ChannelAsync(second);
        Assert.Null(told.SilentSince);
        Assert.Equal(At("2026-03-02T10:00+03:00"), told.LastMessageAt);
        clock.Now = At("2026-03-02T13:01+03:00");
        Assert.Equal(At("2026-03-02T13:00+03:00"), (await ChannelAsync(second)).SilentSince);
        await second.Sink.AcceptAsync(TestConnector.Raw("2"), [TestConnector.Message("2")], null, default);
        Assert.Null((await ChannelAsync(second)).SilentSince);

        // The pulse in the database moves at most once a minute.
        clock.Now += TimeSpan.FromSeconds(30);
        await second.Sink.AcceptAsync(TestConnector.Raw("3"), [TestConnector.Message("3")], null, default);
        await using var session = second.Get<IDocumentStore>().QuerySession();
        Assert.Equal(At("2026-03-02T13:01+03:00"), (await session.LoadAsync<ChannelPulse>("test/a"))!.HeardAt);

        Task<TestConnector> StartAsync() => TestConnector.StartAsync(settings, connector => connector.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock)));
    }

    private static async Task<ChannelStatus> ChannelAsync(TestConnector connector)
    {
        await using var session = connector.Get<IDocumentStore>().QuerySession();
        return Assert.Single(await ChannelEndpoints.ListAsync(
            connector.Get<ChannelHealth>().All, null, session, connector.Get<ChannelAlertOptions>(), connector.Get<BusinessHours>(), connector.Get<TimeProvider>().GetUtcNow(), default));
    }

    private static ChannelStatus Status(string channel, DateTimeOffset? last) => new(channel, ChannelState.Connected, last, null);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now.ToUniversalTime();
    }
}
