namespace MedCrm.Hosting.Names;

/// <summary>Given names and what people call each other. A short form may stand for several names: Саша is Александр or Александра.</summary>
public static class GivenNames
{
    private const string Male =
        """
        Александр: Саша, Сашка, Шура, Саня, Санёк, Алекс, Alexander, Alex
        Алексей: Лёша, Алёша, Лёха, Алекс, Alexey, Alexei, Alex
        Альберт: Алик
        Анатолий: Толя, Толик
        Андрей: Андрюша, Дрюня, Andrew
        Антон: Тоша, Антоша
        Аркадий: Аркаша
        Арсений: Сеня, Арсюша
        Артём: Тёма, Артёмий, Artyom, Artem
        Артур:
        Богдан: Богдаша
        Борис: Боря
        Вадим: Вадик
        Валентин: Валя, Валик
        Валерий: Валера
        Василий: Вася, Василь
        Вениамин: Веня
        Виктор: Витя, Victor
        Виталий: Виталик, Виталя
        Владимир: Вова, Володя, Вовка, Vladimir
        Владислав: Влад, Владик, Слава
        Всеволод: Сева
        Вячеслав: Слава, Славик
        Геннадий: Гена
        Георгий: Гоша, Жора, Гера, George
        Герман: Гера
        Глеб:
        Григорий: Гриша
        Давид: Додик, David
        Даниил: Данил, Данила, Даня, Daniel
        Денис: Дэн, Деня
        Дмитрий: Дима, Митя, Димон, Димитрий, Dmitry
        Евгений: Женя, Eugene
        Егор: Гоша
        Ефим: Фима
        Захар:
        Иван: Ваня, Ванька
        Игнат: Игнатий
        Игорь: Гоша, Игорёк
        Илья: Илюша
        Иннокентий: Кеша
        Камиль:
        Карим:
        Кирилл: Кирюша, Кира
        Константин: Костя, Kostya
        Лев: Лёва
        Леонид: Лёня
        Макар:
        Максим: Макс, Max
        Марат:
        Марк: Mark
        Матвей: Мотя
        Мирон:
        Михаил: Миша, Михайло, Michael
        Назар:
        Никита: Ник
        Николай: Коля, Nicholas
        Олег: Олежка
        Павел: Паша, Павлик, Paul
        Пётр: Петя, Peter
        Платон:
        Прохор:
        Рамиль:
        Ренат: Ринат
        Роберт:
        Родион: Родя
        Роман: Рома
        Руслан: Русик
        Рустам:
        Савелий: Сава
        Святослав: Слава, Свят
        Семён: Сеня, Сёма
        Сергей: Серёжа, Серж, Серёга
        Станислав: Стас, Слава
        Степан: Стёпа
        Тарас:
        Тимофей: Тима, Тимоша
        Тимур: Тима
        Фёдор: Федя, Theodor
        Филипп: Филя
        Эдуард: Эдик
        Эльдар:
        Эмиль:
        Юрий: Юра
        Яков: Яша
        Ян:
        Ярослав: Ярик, Слава
        """;

    private const string Female =
        """
        Агата:
        Аглая:
        Аделина: Аделя
        Аида:
        Алевтина: Аля
        Александра: Саша, Сашка, Шура, Саня, Алекс, Alexandra, Alex
        Алина: Аля
        Алиса:
        Алёна:
        Алла: Аля
        Альбина: Аля
        Альфия:
        Анастасия: Настя, Ася, Настасья
        Ангелина: Геля, Лина
        Анжела: Анжелика
        Анна: Аня, Нюра, Анюта, Нюша, Anne, Ann
        Антонина: Тоня
        Анфиса:
        Арина: Ариша
        Валентина: Валя
        Валерия: Лера
        Варвара: Варя
        Василиса: Вася
        Вера: Верочка
        Вероника: Ника
        Виктория: Вика, Victoria
        Виолетта:
        Галина: Галя
        Гузель:
        Гульнара: Гуля
        Дарина: Даша
        Дарья: Даша, Дария
        Диана: Diana
        Дина:
        Ева: Eva
        Евгения: Женя
        Евдокия: Дуся
        Екатерина: Катя, Катюша, Катерина, Catherine, Kate
        Елена: Лена, Алёна, Helena, Helen
        Елизавета: Лиза, Elizabeth
        Жанна:
        Зинаида: Зина
        Злата:
        Зоя:
        Инга:
        Инна:
        Ирина: Ира, Ириша, Арина, Irene
        Камилла:
        Карина: Кара
        Кира:
        Кристина: Кристя, Christina
        Ксения: Ксюша, Аксинья, Оксана
        Лариса: Лара
        Лидия: Лида
        Лилия: Лиля
        Любовь: Люба
        Людмила: Люда, Мила, Люся
        Майя: Maya
        Маргарита: Рита, Margarita
        Марина: Мариша
        Мария: Маша, Марья, Маруся, Mary
        Милана: Мила
        Милена: Мила
        Мирослава: Слава, Мира
        Надежда: Надя
        Наталья: Наташа, Ната, Наталия
        Нина:
        Нонна:
        Оксана: Ксюша, Ксана
        Олеся: Леся
        Ольга: Оля
        Полина: Поля, Полюшка
        Раиса: Рая
        Регина:
        Римма:
        Роза:
        Руслана:
        Сабина:
        Светлана: Света, Лана
        Серафима: Сима
        Снежана:
        София: Софья, Соня, Sophia
        Станислава: Стася
        Стефания: Стеша
        Таисия: Тая
        Тамара: Тома
        Татьяна: Таня
        Ульяна: Уля
        Фаина:
        Эвелина:
        Элина: Эля
        Эльвира: Эля
        Эмилия: Эмма
        Юлия: Юля, Julia
        Яна:
        Ярослава: Слава, Яся
        """;

    private static readonly Dictionary<string, string[]> Classes = Read();
    private static readonly Dictionary<string, Sex> SexOf = Lines(Male).Select(line => (line.Name, Sex.Male)).Concat(Lines(Female).Select(line => (line.Name, Sex.Female))).ToDictionary(pair => pair.Name, pair => pair.Item2);

    /// <summary>The full names a word may stand for, as keys; the word itself when nobody knows it.</summary>
    public static IReadOnlyList<string> FullNames(string key) => Classes.TryGetValue(key, out var names) ? names : [key];

    public static bool IsKnown(string key) => Classes.ContainsKey(key);

    /// <summary>A name of its own, not only what somebody is called.</summary>
    public static bool IsFull(string key) => SexOf.ContainsKey(key);

    /// <summary>Whose name it is. Null: unknown, or it may be either's.</summary>
    public static Sex? SexBy(IReadOnlyList<string> fullNames)
    {
        Sex? sex = null;
        foreach (var name in fullNames)
        {
            if (!SexOf.TryGetValue(name, out var one) || (sex is { } other && other != one))
            {
                return null;
            }

            sex = one;
        }

        return sex;
    }

    private static Dictionary<string, string[]> Read() =>
        Lines(Male).Concat(Lines(Female))
            .SelectMany(line => line.Called.Append(line.Name).Select(called => (called, line.Name)))
            .GroupBy(pair => pair.called, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Select(pair => pair.Name).Distinct().ToArray(), StringComparer.Ordinal);

    private static IEnumerable<(string Name, string[] Called)> Lines(string list) =>
        from line in list.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        let parts = line.Split(':')
        select (NameText.Key(parts[0]), parts[1].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(NameText.Key).ToArray());
}
