using MedCrm.Hosting.Names;
using Xunit;

namespace MedCrm.Unit.Tests.Hosting;

public sealed class NameTextTests
{
    [Theory]
    [InlineData("Фёдоров", "федоров")]
    [InlineData("Фёдоров", "Fyodorov")]
    [InlineData("Фёдоров", "Fedorov")]
    [InlineData("Наталья", "Наталия")]
    [InlineData("Наталья", "Natalia")]
    [InlineData("Юлия", "Yuliya")]
    [InlineData("Юлия", "Julia")]
    [InlineData("Евгений", "Yevgeny")]
    [InlineData("Дмитрий", "Dmitrii")]
    [InlineData("Щербакова", "Shcherbakova")]
    [InlineData("Ксения", "Xenia")]
    [InlineData("Майоров", "Mayorov")]
    [InlineData("Хабаров", "Khabarov")]
    [InlineData("Цветкова", "Tsvetkova")]
    [InlineData("Соловьёва", "СОЛОВЬЕВА")]
    public void The_same_name_has_the_same_key(string one, string other) => Assert.Equal(NameText.Key(one), NameText.Key(other));

    [Theory]
    [InlineData("Cоколова", "Соколова")] // the first letter is Latin
    [InlineData("Петpова", "Петрова")]   // a Latin p
    [InlineData("Сidorov", "Cidorov")]   // the first letter is Cyrillic
    public void Letters_that_only_look_alike_are_read_as_meant(string typed, string meant) => Assert.Equal(NameText.Key(meant), NameText.Key(typed));

    [Theory]
    [InlineData("Анна", "Яна")]
    [InlineData("Мария", "Марина")]
    [InlineData("Александр", "Александра")]
    [InlineData("Олег", "Ольга")]
    public void Other_names_have_other_keys(string one, string other) => Assert.NotEqual(NameText.Key(one), NameText.Key(other));

    [Theory]
    [InlineData("Петрова Анна Сергеевна", "Петрова", "Анна", "Сергеевна")]
    [InlineData("Анна Сергеевна Петрова", "Петрова", "Анна", "Сергеевна")]
    [InlineData("Анна Сергеевна", null, "Анна", "Сергеевна")]
    [InlineData("Аня", null, "Аня", null)]
    [InlineData("Anna Petrova", "Petrova", "Anna", null)]
    [InlineData("Абрамович Роман Аркадьевич", "Абрамович", "Роман", "Аркадьевич")]
    [InlineData("Абрамович Роман", "Абрамович", "Роман", null)]
    [InlineData("Иванов И. П.", "Иванов", "И", "П")]
    [InlineData("  ПЕТРОВА,  Алёна (мама Миши) ", "ПЕТРОВА", "Алёна", null)]
    [InlineData("Римский-Корсаков Николай", "Римский-Корсаков", "Николай", null)]
    [InlineData("Гиндукуш Ашхен", "Гиндукуш", "Ашхен", null)]
    [InlineData("+7 900 000-00-00", null, null, null)]
    [InlineData(null, null, null, null)]
    [InlineData("Петрова", "Петрова", null, null)]
    [InlineData("Петров Иванович", "Петров", null, "Иванович")]
    [InlineData("Ашхен Вартановна", null, "Ашхен", "Вартановна")]
    [InlineData("Анна 💊 Петрова", "Петрова", "Анна", null)]
    public void A_name_is_taken_apart_as_people_write_it(string? text, string? family, string? given, string? patronymic) =>
        Assert.Equal(new PersonName(family, given, patronymic), PersonName.Read(text));

    [Theory]
    [InlineData("Саша", "Александр", true)]
    [InlineData("Саша", "Александра", true)]
    [InlineData("Катя", "Екатерина", true)]
    [InlineData("Женя", "Евгений", true)]
    [InlineData("Маша", "Марина", false)]
    public void A_short_form_stands_for_its_full_names(string shortForm, string fullName, bool stands) =>
        Assert.Equal(stands, GivenNames.FullNames(NameText.Key(shortForm)).Contains(NameText.Key(fullName)));

    [Theory]
    [InlineData("Петрович", "Петровна", Sex.Male, Sex.Female)]
    [InlineData("Ильич", "Ильинична", Sex.Male, Sex.Female)]
    [InlineData("Никитич", "Никитична", Sex.Male, Sex.Female)]
    [InlineData("Юрьевич", "Юрьевна", Sex.Male, Sex.Female)]
    public void Brother_and_sister_have_one_father_and_two_sexes(string brother, string sister, Sex his, Sex hers)
    {
        Assert.Equal(Patronymics.Stem(NameText.Key(brother)), Patronymics.Stem(NameText.Key(sister)));
        Assert.Equal((his, hers), (Patronymics.SexOf(NameText.Key(brother)), Patronymics.SexOf(NameText.Key(sister))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("💊")]
    [InlineData("̈")]
    [InlineData("---")]
    public void What_is_no_name_has_no_key(string text) => Assert.Equal("", NameText.Key(text));

    [Fact]
    public void Whatever_is_typed_is_read_without_an_accident()
    {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => (char)random.Next(random.Next(4) == 0 ? 0x10000 : 0x500)));
            var name = PersonName.Read(text);
            Assert.All(new[] { name.Family, name.Given, name.Patronymic }.OfType<string>(), part => Assert.Contains(part, NameText.Words(text)));
            Assert.All(NameText.Key(text), letter => Assert.True(char.IsAsciiLetterLower(letter) || letter == '-'));
        }
    }

    [Theory]
    [InlineData("Анна", "Анна Петрова")]
    [InlineData("Аня", "Петрова Анна Сергеевна")]
    [InlineData("Петрова Аня", "Анна Петрова")]
    [InlineData("Anna Petrova", "Петрова Анна")]
    [InlineData("Петрова", "Анна Петрова")] // a surname alone
    [InlineData("Петрова А. С.", "Анна Сергеевна")]
    [InlineData("Анна Птерова", "Петрова Анна")] // a slip of the finger
    [InlineData("Ковалёва Анна Сергеевна", "Петрова Анна Сергеевна")] // married
    public void A_name_that_may_be_the_same_persons_agrees(string one, string other)
    {
        Assert.All(BothWays(one, other), pair => Assert.False(pair.One.Contradicts(pair.Other)));
        Assert.All(BothWays(one, other), pair => Assert.True(pair.One.Agrees(pair.Other)));
    }

    [Theory]
    [InlineData("Анна", "Петрова")]
    [InlineData("Сергеевна", "Анна Петрова")]
    [InlineData("", "Анна Петрова")]
    [InlineData("8 916 000-00-00", "Анна Петрова")]
    public void What_one_of_two_names_does_not_tell_neither_agrees_nor_contradicts(string one, string other) =>
        Assert.All(BothWays(one, other), pair => Assert.Equal((false, false), (pair.One.Agrees(pair.Other), pair.One.Contradicts(pair.Other))));

    [Theory]
    [InlineData("Иван Петров", "Мария Петрова")]
    [InlineData("Мария Петрова", "Марина Петрова")]
    [InlineData("Петров Иван Сергеевич", "Петров Иван Андреевич")]
    [InlineData("Анна Петрова", "Анна Сидорова")]
    [InlineData("Петренко", "Петров")] // two surnames
    [InlineData("Петров Саша Иванович", "Петрова Саша Ивановна")]
    [InlineData("Сергеевна", "Иван Петров")]
    public void Names_of_two_people_contradict(string one, string other)
    {
        Assert.All(BothWays(one, other), pair => Assert.True(pair.One.Contradicts(pair.Other)));
        Assert.All(BothWays(one, other), pair => Assert.False(pair.One.Agrees(pair.Other)));
    }

    private static (PersonName One, PersonName Other)[] BothWays(string one, string other) =>
        [(PersonName.Read(one), PersonName.Read(other)), (PersonName.Read(other), PersonName.Read(one))];
}
