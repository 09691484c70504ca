using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Contracts.Patients;
using MedCrm.Hosting.Names;
using MedCrm.Hosting.Vault;

namespace MedCrm.Requests.Life;

/// <summary>
/// The names somebody goes by, opened to be compared. A phone or a mail address may serve a household: whose name contradicts one of these is
/// somebody else there; who gives none, or one that may be theirs, is taken for them. An account belongs to one person, whatever they call
/// themselves: no name counts there.
/// </summary>
internal sealed class KnownAs
{
    /// <summary>Of so many names one more tells nothing.</summary>
    private const int Most = 8;

    private readonly IReadOnlyList<(string Key, PersonName Name)> _names;

    private KnownAs(IEnumerable<Sealed> names, IPersonalDataVault vault) =>
        _names = [.. names.Select(vault.Open).Select(name => (Key: NameText.KeyOfAll(name), Name: PersonName.Read(name))).Where(name => !name.Name.IsEmpty)];

    public bool IsNobody => _names.Count == 0;

    /// <summary>Loads the keys that comparing these needs.</summary>
    public static Task PrefetchAsync(IPersonalDataVault vault, MessageReceived? message, IEnumerable<Request> requests, CancellationToken ct) =>
        vault.PrefetchAsync(requests.SelectMany(NamesOf).Concat(message is null ? [] : NamesOf(message)).Select(name => name.Subject), ct);

    public static KnownAs Of(MessageReceived message, IPersonalDataVault vault) => new(NamesOf(message), vault);

    public static KnownAs Of(Request request, IPersonalDataVault vault) => new(NamesOf(request), vault);

    /// <summary>Whether it comes from an account, not from an address that a household may share.</summary>
    public static bool IsOfAccount(MessageReceived message) =>
        message.ContactPoints.Any(point => point.System == ContactPointSystem.Account && point.Key == message.SubjectId);

    public bool Contradicts(KnownAs other) => _names.Any(mine => other._names.Any(theirs => mine.Name.Contradicts(theirs.Name)));

    /// <summary>Whether they tell a name that the other has not told, in whatever order and letters.</summary>
    public bool AddsTo(KnownAs other) => other._names.Count < Most && _names.Any(mine => other._names.All(theirs => theirs.Key != mine.Key));

    /// <summary>Whether they tell a name of more parts than any that the other has told: a surname alone is the whole family's.</summary>
    public bool IsFullerThan(KnownAs other) => _names.Any(mine => other._names.All(theirs => theirs.Name.Parts < mine.Name.Parts));

    /// <summary>The request of this person among others of the address: one where a name agrees, else the first that nothing contradicts.</summary>
    public Request? Choose(IEnumerable<Request> requests, IPersonalDataVault vault)
    {
        var possible = requests.Select(request => (request, names: Of(request, vault))).Where(one => !Contradicts(one.names)).ToList();
        return possible.OrderByDescending(one => Agrees(one.names)).FirstOrDefault().request;
    }

    private bool Agrees(KnownAs other) => _names.Any(mine => other._names.Any(theirs => mine.Name.Agrees(theirs.Name)));

    /// <summary>What a machine calls itself is nobody's name.</summary>
    private static IEnumerable<Sealed> NamesOf(MessageReceived message) => message.DisplayName is { } name && !message.Automated && !IsOfAccount(message) ? [name] : [];

    /// <summary>As they told it; who never did may be a patient for certain.</summary>
    private static IEnumerable<Sealed> NamesOf(Request request) =>
        request.OfAccount ? []
        : request.ContactName is { } first ? [first, .. request.FurtherNames]
        : request.Patient is { Grade: MatchGrade.Certain } patient ? [patient.Name]
        : [];
}
