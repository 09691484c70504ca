using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;
using Xunit;

namespace MedCrm.Connectors.Tests.Sdk;

public sealed class AddressesTests
{
    [Theory]
    [InlineData("8(916)123-45-67")]
    [InlineData("8 (916) 123-45-67")]
    [InlineData("+7 916 123 45 67")]
    [InlineData("+7(916)1234567")]
    [InlineData("79161234567")]
    [InlineData("89161234567")]
    [InlineData("9161234567")]
    [InlineData("916-123-45-67")]
    [InlineData("8.916.123.45.67")]
    [InlineData("+7 916 123-45-67 доб. 12")]
    [InlineData("8 916 123-45-67 вн.4")]
    [InlineData("8 916 123-45-67 ext 4")]
    [InlineData("8 916 123-45-67 / 8 495 111-22-33")]
    [InlineData("8 916 123-45-67, 8 495 111-22-33")]
    [InlineData("тел. 8 916 123-45-67")]
    [InlineData(" ‎+7 916 123‑45‑67 ")]
    public void One_telephone_is_written_one_way(string entered) =>
        Assert.Equal(new Address(ContactPointSystem.Phone, "+79161234567"), Addresses.Phone(entered));

    [Theory]
    [InlineData("+375 29 123-45-67", "+375291234567")]
    [InlineData("+49 30 901820", "+4930901820")]
    [InlineData("8 (495) 123-45-67", "+74951234567")]
    public void Other_cities_and_countries_keep_theirs(string entered, string e164) =>
        Assert.Equal(e164, Addresses.Phone(entered)?.Value);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("нет")]
    [InlineData("12")]
    [InlineData("не звоните мне")]
    [InlineData("00000000000000000000000000000000")]
    public void What_is_no_telephone_is_none(string? entered) => Assert.Null(Addresses.Phone(entered));

    [Theory]
    [InlineData("Ivan@Patient.TEST", "ivan@patient.test")]
    [InlineData(" ivan.petrov+crm@patient.test. ", "ivan.petrov+crm@patient.test")]
    [InlineData("info@клиника.рф", "info@клиника.рф")]
    public void One_mailbox_is_written_one_way(string entered, string expected) =>
        Assert.Equal(new Address(ContactPointSystem.Email, expected), Addresses.Email(entered));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ivan")]
    [InlineData("ivan@")]
    [InlineData("@patient.test")]
    [InlineData("ivan@patient")]
    [InlineData("a@b@patient.test")]
    [InlineData("ivan@patient..test")]
    public void What_is_no_mailbox_is_none(string? entered) => Assert.Null(Addresses.Email(entered));
}
