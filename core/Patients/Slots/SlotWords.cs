using System.Globalization;
using System.Text.RegularExpressions;
using MedCrm.Patients.Mis;

namespace MedCrm.Patients.Slots;

/// <summary>Reads «к лору в пятницу после 17» as a wish. Deterministic: words are looked for in a fixed order, and what was understood is not looked at again.</summary>
internal sealed partial class SlotWords
{
    private static readonly string[][] Weekdays =
    [
        ["понедельник", "пн", "пон"], ["вторник", "вт"], ["среда", "среду", "среды", "среде", "средам", "ср"], ["четверг", "чт", "чет"], ["пятниц", "пт"], ["суббот", "сб"], ["воскресен", "вс"],
    ];

    private static readonly string[] Months = ["январ", "феврал", "март", "апрел", "ма[йяе]", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр"];

    private static readonly string[][] Numbers =
    [
        ["ноля"], ["один", "одного", "часу"], ["два", "двух", "две"], ["три", "трех", "трем"], ["четыре", "четырех", "четырем"], ["пять", "пяти"], ["шесть", "шести"], ["семь", "семи"], ["восемь", "восьми"],
        ["девять", "девяти"], ["десять", "десяти"], ["одиннадцать", "одиннадцати"], ["двенадцать", "двенадцати"],
    ];

    private static readonly string[] HalfTo = ["", "первого", "второго", "третьего", "четвертого", "пятого", "шестого", "седьмого", "восьмого", "девятого", "десятого", "одиннадцатого", "двенадцатого"];

    /// <summary>Words of branches that tell nothing about which.</summary>
    private static readonly string[] Generic = ["клиник", "филиал", "центр", "медцентр", "медицинский", "отделение", "поликлиник", "улиц", "проспект", "площад", "корпус", "дом", "для", "при"];

    private const int LongestGeneric = 2;

    private readonly DateOnly _today;
    private readonly MisDirectory _directory;
    private string _text;

    private SlotWords(string text, MisDirectory directory, DateOnly today)
    {
        _text = $" {Spell(text)} ";
        _directory = directory;
        _today = today;
    }

    /// <summary>Understands as much as it can.</summary>
    /// <param name="text">What somebody typed.</param>
    /// <param name="directory">The names of the MIS.</param>
    /// <param name="today">By the clinic's clock.</param>
    public static SlotWish Read(string text, MisDirectory directory, DateOnly today)
    {
        var words = new SlotWords(text, directory, today);
        var locations = words.Locations();
        var practitioners = words.Practitioners();
        var days = words.Days();
        var time = words.Time();
        return new SlotWish(words.Specialties(), practitioners, locations, days, time);
    }

    /// <summary>Lower case, ё as е, digits apart from letters, dashes and stray signs as blanks.</summary>
    private static string Spell(string text)
    {
        var spelled = text.Normalize().ToLowerInvariant().Replace('ё', 'е');
        spelled = Ordinal().Replace(spelled, "$1-го");
        spelled = WeekdayRange().Replace(spelled, "с $1 по $2");
        spelled = Dashes().Replace(spelled, " ");
        spelled = Range().Replace(spelled, "с $1 до $2");
        spelled = NumberBesideWord().Replace(spelled, "$1 $2");
        spelled = Signs().Replace(spelled, " ");
        foreach (var (forms, number) in Numbers.Select((forms, number) => (forms, number)))
        {
            foreach (var form in forms)
            {
                spelled = Regex.Replace(spelled, $@"(?<![\w-]){form}(?![\w-])", number.ToString(CultureInfo.InvariantCulture));
            }
        }

        return Blanks().Replace(spelled, " ").Trim();
    }

    private List<string> Locations()
    {
        var found = new List<string>();
        foreach (var location in _directory.Locations)
        {
            var telling = Words(location.Name).Where(word => word.Length > 3 && !Generic.Any(generic => word.StartsWith(generic, StringComparison.Ordinal) && word.Length <= generic.Length + LongestGeneric)).Select(NounStem).ToList();
            foreach (var stem in telling)
            {
                if (Take($@"(?:\b(?:в|на|из|по)\s+)?(?:(?:клинике?у?|филиале?|центре?|улице|ул)\s+)?(?:\b(?:на|у)\s+)?\b{Regex.Escape(stem)}\w{{0,4}}\b") is not null)
                {
                    found.Add(location.Id);
                    break;
                }
            }
        }

        return found;
    }

    private IReadOnlyList<string> Practitioners()
    {
        var words = Words(_text).ToHashSet();
        var byFamily = new List<MisPractitioner>();
        var byName = new List<MisPractitioner>();
        var understood = new HashSet<string>();
        foreach (var practitioner in _directory.Practitioners)
        {
            var names = Words(practitioner.Name).ToArray();
            var woman = names.Length > 2 ? names[2].EndsWith("на", StringComparison.Ordinal) || names[2].EndsWith("кызы", StringComparison.Ordinal) : names is [[.., 'а'], ..];
            var family = RussianNames.Family(names[0], woman).Where(words.Contains).ToList();
            if (woman && family is [[.., 'у'] only] && Regex.IsMatch(_text, $@"\b(?:к|ко)\s+(?:\w+\s+)?{Regex.Escape(only)}\b"))
            {
                // «к Белову» is a man: to a woman one goes «к Беловой».
                family = [];
            }

            var given = names.Length > 1 ? RussianNames.Given(names[1], woman).Where(words.Contains).ToList() : [];
            var patronymic = names.Length > 2 ? RussianNames.Given(names[2], woman).Where(words.Contains).ToList() : [];
            if (family.Count > 0)
            {
                byFamily.Add(practitioner);
                understood.UnionWith(family.Concat(given).Concat(patronymic));
            }
            else if (given.Count > 0 && patronymic.Count > 0)
            {
                byName.Add(practitioner);
                understood.UnionWith(given.Concat(patronymic));
            }
        }

        var found = byFamily.Count > 0 ? byFamily : byName;
        if (byFamily.Count > 1 && byFamily.Where(one => Words(one.Name).Skip(1).Take(1).Any(given => understood.Any(word => word.Length > 2 && word[..^1] == given[..Math.Min(given.Length, word.Length - 1)]))).ToList() is { Count: > 0 } named)
        {
            found = named;
        }

        foreach (var word in understood)
        {
            Take($@"\b{Regex.Escape(word)}\b");
        }

        return [.. found.Select(practitioner => practitioner.Id)];
    }

    private List<string> Specialties()
    {
        var specialties = _directory.Specialties.Select(specialty => (specialty.Id, Name: specialty.Name.ToLowerInvariant().Replace('ё', 'е'))).ToList();
        var words = Words(_text).ToList();
        // Two words first: «детский стоматолог» is no paediatrician where the MIS has children's dentists of their own.
        foreach (var (first, second) in words.Zip(words.Skip(1)))
        {
            if (specialties.Where(specialty => Words(specialty.Name).ToArray() is [var one, var two, ..] && Alike(first, one) && Alike(second, two)).Select(specialty => specialty.Id).ToList() is { Count: > 0 } exact)
            {
                return exact;
            }
        }

        var said = words.Zip(words.Skip(1), (first, second) => $"{first} {second}").Concat(words)
            .Select(word => (word, Found: SpecialtyWords.Find(word, specialties))).Where(pair => pair.Found.Count > 0).ToList();
        // «детскому» alone is a paediatrician, before another specialty it is only a wish.
        // An examination of something is the examination: «УЗИ щитовидки».
        said = said.Where(pair => pair.word.StartsWith("узи", StringComparison.Ordinal)).ToList() is { Count: > 0 } examination ? examination : said;
        var certain = said.Where(pair => !pair.word.StartsWith("детск", StringComparison.Ordinal) && !pair.word.StartsWith("женск", StringComparison.Ordinal)).ToList();
        return [.. (certain.Count > 0 ? certain : said).SelectMany(pair => pair.Found).Distinct()];

        static bool Alike(string left, string right) => left.Length > 3 && right.Length > 3 && NounStem(left) == NounStem(right);
    }

    private IReadOnlyList<DayRange> Days()
    {
        var days = new List<DayRange>();
        DatesWithMonth(days);
        if (Take(@"послезавтра") is not null)
        {
            days.Add(Day(_today.AddDays(2)));
        }

        if (Take(@"завтра(?:шн\w+)?") is not null)
        {
            days.Add(Day(_today.AddDays(1)));
        }

        if (Take(@"сегодня(?:шн\w+)?") is not null)
        {
            days.Add(Day(_today));
        }

        if (Take(@"через\s+(?:(\d+)\s+)?(дн\w+|день|недел\w+|месяц\w*)") is { } later)
        {
            var count = later.Groups[1].Success ? int.Parse(later.Groups[1].Value, CultureInfo.InvariantCulture) : 1;
            days.Add(later.Groups[2].Value switch
            {
                ['н', ..] => Take(@"(?:в\s+|во\s+)?(?<day>понедельник|вторник|сред[ау]|четверг|пятниц[ау]|суббот[ау]|воскресенье)") is { } weekday
                    ? Day(Monday(_today).AddDays((7 * count) + WeekdayOf(weekday.Groups["day"].Value)))
                    : Day(_today.AddDays(7 * count)),
                ['м', ..] => Day(_today.AddMonths(count)),
                _ => Day(_today.AddDays(count)),
            });
        }

        if (Take(@"(?:в\s+течение|за|ближайш\w+|следующ\w+)\s+(\d+)\s+(?:дн\w+|день)") is { } within)
        {
            days.Add(new DayRange(_today, _today.AddDays(int.Parse(within.Groups[1].Value, CultureInfo.InvariantCulture))));
        }

        WeekdaysSaid(days);
        if (Take(@"(?:на\s+|в\s+)?\b(?:следующ\w+|будущ\w+|той|след)\s+недел\w+") is not null)
        {
            var monday = Monday(_today).AddDays(7);
            days = days.Count > 0 ? [.. days.Select(day => Day(monday.AddDays(Index(day.From))))] : Take(@"в\s+(?:начал\w+)") is not null ? [new DayRange(monday, monday.AddDays(1))]
                : Take(@"в\s+конц\w+") is not null ? [new DayRange(monday.AddDays(3), monday.AddDays(4))] : [new DayRange(monday, monday.AddDays(6))];
        }
        else if (Take(@"(?:на\s+)?(?:этой|эту|текущ\w+)\s+недел\w+|(?:в|до)\s+конц\w+\s+недел\w+") is { } week && days.Count == 0)
        {
            days.Add(new DayRange(week.Value.Contains("в конц", StringComparison.Ordinal) && Index(_today) < 3 ? Monday(_today).AddDays(3) : _today, Monday(_today).AddDays(6)));
        }

        if (Take(@"(?:на|в|по)\s+(?:следующ\w+\s+)?(?:выходн\w+)") is { } weekend)
        {
            var saturday = Monday(_today).AddDays(5 + (weekend.Value.Contains("следующ", StringComparison.Ordinal) ? 7 : 0));
            days.Add(new DayRange(saturday < _today ? _today : saturday, saturday.AddDays(1)));
        }

        if (Take(@"(?:в|по)\s+(?:будн\w+|рабоч\w+\s+дн\w+)") is not null)
        {
            days.AddRange(Enumerable.Range(0, 3).Select(week => Monday(_today).AddDays(7 * week)).Select(monday => new DayRange(monday < _today ? _today : monday, monday.AddDays(4))).Where(range => range.From <= range.To));
        }

        if (Take(@"(?:до|после|с|на)?\s*(\d{1,2})\s*(?:-?го\b|-?е\b|-?ое\b|числ\w+|-?му\b)(?:\s+числ\w+)?") is { } dayOfMonth && OfMonth(Number(dayOfMonth.Groups[1])) is { } on)
        {
            days.Add(dayOfMonth.Value.TrimStart() switch
            {
                ['д', 'о', ..] => new DayRange(_today, on.AddDays(-1)),
                ['п', 'о', 'с', 'л', 'е', ..] => new DayRange(on.AddDays(1), on.AddDays(30)),
                ['с', ' ', ..] => new DayRange(on, on.AddDays(30)),
                _ => Day(on),
            });
        }

        if (days.Count == 0 && Take(@"\sна\s+(2[1-9]|3[01])(?=\s)(?!\s*(?:час|:))") is { } bare && OfMonth(Number(bare.Groups[1])) is { } date)
        {
            days.Add(Day(date));
        }

        return [.. days.Distinct().OrderBy(day => day.From)];
    }

    private void DatesWithMonth(List<DayRange> days)
    {
        var month = $"(?<month>{string.Join('|', Months.Select(name => name.Contains('[', StringComparison.Ordinal) ? name : name + @"\w*"))})";
        if (Take($@"с\s+(\d{{1,2}})(?:-го)?\s*(?:{month.Replace("month", "first", StringComparison.Ordinal)})?\s*(?:по|до)\s+(\d{{1,2}})(?:-е|-го|-ое)?\s+{month}(?=\s)") is { } range)
        {
            var until = MonthDay(range.Groups["month"].Value, Number(range.Groups[2]));
            var from = MonthDay(range.Groups["first"].Success ? range.Groups["first"].Value : range.Groups["month"].Value, Number(range.Groups[1]));
            if (from is { } begin && until is { } end && begin <= end)
            {
                days.Add(new DayRange(begin, end));
            }
        }

        while (Take($@"(?<how>до|после|с|по|начиная с)?\s*(\d{{1,2}})(?:-е|-го|-ое)?(?:\s+(?:и|или|либо)\s+(\d{{1,2}})(?:-е|-го|-ое)?)?\s+{month}(?=\s)(?:\s+(?:20\d\d)(?:\s+г\w*)?)?") is { } date)
        {
            foreach (var group in new[] { date.Groups[1], date.Groups[2] }.Where(group => group.Success))
            {
                if (MonthDay(date.Groups["month"].Value, Number(group)) is { } on)
                {
                    days.Add(Bounded(date.Groups["how"].Value, on));
                }
            }
        }

        while (Take(@"(?<how>до|после|с|начиная с)?\s*\b(?<day>\d{1,2})[./](?<number>0?[1-9]|1[0-2])(?:[./](?<year>20\d\d|\d\d))?(?=\s)") is { } numeric)
        {
            var (number, year) = (Number(numeric.Groups["number"]), numeric.Groups["year"].Success ? 2000 + (Number(numeric.Groups["year"]) % 100) : (int?)null);
            if (Date(year, number, Number(numeric.Groups["day"])) is { } on)
            {
                days.Add(Bounded(numeric.Groups["how"].Value, on));
            }
        }

        if (Take($@"(?:(?<part>в\s+начал\w+|в\s+середин\w+|в\s+конц\w+|во\s+второй\s+половин\w+|в\s+первой\s+половин\w+)\s+|в\s+){month}(?=\s)") is { } whole && MonthOf(whole.Groups["month"].Value) is var index && Date(null, index, DateTime.DaysInMonth(_today.Year, index)) is { } last)
        {
            var first = new DateOnly(last.Year, last.Month, 1);
            var part = whole.Groups["part"].Value switch
            {
                [.. var text] when text.Contains("начал", StringComparison.Ordinal) => new DayRange(first, first.AddDays(9)),
                [.. var text] when text.Contains("середин", StringComparison.Ordinal) => new DayRange(first.AddDays(10), first.AddDays(19)),
                [.. var text] when text.Contains("конц", StringComparison.Ordinal) => new DayRange(first.AddDays(20), last),
                [.. var text] when text.Contains("второй", StringComparison.Ordinal) => new DayRange(first.AddDays(15), last),
                [.. var text] when text.Contains("первой", StringComparison.Ordinal) => new DayRange(first, first.AddDays(14)),
                _ => new DayRange(first, last),
            };
            days.Add(part with { From = part.From < _today ? _today : part.From });
        }
    }

    private void WeekdaysSaid(List<DayRange> days)
    {
        var any = string.Join('|', Weekdays.SelectMany(forms => forms).OrderByDescending(form => form.Length).Select(form => form.Length > 4 ? form + @"\w*" : form));
        while (Take($@"\s(?:не\s+(?:в|во|на)|кроме)\s+(?:{any})(?=\s)") is not null)
        {
            // What is ruled out leaves every other day.
        }

        if (Take($@"\sс\s+(?<from>{any})\s+(?:по|до)\s+(?<to>{any})(?=\s)") is { } range)
        {
            var first = Next(WeekdayOf(range.Groups["from"].Value));
            var last = first.AddDays((WeekdayOf(range.Groups["to"].Value) - WeekdayOf(range.Groups["from"].Value) + 7) % 7);
            days.Add(new DayRange(first, last));
            return;
        }

        while (Take($@"\s(?<how>до|после|с)?\s*(?:(?:в|во|на|по|или|и|либо)\s+)?(?<which>следующ\w+|эт[уо]\w*|ближайш\w+|будущ\w+)?\s*(?<day>{any})(?=\s)") is { } said)
        {
            var weekday = WeekdayOf(said.Groups["day"].Value);
            var on = said.Groups["which"].Value is ['с', 'л', ..] or ['б', 'у', ..] ? Monday(_today).AddDays(7 + weekday) : Next(weekday);
            switch (said.Groups["how"].Value)
            {
                case "":
                    days.Add(Day(on));
                    break;
                case var how:
                    days.Add(Bounded(how, on, reach: 13));
                    break;
            }
        }
    }

    private TimeRange Time()
    {
        var time = TimeRange.Any;
        const string Clock = @"(?<h>\d{1,2})(?!\s+(?:день|дней|раз|недел|месяц|год|лет))(?:[:.](?<m>[0-5]\d)|\s+(?<m>[0-5]\d)(?=\s)(?!\s+час))?\s*(?:час\w*|ч\b)?\s*(?<part>утра|дня|вечера)?";
        if (Take(@"(?:в\s+)?(?<round>около|к|до|после)?\s*(?:пол|половин\w+)\s*(?<to>" + string.Join('|', HalfTo.Skip(1)) + @")\s*(?<part>утра|дня|вечера)?") is { } half)
        {
            var minute = ((Hour(Array.IndexOf(HalfTo, half.Groups["to"].Value) - 1, half.Groups["part"].Value) * 60) + 30) % TimeRange.MinutesOfDay;
            return Around(half.Groups["round"].Value, minute, exact: true);
        }

        var second = Clock.Replace("<h>", "<h2>", StringComparison.Ordinal).Replace("<m>", "<m2>", StringComparison.Ordinal).Replace("<part>", "<part2>", StringComparison.Ordinal);
        if (Take($@"\s(?:с|от|между|после)\s+{Clock}\s*(?:до|по|и)\s+{second}(?=\s)") is { } range)
        {
            var (part, part2) = (range.Groups["part"].Value, range.Groups["part2"].Value);
            // «с 9 до 11 утра», «с 5 до 7 вечера»: the part of the day belongs to both.
            var from = Minute(range.Groups["h"], range.Groups["m"], part.Length > 0 ? part : part2.Length > 0 && Number(range.Groups["h"]) < Number(range.Groups["h2"]) ? part2 : "");
            var to = Minute(range.Groups["h2"], range.Groups["m2"], part2);
            return from < to ? new TimeRange(from, to) : new TimeRange(from, TimeRange.MinutesOfDay);
        }

        while (Take($@"\s(?<round>не\s+раньше|не\s+позднее|не\s+позже|раньше|позже|позднее|после|до|с|от|около|примерно|в\s+районе|часов\s+в|часам\s+к|к|на|в|во)\s+(?:часов\s+)?{Clock}(?=\s)") is { } said && Number(said.Groups["h"]) < 24)
        {
            time = time.And(Around(Blanks().Replace(said.Groups["round"].Value, " "), Minute(said.Groups["h"], said.Groups["m"], said.Groups["part"].Value), said.Groups["m"].Success));
        }

        if (time == TimeRange.Any && Take(@"\s(?<h>\d{1,2})(?:[:.](?<m>[0-5]\d)|\s*(?:час\w*|ч\b)|(?=\s+(?:утра|дня|вечера)))\s*(?<part>утра|дня|вечера)?(?=\s)") is { } bare && Number(bare.Groups["h"]) < 24)
        {
            time = Around("в", Minute(bare.Groups["h"], bare.Groups["m"], bare.Groups["part"].Value), bare.Groups["m"].Success);
        }

        foreach (var (pattern, meaning) in PartsOfDay)
        {
            if (Take(pattern) is not null)
            {
                time = time.And(meaning);
            }
        }

        return time;
    }

    // Longer words first: «до обеда» is not «обед».
    private static readonly (string Pattern, TimeRange Meaning)[] PartsOfDay =
    [
        (@"\sпосле\s+(?:работы|учебы|школы\s+вечером)(?=\s)", new(18 * 60, TimeRange.MinutesOfDay)),
        (@"\sдо\s+(?:работы|школы|садика)(?=\s)", new(0, 9 * 60)),
        (@"\s(?:до|перед)\s+обед\w*|\sв\s+первой\s+половине(?:\s+дня)?|\sпервую\s+половину(?:\s+дня)?", new(0, 13 * 60)),
        (@"\sпосле\s+обед\w*|\sво\s+второй\s+половине(?:\s+дня)?|\sвторую\s+половину(?:\s+дня)?", new(13 * 60, TimeRange.MinutesOfDay)),
        (@"\s(?:в\s+)?обед\w*(?=\s)", new(12 * 60, 14 * 60)),
        (@"\s(?:рано\s+)?(?:утр\w+|с\s+утра|утренн\w+)(?=\s)", new(0, 12 * 60)),
        (@"\s(?:днем|дневн\w+)(?=\s)", new(12 * 60, 17 * 60)),
        (@"\s(?:вечер\w*|ближе\s+к\s+вечеру|под\s+вечер)(?=\s)", new(17 * 60, TimeRange.MinutesOfDay)),
    ];

    private static TimeRange Around(string how, int minute, bool exact) => how switch
    {
        "после" or "позже" or "позднее" or "с" or "от" or "не раньше" => new TimeRange(minute, TimeRange.MinutesOfDay),
        "до" or "раньше" or "не позднее" or "не позже" => new TimeRange(0, minute),
        "около" or "примерно" or "в районе" or "часов в" or "часам к" => new TimeRange(minute - 60, minute + 61),
        _ => new TimeRange(minute, minute + (exact ? 30 : 60)),
    };

    private static int Minute(Group hour, Group minute, string part) => (Hour(Number(hour), part) * 60) + (minute.Success ? Number(minute) : 0);

    /// <summary>Nobody is seen at five in the morning: small hours without a word are of the afternoon.</summary>
    private static int Hour(int hour, string part) => part switch
    {
        "утра" => hour,
        "вечера" or "дня" when hour < 12 => hour + 12,
        "" when hour is > 0 and < 8 => hour + 12,
        _ => hour,
    };

    /// <summary>Finds and takes out, so that nothing is understood twice.</summary>
    private Match? Take(string pattern)
    {
        var match = Regex.Match(_text, pattern, RegexOptions.CultureInvariant);
        if (!match.Success || match.Length == 0)
        {
            return null;
        }

        _text = $"{_text[..match.Index]} , {_text[(match.Index + match.Length)..]}";
        return match;
    }

    private DateOnly? MonthDay(string month, int day) => Date(null, MonthOf(month), day);

    private static int MonthOf(string word) => Array.FindIndex(Months, name => Regex.IsMatch(word, $"^{name}")) + 1;

    /// <summary>A day of a month, this year or, when it is over, the next. Null: there is none.</summary>
    private DateOnly? Date(int? year, int month, int day)
    {
        if (day < 1 || day > DateTime.DaysInMonth(year ?? _today.Year, month))
        {
            return null;
        }

        var on = new DateOnly(year ?? _today.Year, month, day);
        return year is null && on < _today ? on.AddYears(1) : on;
    }

    /// <summary>The next day with this number.</summary>
    private DateOnly? OfMonth(int day)
    {
        if (day is < 1 or > 31)
        {
            return null;
        }

        for (var month = new DateOnly(_today.Year, _today.Month, 1); ; month = month.AddMonths(1))
        {
            if (day <= DateTime.DaysInMonth(month.Year, month.Month) && month.AddDays(day - 1) is var on && on >= _today)
            {
                return on;
            }
        }
    }

    private DayRange Bounded(string how, DateOnly on, int reach = 30) => how switch
    {
        "до" => new DayRange(_today, on.AddDays(-1)),
        "по" => new DayRange(_today, on),
        "после" => new DayRange(on.AddDays(1), on.AddDays(reach)),
        "с" or "начиная с" => new DayRange(on, on.AddDays(reach)),
        _ => Day(on),
    };

    private DateOnly Next(int weekday) => _today.AddDays((weekday - Index(_today) + 7) % 7);

    private static int WeekdayOf(string word) => Array.FindIndex(Weekdays, forms => forms.Any(form => form.Length > 4 ? word.StartsWith(form, StringComparison.Ordinal) : word == form));

    private static int Index(DateOnly day) => ((int)day.DayOfWeek + 6) % 7;

    private static DateOnly Monday(DateOnly day) => day.AddDays(-Index(day));

    private static DayRange Day(DateOnly day) => new(day, day);

    private static int Number(Group digits) => int.Parse(digits.Value, CultureInfo.InvariantCulture);

    private static IEnumerable<string> Words(string text) => Word().Matches(text.ToLowerInvariant().Replace('ё', 'е')).Select(match => match.Value);

    /// <summary>Without the ending that changes by case.</summary>
    private static string NounStem(string word) => word.Length <= 4 ? word : Ending().Replace(word, "");

    [GeneratedRegex(@"(?:ского|скому|ским|ская|ской|скую|ский|ого|ому|ыми|ими|ая|ой|ую|ое|ом|ый|ий|ей|ые|ие|ым|им|ой|[аяеиоуыьюй])$")]
    private static partial Regex Ending();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    [GeneratedRegex(@"(\d{1,2})\s*[-–]?\s*(?:го|ого|му|ое|е)\b")]
    private static partial Regex Ordinal();

    [GeneratedRegex(@"\b(пн|вт|ср|чт|пт|сб)\s*[-–—]\s*(вт|ср|чт|пт|сб|вс)\b")]
    private static partial Regex WeekdayRange();

    [GeneratedRegex(@"(?<=\p{L})\s*[-–—]\s*(?=\p{L})|\s[-–—]+\s(?!\d)")]
    private static partial Regex Dashes();

    [GeneratedRegex(@"\b(?:с\s+)?(\d{1,2}(?:[:.]\d\d)?)\s*[-–—]\s*(\d{1,2}(?:[:.]\d\d)?)(?![-\w])")]
    private static partial Regex Range();

    [GeneratedRegex(@"(\d)(час\w*|ч\b)")]
    private static partial Regex NumberBesideWord();

    [GeneratedRegex(@"[^\w\s:./-]|(?<!\d)[.:/-]|[.:/](?!\d)")]
    private static partial Regex Signs();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
