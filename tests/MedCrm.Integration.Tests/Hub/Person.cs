using System.Globalization;
using System.Security.Cryptography;

namespace MedCrm.Integration.Tests.Hub;

/// <summary>Somebody who writes to the clinic. Nobody real: +7 901 and example.test, under a name of each test's own.</summary>
public sealed record Person(string Name, string Phone, string Mail)
{
    private static int _last = RandomNumberGenerator.GetInt32(0, 10_000_000);

    /// <summary>Of many at random two would be one, now and then; the prime step gives each a number, and four last digits, of their own.</summary>
    public static Person New(string mailBox = "visitor")
    {
        var number = ((uint)Interlocked.Add(ref _last, 7919) % 10_000_000).ToString("D7", CultureInfo.InvariantCulture);
        return new($"Щеглов Ким {number}", $"+7901{number}", $"{mailBox}{number}@example.test");
    }

    /// <summary>As a form sends it.</summary>
    public Dictionary<string, string> Form(string message) => new() { ["name"] = Name, ["phone"] = Phone, ["email"] = Mail, ["message"] = message, ["consent"] = "yes" };
}
