using MedCrm.Patients.Contacts;
using MedCrm.Patients.Mis;
using Microsoft.Extensions.Hosting;

namespace MedCrm.Patients.Identification;

/// <summary>A MIS that can tell all of its patients, so that a person is found by name and date of birth too. Without one the index grows by what is looked up by phone and mail.</summary>
public interface IPatientSource
{
    /// <summary>All patients, in any order.</summary>
    IAsyncEnumerable<MisPatient> ReadPatientsAsync(CancellationToken ct);
}

/// <summary>Fills the index of patients when the hub starts; who has not changed since is left alone.</summary>
internal sealed class PatientIndexFill(IPatientSource source, PatientIndex index) : BackgroundService
{
    private const int Lot = 1000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var lot in source.ReadPatientsAsync(stoppingToken).Chunk(Lot).WithCancellation(stoppingToken))
        {
            await index.PutAsync([.. lot.Select(patient => (patient.Id, PatientOfMis.Person(patient)))], stoppingToken);
        }
    }
}

/// <summary>The synthetic patients of the demo clinic.</summary>
internal sealed class DemoPatients : IPatientSource
{
    public IAsyncEnumerable<MisPatient> ReadPatientsAsync(CancellationToken ct) => Mis.Demo.DemoClinic.Patients().Take(Mis.Demo.DemoClinic.PatientCount).ToAsyncEnumerable();
}
