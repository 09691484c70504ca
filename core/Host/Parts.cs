using MedCrm.Chat;
using MedCrm.Connectors.Email;
using MedCrm.Connectors.Http;
using MedCrm.Connectors.Max;
using MedCrm.Connectors.NServiceBus;
using MedCrm.Connectors.Telegram;
using MedCrm.Connectors.Telephony;
using MedCrm.Connectors.Website;
using MedCrm.Gateway;
using MedCrm.Hosting;
using MedCrm.Patients;
using MedCrm.Requests;

namespace MedCrm.Host;

/// <summary>The catalogue: everything `up` starts, in the order of starting. The gateway comes last, so that nobody is let in before the rooms answer.</summary>
public static class Parts
{
    public const string Gateway = "gateway";

    public static IReadOnlyList<Part> All { get; } = [ChatPart.Part, RequestsPart.Part, PatientsPart.Part, WebsiteConnector.Part, EmailConnector.Part, TelegramConnector.Part, MaxConnector.Part, TelephonyConnector.Part, HttpConnector.Part, NServiceBusConnector.Part, GatewayPart.Part];

    /// <summary>Picks parts by name, in the order of the catalogue.</summary>
    /// <param name="catalogue">What there is.</param>
    /// <param name="names">What is wanted.</param>
    /// <exception cref="CommandException">A name is not in the catalogue.</exception>
    public static IReadOnlyList<Part> Pick(IReadOnlyList<Part> catalogue, IReadOnlyCollection<string> names)
    {
        var unknown = names.Except(catalogue.Select(part => part.Name), StringComparer.Ordinal).ToList();
        return unknown.Count == 0
            ? [.. catalogue.Where(part => names.Contains(part.Name))]
            : throw new CommandException($"No such part: {string.Join(", ", unknown)}. There are: {string.Join(", ", catalogue.Select(part => part.Name))}.");
    }
}
