namespace MedCrm.Patients.Mis.Demo;

/// <summary>A synthetic clinic, the same on every machine: branches, doctors, families. No name, phone or address is anybody's (+7 900 000 is not given out, example.test cannot exist).</summary>
internal static class DemoClinic
{
    private static readonly (string Male, string Female)[] Families =
    [
        ("Иванов", "Иванова"), ("Смирнов", "Смирнова"), ("Кузнецов", "Кузнецова"), ("Попов", "Попова"), ("Васильев", "Васильева"), ("Петров", "Петрова"),
        ("Соколов", "Соколова"), ("Михайлов", "Михайлова"), ("Новиков", "Новикова"), ("Фёдоров", "Фёдорова"), ("Морозов", "Морозова"), ("Волков", "Волкова"),
        ("Алексеев", "Алексеева"), ("Лебедев", "Лебедева"), ("Семёнов", "Семёнова"), ("Егоров", "Егорова"), ("Павлов", "Павлова"), ("Козлов", "Козлова"),
        ("Степанов", "Степанова"), ("Николаев", "Николаева"),
    ];

    private static readonly (string Name, string SonOf, string DaughterOf)[] Men =
    [
        ("Александр", "Александрович", "Александровна"), ("Сергей", "Сергеевич", "Сергеевна"), ("Дмитрий", "Дмитриевич", "Дмитриевна"), ("Андрей", "Андреевич", "Андреевна"),
        ("Алексей", "Алексеевич", "Алексеевна"), ("Максим", "Максимович", "Максимовна"), ("Пётр", "Петрович", "Петровна"), ("Иван", "Иванович", "Ивановна"),
    ];

    private static readonly string[] Women = ["Анна", "Мария", "Елена", "Ольга", "Наталья", "Ирина", "Татьяна", "Светлана"];

    private static readonly (string Specialty, string[] Names)[] Doctors =
    [
        ("Терапевт", ["Громова Елена Петровна", "Тарасов Игорь Викторович"]),
        ("Кардиолог", ["Белов Андрей Николаевич", "Зайцева Ольга Игоревна"]),
        ("Оториноларинголог", ["Крылова Марина Сергеевна"]),
        ("Педиатр", ["Орлова Татьяна Андреевна", "Щукин Павел Дмитриевич"]),
        ("Стоматолог", ["Ершов Роман Алексеевич", "Фомина Юлия Олеговна"]),
        ("Невролог", ["Гусев Виктор Павлович"]),
    ];

    public const int PatientCount = 200;

    public static IReadOnlyList<(int Id, string Name)> Branches { get; } = [(1, "Клиника на Лесной"), (2, "Клиника на Речной")];

    public static IEnumerable<(int Id, string Name, string Specialty, int BranchId)> Practitioners() =>
        Doctors.SelectMany(group => group.Names.Select(name => (group.Specialty, name)))
            .Select((doctor, index) => (index + 1, doctor.name, doctor.Specialty, Branches[index % Branches.Count].Id));

    /// <summary>Where a doctor works.</summary>
    public static string LocationOf(int practitioner) => Branches[(practitioner - 1) % Branches.Count].Id.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Households of one to five on one phone.</summary>
    public static IEnumerable<MisPatient> Patients()
    {
        var random = new Random(20_260_101);
        var id = 1;
        for (var house = 0; id <= PatientCount; house++)
        {
            var family = Families[random.Next(Families.Length)];
            var phone = $"+79000{house:D6}";
            var father = Men[random.Next(Men.Length)];
            var children = random.Next(0, 4);
            yield return Person(family.Male, father.Name, Men[random.Next(Men.Length)].SonOf, 1955 + random.Next(40), $"patient{id}@example.test");
            if (random.Next(4) > 0)
            {
                yield return Person(family.Female, Women[random.Next(Women.Length)], Men[random.Next(Men.Length)].DaughterOf, 1955 + random.Next(40), $"patient{id}@example.test");
            }

            for (var child = 0; child < children; child++)
            {
                yield return random.Next(2) == 0
                    ? Person(family.Male, Men[random.Next(Men.Length)].Name, father.SonOf, 2008 + random.Next(15), null)
                    : Person(family.Female, Women[random.Next(Women.Length)], father.DaughterOf, 2008 + random.Next(15), null);
            }

            MisPatient Person(string surname, string given, string patronymic, int year, string? email) =>
                new($"{id++}", surname, given, patronymic, new DateOnly(year, random.Next(1, 13), random.Next(1, 29)), phone, email);
        }
    }

    /// <summary>Free times of one doctor on one day: half-hours from 09:00 to 18:00, a third of them taken. Clock times of the branch.</summary>
    public static IEnumerable<(TimeOnly Start, bool Free)> Slots(int practitioner, DateOnly day)
    {
        var random = new Random(HashCode(practitioner, day.DayNumber));
        return day.DayOfWeek == DayOfWeek.Sunday
            ? []
            : Enumerable.Range(0, 18).Select(n => (new TimeOnly(9, 0).AddMinutes(n * 30), random.Next(3) > 0)).ToArray();
    }

    private static int HashCode(int a, int b) => unchecked((a * 397) ^ b);
}
