using MedCrm.Chat.Conversations;
using MedCrm.Chat.Messages;
using MedCrm.Contracts;
using MedCrm.Hosting;
using MedCrm.Hosting.Bus;
using MedCrm.Hosting.Retention;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace MedCrm.Chat;

/// <summary>The room of conversations and messages.</summary>
public static class ChatPart
{
    public static Part Part { get; } = new("chat", Build);

    /// <summary>Connectors that can carry an answer; each has a queue of its own.</summary>
    internal static IReadOnlyList<ChannelKind> Senders { get; } = [ChannelKind.Email, ChannelKind.Telegram, ChannelKind.Max, ChannelKind.Chat, ChannelKind.Http, ChannelKind.NServiceBus];

    private static WebApplication Build(IConfiguration configuration)
    {
        var builder = PartBuilder.Create("chat", typeof(ChatPart).Assembly, "Chat", configuration)
            .UseStore(store =>
            {
                // Two addresses of one person are two queues: what the one learns must not undo what the other has learnt.
                store.Schema.For<Conversation>().UseOptimisticConcurrency(true);
                store.Schema.For<Message>();
                store.Schema.For<MessageAlias>();
                store.Schema.For<StoredAttachment>().Duplicate(file => file.UploadedAt, configure: index =>
                {
                    index.Name = "uploads_not_sent";
                    index.Predicate = "uploaded_at is not null";
                });
            })
            .Hears(Queues.Chat)
            .UseBus((options, bus) =>
            {
                foreach (var kind in Senders)
                {
                    options.SendsTo(bus, ReplyRoute.QueueOf(kind));
                }
            });
        var retention = builder.Bind<RetentionOptions>(RetentionOptions.Section);
        builder.Web.Services.AddSingleton(retention);
        builder.Forgets(UploadRetention.Rule(retention));
        var app = builder.Build();
        var api = app.MapGroup("/api").RequireAuthorization();
        SendMessageEndpoint.Map(api);
        AddNoteEndpoint.Map(api);
        UploadAttachmentEndpoint.Map(api);
        GetAttachmentEndpoint.Map(api);
        app.MapOpenApi();
        return app;
    }
}
