using System.Globalization;
using System.Text;
using MedCrm.Hosting.Names;
using MedCrm.Patients.Identification;

namespace MedCrm.Load.Identity;

/// <summary>Somebody the generator made.</summary>
internal sealed record Resident(int Id, int Household, Person Person);

/// <summary>How somebody turned to us.</summary>
/// <param name="Who">Who it was in truth.</param>
/// <param name="Channel">form, phone, email, messenger, import.</param>
/// <param name="Told">What they said, with the mistakes of the channel.</param>
/// <param name="WhenAsked">What they say when asked for the date of birth; one in twenty is mistaken.</param>
internal sealed record Approach(Resident Who, string Channel, Person Told, DateOnly WhenAsked);

/// <summary>
/// Households of a Russian town and how they write to their clinic, the same for the same seed. Rates follow research: surname, phone and
/// fathers run in families; a phone serves several; every channel loses and spoils something else.
/// </summary>
internal sealed class Clinic
{
    private static readonly string[] Channels = ["form", "form", "phone", "phone", "email", "messenger", "import"];
    private readonly Random _random;
    private readonly Func<RussianNames.Male> _man;
    private readonly Func<RussianNames.Female> _woman;
    private readonly Func<string> _surname;
    private int _next;

    private Clinic(int seed)
    {
        _random = new Random(seed);
        _man = Zipf(RussianNames.Men, 6);
        _woman = Zipf(RussianNames.Women, 6);
        _surname = Zipf(RussianNames.Surnames, 12);
    }

    /// <summary>Whom the clinic's MIS knows.</summary>
    public required IReadOnlyList<Resident> Patients { get; init; }

    public required IReadOnlyList<Approach> Approaches { get; init; }

    public static Clinic Make(int seed, int households)
    {
        var maker = new Clinic(seed) { Patients = [], Approaches = [] };
        var residents = Enumerable.Range(0, households).SelectMany(maker.Family).ToList();
        var patients = residents.Where(_ => maker.Chance(0.85)).ToList();
        var known = patients.Select(patient => patient.Id).ToHashSet();
        var approaches = residents.Where(resident => maker.Chance(known.Contains(resident.Id) ? 0.35 : 0.9)).Select(maker.Approach).ToList();
        return new Clinic(seed) { Patients = patients, Approaches = approaches };
    }

    private List<Resident> Family(int household)
    {
        var surname = _surname();
        var phone = Phone();
        var father = _man();
        var family = new List<Resident>();
        var grandfather = _man();
        var sameName = Chance(0.03);
        // A dynasty: the grandfather has the name too, and father and son share all three words.
        grandfather = sameName && Chance(0.25) ? father : grandfather;
        if (Chance(0.8) || sameName)
        {
            Add(Sex.Male, father.Name, grandfather, 1950, 2000, surname, 0.6);
        }

        if (Chance(0.85))
        {
            Add(Sex.Female, _woman().Name, _man(), 1952, 2002, RussianNames.Feminine(surname), 0.6);
        }

        var children = _random.Next(4);
        for (var child = 0; child < children || (sameName && child == 0); child++)
        {
            var namesake = sameName && child == 0;
            var boy = namesake || Chance(0.5);
            Add(boy ? Sex.Male : Sex.Female, namesake ? father.Name : NewName(boy), father, 2007, 2024, boy ? surname : RussianNames.Feminine(surname), 1);
        }

        if (family.Count > 0 && Chance(0.12))
        {
            var one = family[^1];
            family.Add(new Resident(_next++, household, one.Person with { Given = NewName(one.Person.Sex == Sex.Male), Snils = null, OmsPolicy = null }));
        }

        return family;

        // Nobody calls two children the same; Софья and София count as one.
        string NewName(bool boy)
        {
            string name;
            do
            {
                name = boy ? _man().Name : _woman().Name;
            }
            while (family.Any(other => Alike(other.Person.Given!, name)));

            return name;
        }

        void Add(Sex sex, string name, RussianNames.Male father, int from, int to, string family1, double onHousePhone) => family.Add(new Resident(_next++, household, new Person
        {
            Family = family1,
            Given = name,
            Patronymic = sex == Sex.Male ? father.SonOf : father.DaughterOf,
            Sex = sex,
            BirthOn = new DateOnly(from, 1, 1).AddDays(_random.Next((to - from) * 365)),
            Phones = [Chance(onHousePhone) ? phone : Phone()],
            Emails = Chance(0.5) ? [$"{Latin(name)[0]}{Latin(surname)}{_random.Next(99)}@mail.test".ToLowerInvariant()] : [],
            Snils = Chance(0.6) ? Snils() : null,
            OmsPolicy = Chance(0.4) ? OmsPolicy() : null,
        }));
    }

    private Approach Approach(Resident who)
    {
        var channel = Channels[_random.Next(Channels.Length)];
        var (family, given, patronymic, birth, phone, email) =
            (who.Person.Family!, who.Person.Given!, who.Person.Patronymic!, who.Person.BirthOn, who.Person.Phones is [var one, ..] ? one : null, who.Person.Emails is [var mail, ..] ? mail : null);
        (double noBirth, double noFamily, double noPatronymic, double noPhone, double noEmail) = channel switch
        {
            "phone" => (0.75, 0.4, 0.3, 0, 1),
            "form" => (0.5, 0, 0.3, 0, 0.4),
            "email" => (0.8, 0, 0.7, 0.6, 0),
            "messenger" => (0.8, 0, 0.8, 0.4, 1),
            _ => (0.2, 0.0, 0.0, 0.0, 0.0),
        };
        var isWoman = who.Person.Sex == Sex.Female;
        var surnameChanged = isWoman && birth < new DateOnly(2004, 1, 1) && Chance(0.06);
        family = surnameChanged ? RussianNames.Feminine(_surname()) : family;
        if (channel != "import" && Chance(0.18) && Short(given, isWoman) is { Length: > 0 } shorts)
        {
            given = shorts[_random.Next(shorts.Length)];
        }

        family = Chance(0.10) ? Typo(family) : family;
        given = Chance(0.04) ? Typo(given) : given;
        patronymic = Chance(0.06) ? Typo(patronymic) : patronymic;
        (family, given, patronymic) = Chance(0.8) ? (NoYo(family), NoYo(given), NoYo(patronymic)) : (family, given, patronymic);
        if (channel == "messenger" && Chance(0.25))
        {
            (family, given, patronymic) = (Latin(family), Latin(given), Latin(patronymic));
        }

        // As people write: one line, usually the surname first.
        var (hasFamily, hasPatronymic) = (!Chance(noFamily), !Chance(noPatronymic));
        string?[] words = [hasFamily ? family : null, given, hasPatronymic ? patronymic : null];
        if (Chance(channel == "messenger" ? 0.5 : 0.03) && hasFamily)
        {
            words = hasPatronymic ? [given, patronymic, family] : [given, family];
        }

        var name = PersonName.Read(string.Join(' ', words.Where(word => word is not null)));
        var mistaken = Chance(0.05) ? Mistake(birth!.Value) : birth!.Value;
        var told = new Person
        {
            Family = name.Family,
            Given = name.Given,
            Patronymic = name.Patronymic,
            BirthOn = Chance(noBirth) ? null : mistaken,
            Phones = phone is null || Chance(noPhone) ? [] : [Chance(0.07) ? Phone() : phone],
            Emails = email is null || Chance(noEmail) ? [] : [email],
            Snils = channel == "import" ? who.Person.Snils : null,
            OmsPolicy = channel == "import" ? who.Person.OmsPolicy : null,
        };
        return new Approach(who, channel, told, Chance(0.05) ? Mistake(birth.Value) : birth.Value);
    }

    private static string[] Short(string name, bool isWoman) =>
        isWoman ? RussianNames.Women.First(one => one.Name == name).Short : RussianNames.Men.First(one => one.Name == name).Short;

    private DateOnly Mistake(DateOnly birth) =>
        birth.Day <= 12 && Chance(0.4) ? new DateOnly(birth.Year, birth.Day, birth.Month)
        : Chance(0.5) ? birth.AddDays(_random.Next(2) == 0 ? 1 : 9)
        : birth.AddYears(_random.Next(2) == 0 ? 1 : -1);

    private string Typo(string word)
    {
        if (word.Length < 3)
        {
            return word;
        }

        const string letters = "оаеиняктсвлр";
        var at = 1 + _random.Next(word.Length - 2);
        return _random.Next(4) switch
        {
            0 => word.Remove(at, 1),
            1 => $"{word[..at]}{word[at + 1]}{word[at]}{word[(at + 2)..]}",
            2 => $"{word[..at]}{letters[_random.Next(letters.Length)]}{word[(at + 1)..]}",
            _ => word.Insert(at, word[at].ToString()),
        };
    }

    private static bool Alike(string a, string b) => a == b || (a is ("София" or "Софья") && b is ("София" or "Софья")) || (a is ("Наталия" or "Наталья") && b is ("Наталия" or "Наталья"));

    private static string NoYo(string word) => word.Replace('ё', 'е').Replace('Ё', 'Е');

    private string Phone() => $"+79{_random.Next(1_000_000_000).ToString("D9", CultureInfo.InvariantCulture)}";

    private string Snils()
    {
        var digits = _random.Next(2_000_000, 1_000_000_000).ToString("D9", CultureInfo.InvariantCulture);
        var sum = digits.Select((digit, index) => (digit - '0') * (9 - index)).Sum() % 101 % 100;
        return $"{digits}{sum:D2}";
    }

    private string OmsPolicy()
    {
        var digits = _random.NextInt64(100_000_000_000_000, 1_000_000_000_000_000).ToString(CultureInfo.InvariantCulture);
        var sum = digits.Reverse().Select((digit, index) => (digit - '0') * (index % 2 == 0 ? 2 : 1)).Sum(value => value > 9 ? value - 9 : value);
        return $"{digits}{(10 - (sum % 10)) % 10}";
    }

    private bool Chance(double part) => _random.NextDouble() < part;

    private Func<T> Zipf<T>(T[] values, int flat)
    {
        var total = 0.0;
        var sums = values.Select((_, index) => total += 1.0 / (index + flat)).ToArray();
        return () =>
        {
            var at = Array.BinarySearch(sums, _random.NextDouble() * total);
            return values[Math.Min(at < 0 ? ~at : at, values.Length - 1)];
        };
    }

    // One of the ways people write Russian in Latin letters.
    private static string Latin(string word)
    {
        const string letters = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя";
        string[] latin = ["a", "b", "v", "g", "d", "e", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "kh", "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya"];
        var text = new StringBuilder();
        foreach (var letter in word.ToLowerInvariant())
        {
            text.Append(letters.IndexOf(letter, StringComparison.Ordinal) is >= 0 and var index ? latin[index] : letter.ToString());
        }

        return $"{char.ToUpperInvariant(text[0])}{text.ToString(1, text.Length - 1)}";
    }
}
