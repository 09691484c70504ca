using System.Security.Cryptography;
using System.Text;
using MedCrm.Contracts;
using MedCrm.Hosting.Vault;
using MedCrm.Requests.Inbox;
using Xunit;
using static MedCrm.Unit.Tests.Requests.Happenings;

namespace MedCrm.Unit.Tests.Requests;

public sealed class SearchKeyTests
{
    private readonly OpenVault _vault = new();

    [Theory]
    [InlineData("1042", 1042L)]
    [InlineData("№ 1042", 1042L)]
    [InlineData("№1042", 1042L)]
    [InlineData("#1042", 1042L)]
    [InlineData("-5", null)]
    [InlineData("10 42", null)]
    [InlineData("Иванова", null)]
    [InlineData("99999999999999999999999", null)]
    public void A_number_of_a_request_is_recognised(string words, long? number) => Assert.Equal(number, SearchKey.Number(words));

    [Theory]
    [InlineData("+7 (916) 123-45-67", "+79161234567")]
    [InlineData("8 916 123 45 67", "+79161234567")]
    [InlineData("79161234567", "+79161234567")]
    [InlineData("9161234567", "+79161234567")]
    [InlineData("+375 29 123-45-67", "+375291234567")]
    public void A_phone_in_any_form_is_one_key(string words, string phone) =>
        Assert.Equal(_vault.SubjectOf(ContactPointSystem.Phone, phone).Value, SearchKey.Address(_vault, words));

    [Fact]
    public void A_mail_address_is_found_in_any_case() =>
        Assert.Equal(_vault.SubjectOf(ContactPointSystem.Email, "irina@example.test").Value, SearchKey.Address(_vault, "Irina@Example.test"));

    [Theory]
    [InlineData("Иванова")]
    [InlineData("4567")]
    [InlineData("123456789012345")]
    public void What_is_no_address_has_no_key(string words) => Assert.Null(SearchKey.Address(_vault, words));

    [Theory]
    [InlineData("семёнова", true)]
    [InlineData("СЕМЕНОВА", true)]
    [InlineData("енов", true)]
    [InlineData("Алёна Семёнова", true)]
    [InlineData("анализ", true)]
    [InlineData("4567", true)]
    [InlineData("45-67", true)]
    [InlineData("567", false)]
    [InlineData("irina@", true)]
    [InlineData("Петрова", false)]
    public void Names_subjects_and_the_end_of_a_phone_are_searched(string words, bool found)
    {
        var request = After(Opened()) with
        {
            ContactName = Words("Алена Семенова"),
            Subject = Words("Анализы"),
            Phone = Words("+79161234567"),
            Email = Words("irina@example.test"),
        };
        Assert.Equal(found, SearchKey.Matches(_vault, request, words));
    }

    [Fact]
    public void An_erased_person_is_not_found() =>
        Assert.False(SearchKey.Matches(new OpenVault { Erased = true }, After(Opened()) with { ContactName = Words("Семёнова"), Phone = Words("+79161234567") }, "Семёнова"));

    /// <summary>Seals nothing: what the rules look at is the text.</summary>
    private sealed class OpenVault : IPersonalDataVault
    {
        public bool Erased { get; init; }

        public DataSubjectId SubjectOf(ContactPointSystem system, string normalisedValue) => new(DeterministicId.FromHash(SHA256.HashData(Encoding.UTF8.GetBytes($"{system} {normalisedValue}"))));

        public string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));

        public Task EnsureKeyAsync(DataSubjectId subject, CancellationToken ct) => Task.CompletedTask;

        public Task PrefetchAsync(IEnumerable<DataSubjectId> subjects, CancellationToken ct) => Task.CompletedTask;

        public Sealed Seal(DataSubjectId subject, string text) => new(subject, text);

        public string? Open(Sealed value) => Erased ? null : value.Ciphertext;

        public byte[]? KeyOf(DataSubjectId subject) => Erased ? null : [];

        public Task<bool> DestroyAsync(DataSubjectId subject, CancellationToken ct) => Task.FromResult(!Erased);
    }
}
