using MedCrm.Contracts.Patients;
using MedCrm.Patients.Contacts;
using MedCrm.Patients.Mis;
using Xunit;

namespace MedCrm.Unit.Tests.Patients;

public sealed class MatchingTests
{
    private const string Phone = "+79000000001";
    private const string Mail = "petrova@example.test";

    private static readonly MisPatient Mother = new("1", "Петрова", "Алёна", "Сергеевна", new DateOnly(1985, 3, 1), Phone, Mail);
    private static readonly MisPatient Son = new("2", "Петров", "Пётр", "Иванович", new DateOnly(2015, 3, 1), Phone, null);
    private static readonly MisPatient Father = new("3", "Петров", "Иван", "Петрович", new DateOnly(1980, 3, 1), Phone, null);

    [Theory]
    [InlineData("Петрова Алёна Сергеевна", MatchGrade.Certain)]
    [InlineData("алена петрова", MatchGrade.Certain)]
    [InlineData("  ПЕТРОВА,  Алена ", MatchGrade.Certain)]
    [InlineData("Сергеевна Алёна Петрова", MatchGrade.Certain)]
    [InlineData("Петрова Алёна Игоревна", MatchGrade.Possible)]
    [InlineData("Петрова", MatchGrade.Possible)]
    [InlineData("Алёна", MatchGrade.Possible)]
    [InlineData("Сидорова Мария", MatchGrade.Possible)]
    [InlineData("", MatchGrade.Probable)]
    [InlineData(null, MatchGrade.Probable)]
    public void One_patient_on_the_phone_is_as_sure_as_the_name(string? name, MatchGrade grade) =>
        Assert.Equal(grade, Assert.Single(Matching.Grade([Mother], name, Phone, null)).Grade);

    [Fact]
    public void A_family_on_one_phone_is_never_guessed() =>
        Assert.All(Matching.Grade([Mother, Son, Father], null, Phone, null), match => Assert.Equal(MatchGrade.Possible, match.Grade));

    [Fact]
    public void The_full_name_picks_one_of_a_family()
    {
        var graded = Matching.Grade([Mother, Son, Father], "Пётр Петров", Phone, null).ToList();
        Assert.Equal("2", graded[0].Patient.Id);
        Assert.Equal(MatchGrade.Certain, graded[0].Grade);
        Assert.Equal(["phone", "full-name", "shared-phone"], graded[0].Reasons);
        Assert.All(graded[1..], other => Assert.Equal(MatchGrade.Possible, other.Grade));
    }

    [Fact]
    public void Two_of_one_name_are_both_in_doubt()
    {
        var namesake = Son with { Id = "9", Patronymic = "Сергеевич" };
        Assert.Equal([MatchGrade.Probable, MatchGrade.Probable], Matching.Grade([Son, namesake], "Пётр Петров", Phone, null).Select(match => match.Grade));
    }

    [Fact]
    public void The_patronymic_settles_it_between_namesakes()
    {
        var namesake = Son with { Id = "9", Patronymic = "Сергеевич" };
        Assert.Equal([("9", MatchGrade.Certain), ("2", MatchGrade.Possible)], Matching.Grade([Son, namesake], "Петров Пётр Сергеевич", Phone, null).Select(match => (match.Patient.Id, match.Grade)));
    }

    [Fact]
    public void The_same_people_come_in_the_same_order() =>
        Assert.Equal(Matching.Grade([Mother, Son, Father], null, Phone, null).Select(match => match.Patient.Id), Matching.Grade([Father, Son, Mother], null, Phone, null).Select(match => match.Patient.Id));

    [Fact]
    public void A_mail_address_counts_in_any_case() =>
        Assert.Equal(["email", "full-name"], Assert.Single(Matching.Grade([Mother], "Алёна Петрова", null, "PETROVA@example.test")).Reasons);

    [Fact]
    public void Nobody_found_is_nobody() => Assert.Empty(Matching.Grade([], "Пётр Петров", Phone, Mail));

    [Fact]
    public void A_patient_without_a_patronymic_is_certain_by_name_and_surname() =>
        Assert.Equal(MatchGrade.Certain, Assert.Single(Matching.Grade([Mother with { Patronymic = null }], "Алёна Петрова", Phone, null)).Grade);
}
