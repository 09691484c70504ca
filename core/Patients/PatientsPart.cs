using MedCrm.Hosting;
using MedCrm.Hosting.Bus;
using MedCrm.Patients.Contacts;
using MedCrm.Patients.Mis;
using MedCrm.Patients.Slots;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace MedCrm.Patients;

/// <summary>The room of contacts, and the door to the MIS.</summary>
public static class PatientsPart
{
    public static Part Part { get; } = new("patients", Build);

    private static WebApplication Build(IConfiguration configuration)
    {
        var builder = PartBuilder.Create("patients", typeof(PatientsPart).Assembly, "Patients", configuration);
        var options = builder.Bind<MisOptions>(MisOptions.Section);
        builder.Web.Services.AddMis(options);
        builder.UseStore(store =>
        {
            store.Schema.For<Contact>();
            store.Schema.For<ContactAddress>();
        });
        builder.Hears(Queues.Patients);
        var app = builder.Build();
        var api = app.MapGroup("/api").RequireAuthorization();
        GetSlotsEndpoint.Map(api);
        GetDirectoryEndpoint.Map(api);
        app.MapOpenApi();
        return app;
    }
}
