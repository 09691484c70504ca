using System.Runtime.CompilerServices;
using MedCrm.Connectors.Email;
using MedCrm.Connectors.Http;
using MedCrm.Connectors.Max;
using MedCrm.Connectors.NServiceBus;
using MedCrm.Connectors.Sdk;
using MedCrm.Connectors.Telegram;
using MedCrm.Connectors.Telephony;
using MedCrm.Connectors.WebChat;
using MedCrm.Connectors.Website;
using MedCrm.Gateway;
using MedCrm.Host;
using MedCrm.Hosting;
using MedCrm.Hosting.Blobs;
using MedCrm.Hosting.Bus;
using MedCrm.Hosting.Identity;
using MedCrm.Hosting.Retention;
using MedCrm.Hosting.Vault;
using MedCrm.Patients.Appointments;
using MedCrm.Patients.Mis;
using MedCrm.Patients.Reminders;
using MedCrm.Requests;
using Xunit;

namespace MedCrm.Unit.Tests.Settings;

public sealed class SettingsTableTests
{
    private const string Begin = "<!-- settings -->";
    private const string End = "<!-- /settings -->";
    private const string Switch = "MEDCRM_WRITE_README";

    private static readonly (string, Type)[] Sections =
    [
        (BusOptions.Section, typeof(BusOptions)), (VaultOptions.Section, typeof(VaultOptions)), (BlobOptions.Section, typeof(BlobOptions)), (RetentionOptions.Section, typeof(RetentionOptions)),
        (InternalIdentityOptions.Section, typeof(InternalIdentityOptions)), (BusinessHoursOptions.Section, typeof(BusinessHoursOptions)), (GatewayOptions.Section, typeof(GatewayOptions)), (DemoOptions.Section, typeof(DemoOptions)),
        (MisOptions.Section, typeof(MisOptions)), (BookingOptions.Section, typeof(BookingOptions)), (ReminderOptions.Section, typeof(ReminderOptions)), (RequestsOptions.Section, typeof(RequestsOptions)),
        (ChannelAlertOptions.Section, typeof(ChannelAlertOptions)),
        (WebsiteOptions.Section, typeof(WebsiteOptions)), (WebChatOptions.Section, typeof(WebChatOptions)), (EmailOptions.Section, typeof(EmailOptions)), (HttpDoorOptions.Section, typeof(HttpDoorOptions)),
        (NServiceBusOptions.Section, typeof(NServiceBusOptions)),
        (TelegramOptions.Section, typeof(TelegramOptions)), (MaxOptions.Section, typeof(MaxOptions)),
        (TelephonyOptions.Section, typeof(TelephonyOptions)), (TelemetryOptions.Section, typeof(TelemetryOptions)),
    ];

    private static string Guide { get; } = FindGuide();

    [Fact]
    public void The_guide_lists_every_setting_as_the_code_has_it()
    {
        var table = SettingsTable.Of(Sections);
        var guide = File.Exists(Guide) ? File.ReadAllText(Guide) : $"# Settings\n\n{Begin}\n{End}\n";
        var (from, to) = (guide.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, guide.IndexOf(End, StringComparison.Ordinal));
        Assert.True(from >= Begin.Length && to >= from, $"{Guide} must hold the marks {Begin} and {End}.");
        if (Environment.GetEnvironmentVariable(Switch) == "1")
        {
            guide = string.Concat(guide.AsSpan(0, from), "\n", table, guide.AsSpan(to));
            File.WriteAllText(Guide, guide);
            return;
        }

        Assert.True(guide[from..to] == "\n" + table, $"docs/settings.md is behind the code. Refresh it: {Switch}=1 ./medcrm test --only unit");
    }

    [Fact]
    public void Every_setting_says_what_it_means() =>
        Assert.DoesNotContain(SettingsTable.Of(Sections).Split('\n'), line => line.StartsWith("| `", StringComparison.Ordinal) && line.EndsWith("|  |", StringComparison.Ordinal));

    [Fact]
    public void A_class_of_settings_that_nobody_listed_is_noticed() =>
        Assert.Empty(Sections.Select(section => section.Item2.Assembly).Distinct()
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.GetField("Section", BindingFlagsOfConstants) is { IsLiteral: true })
            .Except(Sections.Select(section => section.Item2)));

    private const System.Reflection.BindingFlags BindingFlagsOfConstants = System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Static;

    private static string FindGuide([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", "settings.md"));
}
