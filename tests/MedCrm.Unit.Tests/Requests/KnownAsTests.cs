using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Contracts.Patients;
using MedCrm.Hosting.Vault;
using MedCrm.Requests.Life;
using Xunit;
using static MedCrm.Unit.Tests.Requests.Happenings;

namespace MedCrm.Unit.Tests.Requests;

/// <summary>Whose request is it, where several people share a telephone?</summary>
public sealed class KnownAsTests
{
    private static readonly IPersonalDataVault Vault = new OpenVault();

    /// <summary>Names that wrote one after another from one telephone, and in which request each landed: 0 is the first one.</summary>
    [Theory]
    [InlineData("Иван Петров|Мария Петрова|Мария|Ваня|Петрова Маша", "0|1|1|0|1")]
    [InlineData("Анна|Анна Петрова|Петрова Аня|Anna Petrova|Анна Птерова", "0|0|0|0|0")]
    [InlineData("Петрова|Анна Петрова|Мария Петрова", "0|0|1")] // the surname was the whole family's, until a name told whose
    [InlineData("Анна|Анна Петрова|Анна Сидорова|Анна", "0|0|1|1")]
    [InlineData("Мельник|Мельник Анна|Мельник Пётр|Ли Анна|Ли", "0|0|1|2|2")] // surnames that look like none
    [InlineData("Эльзара|Анна|Мельник", "0|1|2")]
    [InlineData("Иван Петров|Сидорова|Иван", "0|1|0")] // where the name agrees, not where nothing is known of it
    [InlineData("Иван Петров|Мария Петрова||Иван Петров", "0|1|1|0")] // without a name: the latest
    [InlineData("|Иван Петров|Мария Петрова", "0|0|1")]
    [InlineData("Иван|Мария|Пётр|Анна|Мария", "0|1|2|3|1")]
    public void Each_name_has_a_request_of_its_own(string names, string landed)
    {
        var open = new List<Request>();
        var where = new List<int>();
        foreach (var name in names.Split('|'))
        {
            var message = From(name);
            var told = KnownAs.Of(message, Vault);
            if (told.Choose(open.AsEnumerable().Reverse(), Vault) is { } joined)
            {
                where.Add(open.IndexOf(joined));
                open[where[^1]] = Request.After(joined, new MessageAttached(message, Noon, TellsName: told.AddsTo(KnownAs.Of(joined, Vault))));
            }
            else
            {
                where.Add(open.Count);
                open.Add(Opened(message, RequestLog.FreePlace(open)));
            }
        }

        Assert.Equal(landed.Split('|').Select(int.Parse), where);
        Assert.Equal(open.Count, open.Select(request => request.Place ?? 0).Distinct().Count());
    }

    [Fact]
    public void The_name_of_a_certain_patient_counts_where_none_was_told_and_a_likely_ones_does_not()
    {
        var told = KnownAs.Of(From("Мария Петрова"), Vault);
        Assert.True(told.Contradicts(Of(MatchGrade.Certain)));
        Assert.False(told.Contradicts(Of(MatchGrade.Probable)));

        static KnownAs Of(MatchGrade grade) =>
            KnownAs.Of(Request.After(Opened(From("")), Linked(new PatientCandidate("1", Words("Петров Иван Сергеевич"), null, grade, []))), Vault);
    }

    [Fact]
    public void An_account_is_one_person_whatever_they_call_themselves()
    {
        var message = From("Кот") with { ContactPoints = [new ContactPoint(ContactPointSystem.Account, Irina, Words("account")), new ContactPoint(ContactPointSystem.Phone, DataSubjectId.New(), Words("phone"))] };
        Assert.True(KnownAs.Of(message, Vault).IsNobody);
        Assert.True(KnownAs.Of(Opened(message), Vault).IsNobody);
    }

    [Fact]
    public void Somebody_elses_word_in_a_thread_says_nothing_of_the_person()
    {
        var request = Request.After(Opened(From("") with { ContactPoints = [] }), new MessageAttached(From("Щеглов Пётр"), Noon, OfOther: true));
        Assert.Null(request.ContactName);
        Assert.Null(request.Phone);
        Assert.Empty(request.AddressKeys);
        Assert.Equal(2, request.Unread);
    }

    [Fact]
    public void A_machine_bears_no_name() => Assert.True(KnownAs.Of(From("Мария Петрова") with { Automated = true }, Vault).IsNobody);

    [Fact]
    public void Who_was_erased_goes_by_no_name() =>
        Assert.True(KnownAs.Of(Opened(From("Мария Петрова")), new OpenVault { Erased = true }).IsNobody);

    [Fact]
    public void The_same_name_in_other_letters_is_no_news_and_there_is_an_end_of_names()
    {
        var request = Opened(From("Анна Петрова"));
        Assert.False(KnownAs.Of(From("ПЕТРОВА АННА"), Vault).AddsTo(KnownAs.Of(request, Vault)));
        var kept = 0;
        foreach (var name in new[] { "Аня", "Анюта", "Нюра", "Анна", "Анна П.", "Аня П.", "А. Петрова", "Аня Петрова", "Anya", "Анечка Петрова", "Ann P." })
        {
            var tells = KnownAs.Of(From(name), Vault).AddsTo(KnownAs.Of(request, Vault));
            kept += tells ? 1 : 0;
            request = Request.After(request, new MessageAttached(From(name), Noon, TellsName: tells));
        }

        Assert.Equal(7, kept);
        Assert.Equal(kept, request.FurtherNames.Count);
    }

    [Fact]
    public void A_reopened_request_takes_the_place_that_is_free_then()
    {
        var closed = Request.After(Opened(From("Мария Петрова"), 1), Closed());
        Assert.Equal(2, Request.After(closed, new RequestReopened(null, Noon, 2)).Place);
        Assert.Null(Request.After(closed, new RequestReopened(null, Noon)).Place);
        Assert.Null(RequestLog.FreePlace([]));
        Assert.Null(RequestLog.FreePlace([Opened(From("Мария"), 1)]));
        Assert.Equal(2, RequestLog.FreePlace([Opened(From("Мария"), 1), Opened(From("Иван"))]));
    }

    private static MessageReceived From(string name) => Message() with { DisplayName = name.Length > 0 ? Words(name) : null };

    private static Request Opened(MessageReceived message, int? place = null) => After(new RequestOpened(1001, message, null, Noon, place));

    /// <summary>Seals nothing: what is compared here is words.</summary>
    private sealed class OpenVault : IPersonalDataVault
    {
        public bool Erased { get; init; }

        public string? Open(Sealed value) => Erased ? null : value.Ciphertext;

        public DataSubjectId SubjectOf(ContactPointSystem system, string normalisedValue) => throw new NotSupportedException();

        public string HashOf(string text) => throw new NotSupportedException();

        public Task EnsureKeyAsync(DataSubjectId subject, CancellationToken ct) => throw new NotSupportedException();

        public Task PrefetchAsync(IEnumerable<DataSubjectId> subjects, CancellationToken ct) => throw new NotSupportedException();

        public Sealed Seal(DataSubjectId subject, string text) => throw new NotSupportedException();

        public byte[]? KeyOf(DataSubjectId subject) => throw new NotSupportedException();

        public Task<bool> DestroyAsync(DataSubjectId subject, CancellationToken ct) => throw new NotSupportedException();
    }
}
