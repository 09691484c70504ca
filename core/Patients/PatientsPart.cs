using JasperFx.Events;
using JasperFx.Events.Projections;
using MedCrm.Hosting;
using MedCrm.Hosting.Bus;
using MedCrm.Patients.Access;
using MedCrm.Patients.Appointments;
using MedCrm.Patients.CallList;
using MedCrm.Patients.Contacts;
using MedCrm.Patients.Identification;
using MedCrm.Patients.Mis;
using MedCrm.Patients.Reminders;
using MedCrm.Patients.Slots;
using MedCrm.Patients.Sync;
using MedCrm.Patients.WaitingList;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MedCrm.Patients;

/// <summary>The room of contacts, and the door to the MIS.</summary>
public static class PatientsPart
{
    public static Part Part { get; } = new("patients", Build);

    /// <summary>An errand does little but wait for the MIS; one that hangs must not keep the others from it, nor fifty at once bring it down.</summary>
    private const int ErrandsAtOnce = 20;

    private static WebApplication Build(IConfiguration configuration)
    {
        var builder = PartBuilder.Create("patients", typeof(PatientsPart).Assembly, "Patients", configuration);
        var options = builder.Bind<MisOptions>(MisOptions.Section);
        builder.Web.Services.AddMis(options);
        builder.Web.Services.AddSingleton(builder.Bind<BookingOptions>(BookingOptions.Section));
        builder.Web.Services.AddSingleton(builder.Bind<ReminderOptions>(ReminderOptions.Section));
        builder.Web.Services.AddSingleton<OfferSlots>();
        builder.Web.Services.AddSingleton<SweepReminders>();
        builder.Web.Services.AddHostedService(provider => provider.GetRequiredService<SweepReminders>());
        builder.UseStore(store =>
        {
            store.Events.AppendMode = EventAppendMode.Quick;
            store.Events.UseIdentityMapForAggregates = true;
            store.Projections.Add<ContactProjection>(ProjectionLifecycle.Inline);
            store.Projections.Add<AppointmentProjection>(ProjectionLifecycle.Inline);
            // Who is linked to a patient is asked for by each appointment that the MIS's own people make.
            store.Schema.For<Contact>().Index(contact => contact.Patient!.Value);
            store.Schema.For<Appointment>()
                .Duplicate(appointment => appointment.RequestKey)
                .Duplicate(appointment => appointment.ContactKey)
                .Duplicate(appointment => appointment.PatientId)
                .Duplicate(appointment => appointment.MisId)
                .Duplicate(appointment => appointment.Status, pgType: "varchar(20)");
            store.Schema.For<RequestContact>();
            store.Schema.For<AppointmentBooking>().Duplicate(saga => saga.DueAt);
            store.Schema.For<AppointmentReminders>().Duplicate(reminders => reminders.NextAt);
            store.Schema.For<AskedQuestion>();
            // Two managers may take one patient off the list at the same moment: the second sees the first.
            store.Schema.For<CallListEntry>().UseOptimisticConcurrency(true)
                .Duplicate(entry => entry.AppointmentKey)
                .Duplicate(entry => entry.Reason, pgType: "varchar(20)")
                .Duplicate(entry => entry.StartsAt)
                .Duplicate(entry => entry.CallAt)
                .Duplicate(entry => entry.DoneAt);
            store.Schema.For<WaitingEntry>().UseOptimisticConcurrency(true)
                .Duplicate(entry => entry.Status, pgType: "varchar(20)")
                .Duplicate(entry => entry.RequestKey)
                .Duplicate(entry => entry.OfferUntil)
                .Duplicate(entry => entry.CreatedAt);
            // Two messages may give one phone two people at the same moment: the second is tried again and sees the first.
            store.Schema.For<ContactAddress>().UseOptimisticConcurrency(true);
        });
        builder.Web.Services.AddHosted<PatientIndex>();
        builder.Web.Services.AddHosted<AccessLog>();
        builder.Web.Services.AddHosted<SlotHolds>();
        builder.Web.Services.AddHostedService<WakeErrands>();
        builder.Web.Services.AddScoped<SlotDesk>();
        builder.Web.Services.AddScoped<VisitNotices>();
        builder.Web.Services.AddScoped<AppointmentReading>();
        builder.Web.Services.AddScoped<CallListReading>();
        builder.Web.Services.AddScoped<WaitingListReading>();
        builder.Web.Services.AddScoped<PatientSearch>();
        builder.Web.Services.AddScoped<ContactBook>();
        builder.Web.Services.AddScoped<ContactLog>();
        builder.Web.Services.AddScoped<ContactDesk>();
        builder.Web.Services.AddScoped<ContactReading>();
        builder.Web.Services.AddScoped<AppointmentLog>();
        builder.UseBus((bus, _) =>
        {
            bus.LocalQueueFor<RunErrand>().MaximumParallelMessages(ErrandsAtOnce);
            bus.LocalQueueFor<SettleErrand>().MaximumParallelMessages(ErrandsAtOnce);
        });
        builder.Hears(Queues.Patients);
        builder.HearsInAnyOrder(Queues.AccessLog);
        var app = builder.Build();
        var api = app.MapGroup("/api").RequireAuthorization();
        ContactEndpoints.Map(api);
        PatientEndpoints.Map(api);
        GetPatientIndexEndpoint.Map(api);
        GetSlotsEndpoint.Map(api);
        GetDirectoryEndpoint.Map(api);
        AppointmentEndpoints.Map(api);
        ReconciliationEndpoint.Map(api);
        CallListEndpoints.Map(api);
        WaitingListEndpoints.Map(api);
        app.MapOpenApi();
        return app;
    }

    private static void AddHosted<T>(this IServiceCollection services)
        where T : class, IHostedService
    {
        services.AddSingleton<T>();
        services.AddHostedService(provider => provider.GetRequiredService<T>());
    }
}
