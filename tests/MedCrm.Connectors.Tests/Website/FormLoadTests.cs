using System.Globalization;
using Xunit;

namespace MedCrm.Connectors.Tests.Website;

/// <summary>How fast forms are taken in, over HTTP, database and bus on this machine. Run on demand: <c>-explicit only</c>.</summary>
public sealed class FormLoadTests(WebsiteHost site, ITestOutputHelper output) : IClassFixture<WebsiteHost>
{
    private const int Warmup = 300;
    private const int Count = 3000;

    [Fact(Explicit = true)]
    public async Task Every_form_arrives_once_and_the_rate_is_printed()
    {
        await SubmitAsync(0, Warmup);
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        await SubmitAsync(Warmup, Count);
        var accepted = clock.GetElapsedTime(start);
        await Eventually.TrueAsync(() => site.Heard.Messages.Count >= Warmup + Count);
        var heard = clock.GetElapsedTime(start);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"accepted {Count / accepted.TotalSeconds:F0}/s, heard {Count / heard.TotalSeconds:F0}/s"));
        Assert.Equal(Warmup + Count, site.Heard.Messages.Select(message => message.ExternalMessageId).Distinct().Count());
        Assert.Equal(Warmup + Count, site.Heard.Messages.Count);
    }

    private async Task SubmitAsync(int first, int count) =>
        await Parallel.ForEachAsync(Enumerable.Range(first, count), new ParallelOptions { MaxDegreeOfParallelism = 24 }, async (i, _) =>
            await WebsiteHost.ReceiptAsync(await site.PostJsonAsync("demo",
                string.Create(CultureInfo.InvariantCulture, $$"""{"name":"Мария Тестова","phone":"+7903{{i:D7}}","email":"p{{i}}@patient.test","message":"Здравствуйте, хочу записаться к врачу","consent":"on"}"""))));
}
