using System.Globalization;
using System.Reflection;
using MedCrm.Connectors.Website;
using Xunit;

namespace MedCrm.Connectors.Tests.Website;

public sealed class SettingsTableTests
{
    [Fact]
    public void The_guide_lists_every_setting_of_a_form_with_its_default()
    {
        var guide = File.ReadAllText(Path.Combine(Root(), "connectors", "Website", "README.md"));
        var defaults = new FormOptions();
        foreach (var setting in typeof(FormOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite && p.Name is not (nameof(FormOptions.Fields) or nameof(FormOptions.Key))))
        {
            var value = setting.GetValue(defaults) switch
            {
                null => "",
                List<string> => "",
                bool flag => flag ? "true" : "false",
                TimeSpan { TotalHours: >= 1 } time => $"{(int)time.TotalHours}:{time:mm\\:ss}",
                var other => Convert.ToString(other, CultureInfo.InvariantCulture),
            };
            Assert.Contains(value is "" ? $"| `{setting.Name}` | |" : $"| `{setting.Name}` | {value} |", guide, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Forms:0:Key", "Запись", "Key")]
    [InlineData("Forms:0:MaxBodyBytes", "1", "MaxBodyBytes")]
    [InlineData("TrustedProxies:0", "everybody", "TrustedProxies")]
    public void Wrong_settings_are_named(string key, string value, string named)
    {
        var options = new WebsiteOptions { Forms = [new() { Key = "demo" }] };
        Microsoft.Extensions.Configuration.ConfigurationBinder.Bind(
            new Microsoft.Extensions.Configuration.ConfigurationManager { [key] = value, [key.StartsWith("Forms:0:Key", StringComparison.Ordinal) ? key : "Forms:0:Key"] = key == "Forms:0:Key" ? value : "other" }, options);
        var result = new WebsiteOptionsValidator().Validate(null, options);
        Assert.True(result.Failed);
        Assert.Contains(named, result.FailureMessage, StringComparison.Ordinal);
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "global.json")))
        {
            directory = directory.Parent;
        }

        return directory.FullName;
    }
}
