using Marten;
using MedCrm.Connectors.Sdk;
using MedCrm.Connectors.Sdk.Inbound;
using MedCrm.Peers.Telegram;
using Xunit;

namespace MedCrm.Connectors.Tests.Telegram;

/// <summary>Starts and stops the connector, so it has a rig of its own.</summary>
public sealed class RedeliveryTests(PostgresFixture postgres)
{
    [Fact]
    public async Task What_was_stored_but_not_confirmed_comes_again_and_counts_once()
    {
        var rig = new TelegramRig(postgres);
        await rig.InitializeAsync();
        try
        {
            var user = TelegramRig.Somebody();
            await rig.HearAsync(user, new() { ["text"] = "до" });

            // Ended before it could confirm, twice: once with its position kept, once with it lost as after a restored backup.
            for (var round = 0; round < 2; round++)
            {
                rig.Telegram.Fail("getUpdates", Fault.CutBefore);
                rig.Telegram.Fail("getUpdates", Fault.CutBefore);
                rig.Telegram.Fail("getUpdates", Fault.CutBefore);
                await rig.HearAsync(user, new() { ["text"] = $"раз {round}" });
                if (round == 1)
                {
                    await using var session = rig.Get<IDocumentStore>().LightweightSession();
                    session.Delete<StoredCheckpoint>("telegram/main");
                    await session.SaveChangesAsync();
                }

                await rig.StopAsync();
                rig.Telegram.Happen(TelegramRig.Polling, "message", rig.Telegram.Message(user, new() { ["text"] = $"пока нас не было {round}" }));
                await rig.StartAsync();
                await Eventually.TrueAsync(() => rig.Heard(user).Any(message => rig.Open(message.Text) == $"пока нас не было {round}"));
                await Eventually.TrueAsync(() => rig.Telegram.Bot(TelegramRig.Polling).Pending == 0);
            }

            Assert.Equal(["до", "раз 0", "пока нас не было 0", "раз 1", "пока нас не было 1"], rig.Heard(user).Select(message => rig.Open(message.Text)!));
            Assert.Empty(rig.Telegram.Offences);
        }
        finally
        {
            await rig.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_telegram_in_trouble_is_waited_for()
    {
        var rig = new TelegramRig(postgres);
        await rig.InitializeAsync();
        try
        {
            var user = TelegramRig.Somebody();
            rig.Telegram.Fail("getUpdates", Fault.InternalError);
            rig.Telegram.Fail("getUpdates", Fault.BadGateway);
            rig.Telegram.Fail("getUpdates", Fault.CutAfter);
            await rig.HearAsync(user, new() { ["text"] = "всё равно" });
            Assert.Single(rig.Heard(user));
            await Eventually.TrueAsync(() => rig.Get<ChannelHealth>().All.Single(channel => channel.Channel == "telegram/main").State == ChannelState.Connected);
        }
        finally
        {
            await rig.DisposeAsync();
        }
    }
}
