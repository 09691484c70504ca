using MedCrm.Contracts.Patients;
using MedCrm.Hosting.Names;
using MedCrm.Patients.Identification;
using Xunit;

namespace MedCrm.Unit.Tests.Patients;

public sealed class PatientMatcherTests
{
    private const string Phone = "+79000000001";
    private const string Mail = "petrova@example.test";

    private static readonly KnownPatient Mother = Patient("1", "Петрова", "Алёна", "Сергеевна", new(1985, 3, 1), mail: Mail);
    private static readonly KnownPatient Son = Patient("2", "Петров", "Пётр", "Иванович", new(2015, 3, 1));
    private static readonly KnownPatient Father = Patient("3", "Петров", "Иван", "Алексеевич", new(1980, 3, 1));

    [Theory]
    [InlineData("Петрова Алёна Сергеевна", null, MatchGrade.Certain)]
    [InlineData("Сергеевна Алёна Петрова", null, MatchGrade.Certain)]
    [InlineData("Petrova Alyona Sergeevna", null, MatchGrade.Certain)]
    [InlineData("алена петрова", null, MatchGrade.Probable)]
    [InlineData("алена петрова", "1985-03-01", MatchGrade.Certain)]
    [InlineData("Алёна", "1985-03-01", MatchGrade.Certain)]
    [InlineData("Петрова Алёна Сергеевна", "1985-01-03", MatchGrade.Probable)] // day and month swapped: ask again
    [InlineData("Петрова Алёна Сергеевна", "1990-07-09", MatchGrade.Possible)]
    [InlineData("Петрова Алёна Игоревна", null, MatchGrade.Possible)]
    [InlineData("Петрова", null, MatchGrade.Possible)]
    [InlineData("Сидорова Мария", null, MatchGrade.Possible)]
    [InlineData("", null, MatchGrade.Probable)]
    [InlineData(null, null, MatchGrade.Probable)]
    public void One_patient_on_the_phone_is_as_sure_as_what_was_told(string? name, string? birth, MatchGrade grade) =>
        Assert.Equal(grade, Grade(Asked(name, birth), Mother).Grade);

    [Fact]
    public void A_phone_alone_links_nobody()
    {
        Assert.NotEqual(MatchGrade.Certain, Grade(Asked(null), Mother).Grade);
        Assert.Equal([MatchGrade.Possible, MatchGrade.Possible, MatchGrade.Possible], Grade(Asked(null), Mother, Son, Father).Matches.Select(match => match.Grade));
    }

    [Fact]
    public void A_name_picks_one_of_a_family_and_the_date_of_birth_makes_it_certain()
    {
        var told = Grade(Asked("Пётр Петров"), Mother, Son, Father);
        Assert.Equal(("2", MatchGrade.Probable, true), (told.Matches[0].Patient.Id, told.Grade, told.AskBirthOn));
        Assert.Equal(["phone", "family", "given", "shared-phone"], told.Matches[0].Reasons);
        var asked = Grade(Asked("Пётр Петров", "2015-03-01"), Mother, Son, Father);
        Assert.Equal(("2", MatchGrade.Certain, false), (asked.Matches[0].Patient.Id, asked.Grade, asked.AskBirthOn));
    }

    [Fact]
    public void Twins_are_two_children()
    {
        var twin = Patient("4", "Петров", "Павел", "Иванович", new(2015, 3, 1));
        var told = Grade(Asked("Петров Павел Иванович", "2015-03-01"), Son, twin);
        Assert.Equal(("4", MatchGrade.Certain), (told.Matches[0].Patient.Id, told.Grade));
        Assert.NotEqual(MatchGrade.Certain, Grade(Asked("Петров Иванович", "2015-03-01"), Son, twin).Grade);
        // The twin whom the MIS does not know.
        Assert.NotEqual(MatchGrade.Certain, Grade(Asked("Петров Павел Иванович", "2015-03-01"), Son).Grade);
    }

    [Fact]
    public void Father_and_son_of_one_name_are_told_apart_by_the_date_of_birth_alone()
    {
        var father = Patient("5", "Петров", "Иван", "Иванович", new(1980, 3, 1));
        var son = Patient("6", "Петров", "Иван", "Иванович", new(2010, 5, 5));
        Assert.Equal([MatchGrade.Probable, MatchGrade.Probable], Grade(Asked("Петров Иван Иванович"), father, son).Matches.Select(match => match.Grade).Select(grade => grade == MatchGrade.Possible ? MatchGrade.Probable : grade));
        Assert.NotEqual(MatchGrade.Certain, Grade(Asked("Петров Иван Иванович"), father).Grade);
        Assert.Equal(("6", MatchGrade.Certain), (Grade(Asked("Петров Иван Иванович", "2010-05-05"), father, son).Matches[0].Patient.Id, Grade(Asked("Петров Иван Иванович", "2010-05-05"), father, son).Grade));
    }

    [Fact]
    public void Another_snils_is_another_person()
    {
        var known = Mother with { Facts = Facts.Of(Mother.Person with { Snils = "112-233-445 95" }) };
        var asked = Facts.Of(new Person { Family = "Петрова", Given = "Алёна", Patronymic = "Сергеевна", BirthOn = new(1985, 3, 1), Phones = [Phone], Snils = "087-654-303 00" });
        var told = PatientMatcher.Grade(asked, [known], Rare);
        Assert.Equal(MatchGrade.Possible, told.Grade);
        Assert.Contains("snils-differs", told.Matches[0].Reasons);
    }

    [Fact]
    public void A_maiden_name_is_recognised()
    {
        var married = Patient("7", "Соколова", "Алёна", "Сергеевна", new(1985, 3, 1), previous: "Петрова");
        var told = Grade(Asked("Петрова Алёна", "1985-03-01"), married);
        Assert.Equal(MatchGrade.Certain, told.Grade);
        Assert.Contains("previous-family", told.Matches[0].Reasons);
    }

    [Theory]
    [InlineData("Саша Петрова", "sex-differs", false)]
    [InlineData("Александра Петрова", "given-differs", true)]
    public void Brother_and_sister_of_like_names_are_not_mixed_up(string name, string reason, bool expected)
    {
        var brother = Patient("8", "Петров", "Александр", "Иванович", new(2012, 1, 1));
        var told = Grade(Asked(name), brother);
        Assert.NotEqual(MatchGrade.Certain, told.Grade);
        Assert.Equal(expected, told.Matches[0].Reasons.Contains(reason));
    }

    [Fact]
    public void The_date_of_birth_is_asked_for_only_where_it_would_tell()
    {
        Assert.True(Grade(Asked("Алёна Петрова"), Mother).AskBirthOn);
        Assert.True(Grade(Asked("Алёна Петрова")).AskBirthOn); // it may find somebody
        Assert.False(Grade(Asked("Петрова Алёна Сергеевна"), Mother).AskBirthOn); // certain already
        Assert.False(Grade(Asked("Алёна Петрова", "1985-03-01"), Mother).AskBirthOn); // told already
        Assert.False(Grade(Asked("Алёна Петрова"), Mother with { Person = Mother.Person with { BirthOn = null }, Facts = Facts.Of(Mother.Person with { BirthOn = null }) }).AskBirthOn);
        Assert.False(Grade(Asked(null), Mother).AskBirthOn); // a date without a name is nobody's
    }

    [Fact]
    public void The_same_people_come_in_the_same_order() =>
        Assert.Equal(Grade(Asked(null), Mother, Son, Father).Matches.Select(match => match.Patient.Id), Grade(Asked(null), Father, Son, Mother).Matches.Select(match => match.Patient.Id));

    [Fact]
    public void Nobody_found_is_nobody() => Assert.Equal((MatchGrade.None, 0), (Grade(Asked("Пётр Петров")).Grade, Grade(Asked("Пётр Петров")).Matches.Count));

    [Fact]
    public void A_crowd_of_namesakes_is_shown_five_at_a_time_and_links_nobody()
    {
        var crowd = Enumerable.Range(0, 40).Select(n => Patient($"n{n}", "Петрова", "Алёна", "Сергеевна", new DateOnly(1950 + n, 1, 1), phone: null)).ToArray();
        var told = Grade(Asked("Петрова Алёна Сергеевна"), crowd);
        Assert.True(told.Matches.Count <= 5);
        Assert.NotEqual(MatchGrade.Certain, told.Grade);
    }

    [Theory]
    [InlineData("Петрова Алёна", "Птерова Алёна")] // a slip in the surname
    [InlineData("Петрова Алёна", "Алёна Петрова")]
    [InlineData("Петрова Алёна", "Petrova Alena")]
    [InlineData("Петрова Алёна", "Петров Алёна")]
    [InlineData("Соловьёва Катя", "Соловьева Екатерина")]
    public void People_who_may_be_one_have_a_key_in_common(string one, string other) =>
        Assert.NotEmpty(BlockingKeys.Of(Named(one)).Intersect(BlockingKeys.Of(Named(other))));

    private static NameFrequencies Rare { get; } = new(50_000, new Dictionary<string, int>());

    private static Facts Named(string name) => Asked(name, phone: null);

    private static Facts Asked(string? name, string? birth = null, string? phone = Phone)
    {
        var read = PersonName.Read(name);
        return Facts.Of(new Person
        {
            Family = read.Family,
            Given = read.Given,
            Patronymic = read.Patronymic,
            BirthOn = Documents.BirthDate(birth, new DateOnly(2026, 3, 1)),
            Phones = phone is null ? [] : [phone],
        });
    }

    private static Verdict Grade(Facts asked, params KnownPatient[] known) =>
        PatientMatcher.Grade(asked, known, new NameFrequencies(50_000, known.SelectMany(patient => NameFrequencies.Terms(patient.Facts)).Distinct().ToDictionary(term => term, _ => 200)));

    private static KnownPatient Patient(string id, string family, string given, string patronymic, DateOnly birth, string? mail = null, string? previous = null, string? phone = Phone)
    {
        var person = new Person { Family = family, Given = given, Patronymic = patronymic, BirthOn = birth, Phones = phone is null ? [] : [phone], Emails = mail is null ? [] : [mail], PreviousFamily = previous };
        return new KnownPatient(id, person, Facts.Of(person));
    }
}
