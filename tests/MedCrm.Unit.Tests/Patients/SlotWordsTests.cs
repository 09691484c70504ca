using System.Globalization;
using System.Runtime.CompilerServices;
using MedCrm.Patients.Mis;
using MedCrm.Patients.Slots;
using Xunit;

namespace MedCrm.Unit.Tests.Patients;

public sealed class SlotWordsTests(ITestOutputHelper output)
{
    private const double Promised = 0.9;
    private static readonly DateOnly Today = new(2026, 11, 24);

    private static readonly MisDirectory Clinic = Directory(
        ("Терапевт", "Громова Елена Петровна", "Тарасов Игорь Викторович"), ("Кардиолог", "Белов Андрей Николаевич", "Зайцева Ольга Игоревна"), ("Оториноларинголог", "Крылова Марина Сергеевна", ""),
        ("Педиатр", "Орлова Татьяна Андреевна", "Щукин Павел Дмитриевич"), ("Стоматолог", "Ершов Роман Алексеевич", "Фомина Юлия Олеговна"), ("Невролог", "Гусев Виктор Павлович", ""),
        ("Гинеколог", "Достоевская Анна Львовна", ""), ("Офтальмолог", "Чайка Олег Иванович", ""), ("Дерматолог", "Черных Ирина Юрьевна", ""), ("Хирург", "Коваль Сергей Петрович", ""),
        ("Уролог", "Белый Антон Ильич", ""), ("Эндокринолог", "Шевченко Наталья Викторовна", ""), ("Ультразвуковая диагностика", "Ким Алла Викторовна", ""), ("Травматолог-ортопед", "Соловьёв Денис Андреевич", ""),
        ("Гастроэнтеролог", "Белова Ольга Сергеевна", ""), ("Психотерапевт", "Лермонтов Илья Борисович", ""));

    [Fact]
    public void Of_a_hundred_and_fifty_phrases_nine_in_ten_are_understood_wholly()
    {
        var phrases = File.ReadAllLines(Corpus()).Where(line => line.Length > 0 && !line.StartsWith('#')).Select(line => line.Split('\t')).ToList();
        Assert.Equal(150, phrases.Count);
        var wrong = phrases.Select(columns => (columns, Read: Told(SlotWords.Read(columns[0], Clinic, Today)))).Where(pair => pair.Read != string.Join('\t', pair.columns[1..])).ToList();
        foreach (var (columns, read) in wrong)
        {
            output.WriteLine($"{columns[0]}\n    meant {string.Join(" | ", columns[1..])}\n    read  {read.Replace("\t", " | ", StringComparison.Ordinal)}");
        }

        var rate = 1 - (wrong.Count / (double)phrases.Count);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"understood {phrases.Count - wrong.Count} of {phrases.Count} ({rate:P1})"));
        Assert.True(rate >= Promised, string.Create(CultureInfo.InvariantCulture, $"Only {rate:P1} of the phrases are understood."));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("спасибо, до свидания")]
    [InlineData("77777777777777777777777 99.99.9999 32 мая 25:99")]
    [InlineData("' or 1=1; -- \\u0000 🙂🙂🙂")]
    public void What_means_nothing_wishes_for_nothing(string text) => Assert.True(SlotWords.Read(text, Clinic, Today).IsEmpty);

    [Fact]
    public void A_long_text_is_read_in_no_time()
    {
        var started = TimeProvider.System.GetTimestamp();
        SlotWords.Read(string.Concat(Enumerable.Repeat("запишите меня пожалуйста в 10 или 12 ", 100)), Clinic, Today);
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void The_twenty_ninth_of_february_waits_for_a_leap_year_or_is_none() =>
        Assert.Empty(SlotWords.Read("29 февраля", Clinic, Today).Days);

    private static string Told(SlotWish wish) => string.Join('\t',
        string.Join(',', wish.SpecialtyIds),
        string.Join(',', wish.PractitionerIds),
        string.Join(',', wish.LocationIds),
        string.Join(',', wish.Days.Select(day => day.From == day.To ? $"{day.From:yyyy-MM-dd}" : $"{day.From:yyyy-MM-dd}..{day.To:yyyy-MM-dd}")),
        wish.Time == TimeRange.Any ? "" : string.Create(CultureInfo.InvariantCulture, $"{wish.Time.From / 60:00}:{wish.Time.From % 60:00}-{wish.Time.To / 60:00}:{wish.Time.To % 60:00}"));

    // Ids are the names themselves, so that the corpus can be read.
    private static MisDirectory Directory(params (string Specialty, string First, string Second)[] groups) => new(
        [new("1", "Клиника на Лесной", "Europe/Moscow"), new("2", "Клиника на Речной", "Europe/Moscow"), new("3", "Филиал «Центральный»", "Europe/Moscow")],
        [.. groups.SelectMany(group => new[] { group.First, group.Second }.Where(name => name.Length > 0).Select(name => new MisPractitioner(name.Split(' ')[0], name, [group.Specialty], ["1"])))],
        [.. groups.Select(group => new MisSpecialty(group.Specialty, group.Specialty))],
        []);

    private static string Corpus([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "slot-phrases.tsv");
}
