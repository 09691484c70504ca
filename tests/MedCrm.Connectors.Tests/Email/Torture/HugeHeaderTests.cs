using System.Diagnostics;
using System.Text;
using MedCrm.Connectors.Email;
using MedCrm.Connectors.Sdk;
using Xunit;

namespace MedCrm.Connectors.Tests.Email.Torture;

/// <summary>One huge header, whichever it is and whatever is in it, costs no more than its bytes.</summary>
[Collection(nameof(MeasuredAlone))]
public sealed class HugeHeaderTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(3);
    private static readonly MailboxIdentity Ours = new("email/info", new HashSet<string> { "info@clinic.test" }, new HashSet<string> { "clinic.test" });

    private static readonly string[] Fillings =
    [
        "a", "=?utf-8?B?0J/RgNC40LLQtdGC?= ", "=?utf-8?B?0J/", "=?", "<a@b.test> ", "a@b.test, ", "(", "\"", "a\r\n ", "\t\r\n ", ";a=b", ";a*0=b", "<", "@", "; charset=", "\\", ":;", "'", "%", "привет ", "\u0001",
    ];

    public static TheoryData<string> Names =>
    [
        "X-Long", "Subject", "From", "Reply-To", "To", "References", "Date", "Content-Type", "Content-Disposition", "Auto-Submitted",
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_read_in_no_time(string name)
    {
        var slowest = (Filling: "", Took: TimeSpan.Zero);
        foreach (var filling in Fillings)
        {
            // Folds are what was slow; of everything else an eighth tells as much.
            var size = filling.Contains('\n', StringComparison.Ordinal) ? 1024 * 1024 : 128 * 1024;
            var value = string.Concat(Enumerable.Repeat(filling, size / filling.Length));
            var bytes = Encoding.UTF8.GetBytes($"{(name == "From" ? "" : "From: ivan@patient.test\r\n")}{name}: {value}\r\nX-Last: 1\r\n\r\ntext\r\n");
            var started = Stopwatch.GetTimestamp();
            using var spool = Spool.Of(bytes);
            var mapped = MailReader.Understand(spool, BusinessKey.Of(new MemoryStream(bytes)), Ours, new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero), TestContext.Current.CancellationToken);
            var took = Stopwatch.GetElapsedTime(started);
            Assert.True(mapped.QuarantineReason is null or "bounce-unmatched", $"{name} filled with '{filling}': {mapped.QuarantineReason}");
            slowest = took > slowest.Took ? (filling, took) : slowest;
        }

        Assert.NotEqual("", slowest.Filling);
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {slowest.Took.TotalMilliseconds:0} ms with '{slowest.Filling}'");
        Assert.True(slowest.Took < Bound, $"{name} filled with '{slowest.Filling}' took {slowest.Took.TotalSeconds:0.0} s");
    }

    [Fact]
    public void A_part_with_such_a_header_is_read_in_no_time_too()
    {
        var bytes = Encoding.UTF8.GetBytes($"From: ivan@patient.test\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nX-Long: {string.Concat(Enumerable.Repeat("a\r\n ", 262_144))}\r\n\r\ntext\r\n--b--\r\n");
        using var spool = Spool.Of(bytes);
        var started = Stopwatch.GetTimestamp();
        var mapped = MailReader.Understand(spool, "key", Ours, new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero), TestContext.Current.CancellationToken);
        Assert.True(Stopwatch.GetElapsedTime(started) < Bound);
        Assert.Equal("text", Assert.IsType<InboundMessage>(Assert.Single(mapped.Events)).Text);
    }

    [Theory]
    [InlineData("From: a@b.test\r\nX: 1\r\n \t\r\n 2\r\n\r\ntext\r\n   \r\n")]
    [InlineData("")]
    [InlineData("no line end")]
    public void What_is_not_hostile_stays_byte_for_byte(string mail) => Assert.Equal(mail, Read(mail));

    [Fact]
    public void Blank_lines_of_a_text_stay_however_many()
    {
        var mail = "From: a@b.test\r\n\r\ntext\r\n" + string.Concat(Enumerable.Repeat("  \r\n", 1000)) + "end\r\n" + new string('x', 200_000) + "\r\n";
        Assert.Equal(mail, Read(mail));
    }

    [Fact]
    public void A_field_is_cut_after_so_many_folds_and_the_rest_stays()
    {
        static string Folds(int count) => string.Concat(Enumerable.Repeat(" \t\r\n", count));
        var tail = "Y: 2\r\n 3\r\n\r\ntext\r\n" + new string('x', 200_000);
        Assert.Equal($"X: 1\r\n{Folds(((64 * 1024) - 6) / 4)}{tail}", Read($"X: 1\r\n{Folds(50_000)} 2\r\n{tail}"));
    }

    private static string Read(string mail)
    {
        using var spool = Spool.Of(Encoding.UTF8.GetBytes(mail));
        using var reader = new StreamReader(HeaderLimits.Open(spool));
        return reader.ReadToEnd();
    }
}
