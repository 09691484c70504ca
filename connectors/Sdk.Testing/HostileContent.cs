using System.Text;

namespace MedCrm.Connectors.Testing;

/// <summary>What nobody should send, and somebody will.</summary>
/// <param name="Name">What is wrong with it.</param>
/// <param name="Bytes">The content.</param>
public sealed record HostileContent(string Name, byte[] Bytes)
{
    /// <summary>The list of the suite.</summary>
    public static IEnumerable<HostileContent> All()
    {
        yield return Text("empty object", "{}");
        yield return Text("cut off JSON", """{"id":"x","text":"Здравст""");
        yield return Text("quotes nobody escaped", """{"id":"x","text":"Иван "Ваня""}""");
        yield return Text("a bare number", "42");
        yield return Text("wrong types", """{"id":{"a":[1,2]},"text":["a"],"from":17,"date":"yesterday"}""");
        yield return Text("JSON a thousand deep", new string('[', 1000) + new string(']', 1000));
        yield return Text("ten thousand fields", "{" + string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"\"f{i}\":{i}")) + "}");
        yield return Text("names of a zip bomb", "PK\u0003\u0004" + string.Concat(Enumerable.Repeat("../../../../a.zip/", 2000)));
        yield return Text("XML with an entity bomb", """<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "a"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>""");
        yield return new("NUL and control bytes", [0, 1, 2, 7, 8, 27, 127, 0, 0]);
        yield return new("no UTF-8", [0xC3, 0x28, 0xA0, 0xA1, 0xE2, 0x28, 0xA1, 0xF0, 0x28, 0x8C, 0x28]);
        yield return new("windows-1251 nobody announced", CodePagesEncodingProvider.Instance.GetEncoding(1251)!.GetBytes("{\"text\":\"Здравствуйте\"}"));
        yield return new("noise", [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * 7919 >> 3))]);
        yield return new("25 megabytes", Enumerable.Repeat((byte)'x', 25 * 1024 * 1024).ToArray());
    }

    private static HostileContent Text(string name, string text) => new(name, Encoding.UTF8.GetBytes(text));
}
