using System.Globalization;
using System.Security.Cryptography;

namespace MedCrm.Integration.Tests.Hub;

/// <summary>Somebody who writes to the clinic. Nobody real: +7 901 and example.test, under a name of each test's own.</summary>
public sealed record Person(string Name, string Phone, string Mail)
{
    public static Person New(string mailBox = "visitor")
    {
        var number = RandomNumberGenerator.GetInt32(0, 10_000_000).ToString("D7", CultureInfo.InvariantCulture);
        return new($"Щеглов Ким {number}", $"+7901{number}", $"{mailBox}{number}@example.test");
    }

    /// <summary>As a form sends it.</summary>
    public Dictionary<string, string> Form(string message) => new() { ["name"] = Name, ["phone"] = Phone, ["email"] = Mail, ["message"] = message, ["consent"] = "yes" };
}
