using Marten;
using MedCrm.Connectors.Sdk;
using MedCrm.Connectors.Sdk.Outbound;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Hosting;
using Xunit;

namespace MedCrm.Connectors.Tests.Sdk;

/// <summary>The page of channels says where answers wait: one that names no channel, or one that is gone, waits at the connector's default.</summary>
public sealed class AnswersUnderWayTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Each_answer_under_way_is_counted_at_the_channel_that_sends_it()
    {
        await using var connector = await TestConnector.StartAsync(await postgres.SettingsAsync());
        await using (var session = connector.Get<IDocumentStore>().LightweightSession())
        {
            session.Store(UnderWay("mail/a"), UnderWay(null), UnderWay(null), UnderWay("mail/gone"), UnderWay("mail/b"), UnderWay(null) with { Outcome = DeliveryStatus.Sent });
            await session.SaveChangesAsync();
        }

        Assert.Equal([1, 4], await QueuesAsync(connector, "mail/b", "mail/a", "mail/b"));
        Assert.Equal([1, 1], await QueuesAsync(connector, null, "mail/a", "mail/b"));
        Assert.Equal([5], await QueuesAsync(connector, null, "mail/a"));
    }

    private static async Task<IEnumerable<int?>> QueuesAsync(TestConnector connector, string? byDefault, params IEnumerable<string> channels)
    {
        await using var session = connector.Get<IDocumentStore>().QuerySession();
        var list = await ChannelEndpoints.ListAsync(
            [.. channels.Select(channel => new ChannelStatus(channel, ChannelState.Connected, null, null))], byDefault, session,
            connector.Get<ChannelAlertOptions>(), connector.Get<BusinessHours>(), TimeProvider.System.GetUtcNow(), default);
        return list.Select(channel => channel.Queue);
    }

    private static OutboundAttempt UnderWay(string? channel) =>
        new() { Id = Guid.NewGuid(), SubjectId = DataSubjectId.New(), Channel = channel, FirstAt = TimeProvider.System.GetUtcNow(), Attempts = 1 };
}
