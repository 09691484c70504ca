using MedCrm.Patients.Identification;
using Xunit;

namespace MedCrm.Unit.Tests.Patients;

public sealed class DocumentsTests
{
    private static readonly DateOnly Today = new(2026, 3, 1);

    [Theory]
    [InlineData("112-233-445 95", "11223344595")]
    [InlineData("11223344595", "11223344595")]
    [InlineData("087-654-303 00", "08765430300")] // the sum is 101 × 2: the control is zero
    [InlineData("001-001-998 77", "00100199877")] // older than the checksum
    [InlineData("112-233-445 96", null)]
    [InlineData("000-000-000 00", null)]
    [InlineData("1122334459", null)]
    [InlineData(null, null)]
    public void A_snils_keeps_its_checksum(string? text, string? digits) => Assert.Equal(digits, Documents.Snils(text));

    [Theory]
    [InlineData("7992 7398 7130 0008", "7992739871300008")]
    [InlineData("7992 7398 7130 0080", null)]
    [InlineData("4539 5787 6362 1486", "4539578763621486")]
    [InlineData("4539578763621487", null)]
    [InlineData("0000000000000000", null)]
    [InlineData("123", null)]
    public void A_policy_keeps_its_checksum(string? text, string? digits) => Assert.Equal(digits, Documents.OmsPolicy(text));

    [Theory]
    [InlineData("8 (916) 123-45-67", "+79161234567")]
    [InlineData("+7 916 123 45 67", "+79161234567")]
    [InlineData("79161234567", "+79161234567")]
    [InlineData("9161234567", "+79161234567")]
    [InlineData("8 10 375 29 123 45 67", "+375291234567")]
    [InlineData("+375 29 123-45-67", "+375291234567")]
    [InlineData("12", null)]
    [InlineData("нет телефона", null)]
    [InlineData(null, null)]
    public void A_phone_is_one_number_however_it_is_written(string? text, string? number) => Assert.Equal(number, Documents.Phone(text));

    [Theory]
    [InlineData("1985-03-12", 1985, 3, 12)]
    [InlineData("12.03.1985", 1985, 3, 12)]
    [InlineData("12/3/1985", 1985, 3, 12)]
    [InlineData("12.03.1985 г.", 1985, 3, 12)]
    [InlineData("12 марта 1985", 1985, 3, 12)]
    [InlineData("12031985", 1985, 3, 12)]
    [InlineData("12.03.85", 1985, 3, 12)]
    [InlineData("12.03.41", 1941, 3, 12)]
    [InlineData("12.03.24", 2024, 3, 12)]
    public void A_date_of_birth_is_read_as_people_write_it(string text, int year, int month, int day) =>
        Assert.Equal(new DateOnly(year, month, day), Documents.BirthDate(text, Today));

    [Theory]
    [InlineData("31.02.1985")]
    [InlineData("01.01.1900")]
    [InlineData("12.03.1850")]
    [InlineData("2026-03-02")]
    [InlineData("вчера")]
    [InlineData("")]
    [InlineData(null)]
    public void What_cannot_be_a_birthday_is_none(string? text) => Assert.Null(Documents.BirthDate(text, Today));
}
