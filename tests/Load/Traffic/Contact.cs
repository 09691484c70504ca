namespace MedCrm.Load.Traffic;

/// <summary>A synthetic message of a synthetic person.</summary>
/// <param name="Run">Tells runs apart.</param>
/// <param name="Person">Which person.</param>
/// <param name="Number">Which of the person's messages, from 1.</param>
internal sealed record Contact(string Run, int Person, int Number)
{
    private const string Words = "Здравствуйте! Хочу записаться к терапевту на будущей неделе, лучше утром. Беспокоит кашель, температуры нет. Перезвоните, пожалуйста.";

    public string Email => EmailOf(Run, Person);

    /// <summary>What they write; the number tells their messages apart.</summary>
    public string Text => $"№{Number} {Words}";

    public string Key => $"{Run}-{Person}-{Number}";

    public object ToForm() => new
    {
        name = $"Нагрузкина Анна {Person}",
        phone = $"+7999{Person % 10_000_000:0000000}",
        email = Email,
        message = Text,
        consent = true,
    };

    public static string EmailOf(string run, int person) => $"p{person}@{run}.example.test";

    /// <summary>Every person with the same number of messages.</summary>
    /// <param name="run">Tells runs apart.</param>
    /// <param name="first">Number of the first person; a telephone is made of it, so runs of the same stage must not overlap.</param>
    /// <param name="count">Of messages.</param>
    /// <param name="perPerson">Messages of each person.</param>
    public static IEnumerable<Contact> Of(string run, int first, int count, int perPerson) =>
        Enumerable.Range(0, count).Select(i => new Contact(run, first + (i / perPerson), (i % perPerson) + 1));
}
