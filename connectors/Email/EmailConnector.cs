using Marten;
using MedCrm.Connectors.Sdk;
using MedCrm.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.Email;

/// <summary>The clinic's mailboxes.</summary>
public static class EmailConnector
{
    public static Part Part { get; } = ConnectorPart.Create("email", typeof(EmailConnector).Assembly, connector =>
        connector.Services.AddEmailConnector(connector.Configuration));

    /// <summary>Adds a source for each folder to read, the sender and the connection test. The Sdk's own services, the vault and Marten must be registered elsewhere.</summary>
    public static IServiceCollection AddEmailConnector(this IServiceCollection services, IConfiguration configuration)
    {
        Charsets.Register();
        var section = configuration.GetSection(EmailOptions.Section);
        services.AddOptions<EmailOptions>().Bind(section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EmailOptions>, EmailOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<MailLines>();
        services.TryAddSingleton<IRefreshTokens, MartenRefreshTokens>();
        services.AddOptions<EmailOptions>().PostConfigure<IServiceProvider>((options, provider) =>
        {
            foreach (var mailbox in options.Mailboxes.Where(mailbox => mailbox.OAuth.IsOn))
            {
                mailbox.Tokens = new AccessTokens(mailbox, provider.GetRequiredService<IRefreshTokens>(), provider.GetRequiredService<TimeProvider>());
            }
        });
        services.TryAddSingleton<IAutoReplyJournal, MartenAutoReplyJournal>();
        services.ConfigureMarten(store =>
        {
            store.Schema.For<AutoReply>().Identity(reply => reply.Id).UseOptimisticConcurrency(true);
            store.Schema.For<KeptRefreshToken>();
        });
        services.AddSingleton<IOutboundSender, SmtpSender>();
        services.AddSingleton<IConnectionTest, EmailConnectionTest>();
        services.AddSingleton<IRawInputMapper, MailReader>();

        // How many sources there are is known from the settings alone; a value that cannot be read is reported by the validation at start.
        foreach (var (index, settings) in section.GetSection(nameof(EmailOptions.Mailboxes)).GetChildren().Index())
        {
            services.AddSingleton<IInboundSource>(provider => Create(provider, index, junk: false));
            if (!string.IsNullOrEmpty(settings[nameof(MailboxOptions.JunkFolder)]))
            {
                services.AddSingleton<IInboundSource>(provider => Create(provider, index, junk: true));
            }
        }

        return services;
    }

    private static Mailbox Create(IServiceProvider services, int index, bool junk)
    {
        var all = services.GetRequiredService<IOptions<EmailOptions>>().Value;
        var mailbox = all.Mailboxes[index];
        var clock = services.GetRequiredService<TimeProvider>();
        var acknowledgement = new Acknowledgement(
            mailbox,
            services.GetRequiredService<IAutoReplyJournal>(),
            services.GetRequiredService<MailLines>().Of(mailbox).Smtp,
            clock,
            services.GetRequiredService<ILogger<Acknowledgement>>());
        return new Mailbox(
            mailbox,
            junk ? mailbox.JunkFolder! : mailbox.Folder,
            MailboxIdentity.Of(mailbox.Channel, all.Mailboxes),
            services.GetRequiredService<IInboundSink>(),
            services.GetRequiredService<ICheckpointStore>(),
            acknowledgement,
            services.GetRequiredService<ChannelHealth>(),
            clock,
            services.GetRequiredService<ILogger<Mailbox>>());
    }
}
