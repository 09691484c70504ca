using MedCrm.Chat.Conversations;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using Xunit;

namespace MedCrm.Unit.Tests.Chat;

public sealed class ConversationTests
{
    private static readonly DataSubjectId Irina = DataSubjectId.New();
    private static readonly ContactPoint Phone = Point(ContactPointSystem.Phone, "phone");
    private static readonly ContactPoint Mail = Point(ContactPointSystem.Email, "mail");
    private static readonly ContactPoint Account = Point(ContactPointSystem.Account, "account");

    [Fact]
    public void A_mail_is_answered_by_the_mailbox_it_came_to() =>
        Assert.Equal(new ReplyRoute(ChannelKind.Email, "email/info", Mail.Value), Conversation.Open(ConversationId.New(), Inbound(ChannelKind.Email, "email/info", Mail)).Route());

    [Fact]
    public void A_form_is_answered_by_the_default_mailbox() =>
        Assert.Equal(new ReplyRoute(ChannelKind.Email, null, Mail.Value), Conversation.Open(ConversationId.New(), Inbound(ChannelKind.Website, "website/demo", Phone, Mail)).Route());

    [Theory]
    [InlineData(ChannelKind.Website)]
    [InlineData(ChannelKind.Email)]
    [InlineData(ChannelKind.Phone)]
    public void Without_an_address_for_it_there_is_no_written_answer(ChannelKind kind) =>
        Assert.Null(Conversation.Open(ConversationId.New(), Inbound(kind, "c", Phone)).Route());

    [Theory]
    [InlineData(ChannelKind.Chat)]
    public void A_channel_without_a_sender_cannot_be_answered(ChannelKind kind) =>
        Assert.Null(Conversation.Open(ConversationId.New(), Inbound(kind, "c", Account)).Route());

    [Fact]
    public void A_messenger_is_answered_by_the_bot_it_came_to_until_the_contact_blocks_it()
    {
        var inbound = Inbound(ChannelKind.Telegram, "telegram/main", Account);
        var conversation = Conversation.Open(ConversationId.New(), inbound);
        conversation.Learn(inbound);
        Assert.Equal(new ReplyRoute(ChannelKind.Telegram, "telegram/main", Account.Value), conversation.Route());
        Assert.True(conversation.Reach(false, inbound.SentAt.AddMinutes(2)));
        Assert.Null(conversation.Route());
        Assert.False(conversation.Reach(true, inbound.SentAt.AddMinutes(1)));
        conversation.Learn(inbound with { SentAt = inbound.SentAt.AddMinutes(3) });
        Assert.NotNull(conversation.Route());
    }

    [Fact]
    public void Every_kind_of_channel_knows_whether_it_can_be_answered()
    {
        foreach (var kind in Enum.GetValues<ChannelKind>())
        {
            Assert.Null(Record.Exception(() => Conversation.Open(ConversationId.New(), Inbound(kind, "c", Phone, Mail, Account)).Route()));
        }
    }

    [Fact]
    public void A_later_message_brings_the_name_and_the_address_that_the_first_one_lacked()
    {
        var conversation = Conversation.Open(ConversationId.New(), Inbound(ChannelKind.Website, "website/demo", Phone));
        Assert.Null(conversation.Route());
        var later = Inbound(ChannelKind.Website, "website/demo", Phone, Mail) with { DisplayName = new Sealed(Irina, "name") };
        conversation.Learn(later);
        conversation.Learn(later with { DisplayName = new Sealed(Irina, "another") });
        Assert.Equal([Phone, Mail], conversation.ContactPoints);
        Assert.Equal(new Sealed(Irina, "name"), conversation.ContactName);
        Assert.Equal(Mail.Value, conversation.Route()?.To);
    }

    [Fact]
    public void Only_the_same_person_joins_a_thread()
    {
        var conversation = Conversation.Open(ConversationId.New(), Inbound(ChannelKind.Website, "website/demo", Phone, Mail));
        Assert.True(conversation.IsWith(Inbound(ChannelKind.Email, "email/info", Mail)));
        Assert.False(conversation.IsWith(Inbound(ChannelKind.Email, "email/info", Point(ContactPointSystem.Email, "other"))));
    }

    [Fact]
    public void A_thread_remembers_its_root_and_the_last_messages()
    {
        var conversation = new Conversation();
        for (var n = 1; n <= 30; n++)
        {
            conversation.Remember($"{n}@mail.example");
        }

        Assert.Equal(20, conversation.Thread.Count);
        Assert.Equal("1@mail.example", conversation.Thread[0]);
        Assert.Equal("30@mail.example", conversation.Thread[^1]);
        Assert.Equal("12@mail.example", conversation.Thread[1]);
    }

    [Fact]
    public void A_repeated_id_moves_to_the_end_of_the_thread()
    {
        var conversation = new Conversation();
        foreach (var id in new[] { "a", "b", "a" })
        {
            conversation.Remember(id);
        }

        Assert.Equal(["b", "a"], conversation.Thread);
    }

    private static ContactPoint Point(ContactPointSystem system, string what) => new(system, DataSubjectId.New(), new Sealed(Irina, what));

    private static ReceiveInboundMessage Inbound(ChannelKind kind, string channel, params ContactPoint[] points) => new(
        kind, channel, "external", Irina, points, null, null, [], [], "topic", null, new Sealed(Irina, "text"), new Sealed(Irina, "preview"), [], null, null, false, [],
        DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, Guid.NewGuid());
}
