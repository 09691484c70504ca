using System.Text.RegularExpressions;
using Xunit;

namespace MedCrm.Architecture.Tests;

public partial class SourceHygieneTests
{
    [Fact]
    public void Lock_files_carry_no_download_addresses()
    {
        var files = Repository.Files("packages.lock.json").Concat(Repository.Files("package-lock.json")).ToList();
        Assert.NotEmpty(files);
        Assert.Empty(files.SelectMany(file => Addresses(Repository.Relative(file), File.ReadAllText(file))));
    }

    [Fact]
    public void A_lock_file_with_an_address_is_caught() =>
        Assert.Equal(["web/package-lock.json: https://registry.example"], Addresses("web/package-lock.json", """{ "resolved": "https://registry.example/next.tgz" }"""));

    [Fact]
    public void Every_project_has_a_lock_file() =>
        Assert.Empty(Repository.Files(".csproj")
            .Where(project => !Repository.Relative(project).Contains("/templates/", StringComparison.Ordinal))
            .Where(project => !File.Exists(Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json")))
            .Select(Repository.Relative));

    [Fact]
    public void No_test_is_skipped_without_a_reason() =>
        Assert.Empty(TestSources().SelectMany(file => Skips(Repository.Relative(file), File.ReadAllText(file))));

    [Theory]
    [InlineData("a.cs", "[Fact(Skip" + " = \"\")]")]
    [InlineData("a.spec.ts", "test.skip" + "();")]
    [InlineData("a.test.ts", "describe.only" + "('x')")]
    [InlineData("b.test.ts", "it.skip" + "('x', () => {})")]
    public void A_skipped_test_is_caught(string file, string line) => Assert.Single(Skips(file, line));

    [Fact]
    public void A_skip_that_says_why_passes() =>
        Assert.Empty(Skips("a.cs", "[Fact(Skip" + " = \"Needs a real mailbox with OAuth\")]"));

    private static IEnumerable<string> TestSources() =>
        Repository.Files(".cs", "tests").Where(file => Path.GetFileName(file) != "SourceHygieneTests.cs")
            .Concat(Repository.Files(".test.ts", "web")).Concat(Repository.Files(".test.tsx", "web")).Concat(Repository.Files(".spec.ts", "web")).Concat(Repository.Files(".spec.ts", "tests"));

    private static IEnumerable<string> Addresses(string file, string text) =>
        Address().Matches(text).Select(match => $"{file}: {match.Groups[1].Value}").Distinct();

    private static IEnumerable<string> Skips(string file, string text) =>
        (file.EndsWith(".cs", StringComparison.Ordinal) ? EmptySkip() : ScriptSkip()).Matches(text).Select(match => $"{file}: {match.Value}");

    // Only where a package is fetched from; the pages of authors and licences are no business of ours.
    [GeneratedRegex("\"resolved\": *\"(https?://[^/\"]+)")]
    private static partial Regex Address();

    // Fewer than three words tell nothing.
    [GeneratedRegex("Skip\\s*=\\s*\"\\S*(\\s+\\S+)?\"")]
    private static partial Regex EmptySkip();

    // Playwright's test.skip(condition, 'why it cannot run here') is the one form with room for a reason.
    [GeneratedRegex("""\b(it|describe)\.(only|skip)\b|\btest\.(only\b|(skip|fixme)\((?![^,\n]+,\s*['"]\S+\s+\S+))""")]
    private static partial Regex ScriptSkip();
}
