namespace MedCrm.Connectors.Website;

/// <summary>The names under which forms ask for the usual things. Compared without case, separators, «ваш» and "your".</summary>
internal static class FieldNames
{
    public static readonly IReadOnlyList<string> Name =
        ["name", "имя", "фио", "fullname", "clientname", "patientname", "username", "contactname", "contact", "имяифамилия", "фамилияимя", "фамилияимяотчество", "какквамобращаться", "каквасзовут", "пациент"];

    public static readonly IReadOnlyList<string> FirstName = ["firstname", "fname", "givenname", "имя"];

    public static readonly IReadOnlyList<string> LastName = ["lastname", "lname", "surname", "familyname", "фамилия"];

    public static readonly IReadOnlyList<string> MiddleName = ["middlename", "patronymic", "отчество"];

    public static readonly IReadOnlyList<string> Phone =
        ["phone", "tel", "telephone", "телефон", "тел", "mobile", "mobilephone", "phonenumber", "номертелефона", "номер", "телефондлясвязи", "контактныйтелефон", "мобильный", "мобильныйтелефон", "сотовый", "whatsapp"];

    public static readonly IReadOnlyList<string> Email =
        ["email", "mail", "emailaddress", "почта", "электроннаяпочта", "емейл", "емайл", "имейл", "адресэлектроннойпочты", "эпочта"];

    public static readonly IReadOnlyList<string> Message =
        ["message", "msg", "text", "comment", "comments", "question", "textarea", "сообщение", "текст", "текстсообщения", "комментарий", "комментарии", "вопрос", "жалобы", "симптомы", "примечание", "пожелания"];

    public static readonly IReadOnlyList<string> BirthDate =
        ["birthdate", "birthday", "dateofbirth", "dob", "birth", "датарождения", "деньрождения", "др", "рождение", "датарожденияпациента"];

    public static readonly IReadOnlyList<string> Consent =
        ["consent", "agree", "agreement", "accept", "acceptance", "privacy", "privacypolicy", "policy", "personaldata", "gdpr", "checkbox", "согласие", "согласен", "согласиенаобработку", "согласиенаобработкуперсональныхданных", "обработкаперсональныхданных", "политика", "персональныеданные"];

    private static readonly string[] Prefixes = ["your", "ваша", "ваше", "ваш"];

    /// <summary>«Ваше имя *» → «имя», "Your-Phone" → "phone", "form[e-mail]" → "email".</summary>
    public static string Normalise(string name)
    {
        var plain = Squeeze(name);
        var prefix = Array.Find(Prefixes, p => plain.StartsWith(p, StringComparison.Ordinal));
        return prefix is not null && plain.Length > prefix.Length ? plain[prefix.Length..] : plain;
    }

    /// <summary>The last part of a nested name: "data.contact.phone", "form[phone]", "fields[phone][value]" give "phone".</summary>
    public static string Leaf(string name)
    {
        var parts = name.Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var leaf = Array.FindLast(parts, part => part is not ("value" or "raw_value") && !int.TryParse(part, out _));
        return leaf is null ? "" : Normalise(leaf);
    }

    private static string Squeeze(string name) =>
        string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant().Replace('ё', 'е');
}
