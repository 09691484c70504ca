using System.Globalization;
using System.Security.Cryptography;
using MedCrm.Hosting.Bus;
using MedCrm.Hosting.Names;
using MedCrm.Integration.Tests.Hub;
using MedCrm.Patients.Identification;
using Xunit;
using Known = MedCrm.Patients.Identification.Person;

namespace MedCrm.Integration.Tests;

/// <summary>The index of patients on a real database: found in spite of mistakes, counted exactly, forgotten on demand.</summary>
public sealed class PatientIndexTests(Hubs hubs)
{
    [Theory]
    [InlineData("Свиристелева Аглая", null)]
    [InlineData("Аглая Свиристелева", null)]
    [InlineData("Sviristeleva Aglaya", null)]
    [InlineData("Свиристилева Аглая", null)]
    [InlineData("Свиристелев Аглая Юрьевна", null)]
    [InlineData("Аглая", "1971-02-03")]
    public async Task A_patient_is_among_the_candidates_in_spite_of_a_mistake(string name, string? birth)
    {
        var index = (await hubs.WithAsync(BusTransport.PostgreSql)).Of<PatientIndex>("patients");
        var id = Id();
        await index.PutAsync([(id, Aglaya)], CancellationToken.None);
        var read = PersonName.Read(name);
        var asked = Facts.Of(new Known { Family = read.Family, Given = read.Given, Patronymic = read.Patronymic, BirthOn = birth is null ? null : DateOnly.Parse(birth, CultureInfo.InvariantCulture) });
        Assert.Contains((await index.FindAsync(asked, CancellationToken.None)).Candidates, patient => patient.Id == id);
        await index.RemoveAsync(id, CancellationToken.None);
        Assert.DoesNotContain((await index.FindAsync(asked, CancellationToken.None)).Candidates, patient => patient.Id == id);
        Assert.Null(await index.GetAsync(id, CancellationToken.None));
    }

    [Fact]
    public async Task Names_are_counted_exactly_through_changes_repeats_and_removals()
    {
        var index = (await hubs.WithAsync(BusTransport.PostgreSql)).Of<PatientIndex>("patients");
        var asked = Facts.Of(new Known { Family = "Коростелёва", Given = "Аглая", Patronymic = "Юрьевна" });
        var before = await CountsAsync();
        var ids = Enumerable.Range(0, 20).Select(_ => Id()).ToList();
        var person = Aglaya with { Family = "Коростелёва" };
        // All at once, and every one of them twice.
        await Task.WhenAll(ids.Concat(ids).Select(id => index.PutAsync([(id, person)], CancellationToken.None)));
        Assert.Equal((before.Patients + 20, before.Family + 20), await CountsAsync());
        Assert.Equal(0, await index.PutAsync([.. ids.Select(id => (id, person))], CancellationToken.None));
        Assert.Equal(5, await index.PutAsync([.. ids.Take(5).Select(id => (id, person with { Family = "Чижова" }))], CancellationToken.None));
        Assert.Equal((before.Patients + 20, before.Family + 15), await CountsAsync());
        foreach (var id in ids)
        {
            await index.RemoveAsync(id, CancellationToken.None);
            await index.RemoveAsync(id, CancellationToken.None);
        }

        Assert.Equal(before, await CountsAsync());

        async Task<(int Patients, int Family)> CountsAsync()
        {
            var (_, names) = await index.FindAsync(asked, CancellationToken.None);
            return (names.Patients, names.Counts.GetValueOrDefault(NameFrequencies.Family(asked.Family)));
        }
    }

    private static Known Aglaya => new() { Family = "Свиристелева", Given = "Аглая", Patronymic = "Юрьевна", BirthOn = new DateOnly(1971, 2, 3), Phones = ["+79020000001"] };

    private static string Id() => $"test-{RandomNumberGenerator.GetHexString(12)}";
}
