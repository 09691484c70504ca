using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MedCrm.Unit.Tests.Settings;

/// <summary>Writes the guide's tables of settings from the classes that hold them: key, type, default, and the meaning from their own comments.</summary>
internal static partial class SettingsTable
{
    public static string Of(IEnumerable<(string Section, Type Options)> sections)
    {
        var text = new StringBuilder();
        foreach (var (section, options) in sections)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n### {section}\n\n{Meaning(options)}\n\n| key | type | default | meaning |\n|---|---|---|---|\n");
            foreach (var row in Rows(section, options, Activator.CreateInstance(options)!))
            {
                text.Append(row).Append('\n');
            }
        }

        return text.Append('\n').ToString();
    }

    private static IEnumerable<string> Rows(string at, Type type, object defaults)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(IsSetting))
        {
            var value = property.GetValue(defaults);
            var key = $"{at}:{property.Name}";
            if (ElementOf(property.PropertyType) is { } element && IsGroup(element))
            {
                yield return Row($"{key}:{{n}}", "list", "none", Meaning(property));
                foreach (var row in Rows($"{key}:{{n}}", element, Activator.CreateInstance(element)!))
                {
                    yield return row;
                }
            }
            else if (IsGroup(property.PropertyType))
            {
                foreach (var row in Rows(key, property.PropertyType, value!))
                {
                    yield return row;
                }
            }
            else
            {
                yield return Row(key, NameOf(property.PropertyType), Default(value), Meaning(property));
            }
        }
    }

    private static string Row(string key, string type, string value, string meaning) => $"| `{key}` | {type} | {value} | {meaning} |";

    private static bool IsSetting(PropertyInfo property) => property.CanWrite;

    private static bool IsGroup(Type type) => type is { IsClass: true } && type != typeof(string) && !type.IsAssignableTo(typeof(IEnumerable));

    private static Type? ElementOf(Type type) =>
        type.IsGenericType && type.GetGenericArguments() is [var element] && type.IsAssignableTo(typeof(IEnumerable)) ? element : null;

    private static string NameOf(Type type)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        return bare switch
        {
            { IsEnum: true } => string.Join(" \\| ", Enum.GetNames(bare).Select(name => $"`{name}`")),
            _ when bare == typeof(bool) => "true \\| false",
            _ when bare == typeof(TimeSpan) => "time span",
            _ when bare == typeof(int) || bare == typeof(long) => "number",
            _ when bare == typeof(string) => "text",
            _ when bare == typeof(DateOnly) => "date",
            _ when ElementOf(bare) is { } element => $"list of {NameOf(element)}",
            _ when bare.IsGenericType && bare.GetGenericArguments() is [var key, var value] => $"{NameOf(value)} by {(key.IsEnum ? "day of week" : NameOf(key))}",
            _ => throw new InvalidOperationException($"The guide has no word for {bare}."),
        };
    }

    private static string Default(object? value) => value switch
    {
        null or "" => "none",
        true => "true",
        false => "false",
        TimeSpan time => $"`{time.ToString("c", CultureInfo.InvariantCulture)}`",
        IDictionary { Count: 0 } => "none",
        IDictionary pairs => string.Join("<br>", pairs.Keys.Cast<object>().Select(key => $"{key} `{pairs[key]}`")),
        string text => $"`{text}`",
        IEnumerable items => items.Cast<object>().ToList() is { Count: > 0 } list ? string.Join(", ", list) : "none",
        _ => $"`{Convert.ToString(value, CultureInfo.InvariantCulture)}`",
    };

    private static string Meaning(Type type) => Comment(type.Assembly, $"T:{type.FullName!.Replace('+', '.')}");

    private static string Meaning(PropertyInfo property) => Comment(property.DeclaringType!.Assembly, $"P:{property.DeclaringType.FullName!.Replace('+', '.')}.{property.Name}");

    private static string Comment(Assembly assembly, string member)
    {
        var summary = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member").FirstOrDefault(element => (string?)element.Attribute("name") == member)?.Element("summary");
        return summary is null ? "" : Spaces().Replace(string.Concat(summary.Nodes().Select(Word)), " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);
    }

    private static string Word(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" } see => $"`{((string?)see.Attribute("cref") ?? (string?)see.Attribute("langword"))!.Split('.', ':')[^1]}`",
        XElement other => string.Concat(other.Nodes().Select(Word)),
        _ => "",
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
