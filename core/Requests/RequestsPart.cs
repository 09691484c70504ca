using JasperFx.Events;
using JasperFx.Events.Projections;
using MedCrm.Hosting;
using MedCrm.Hosting.Bus;
using MedCrm.Requests.Calls;
using MedCrm.Requests.Inbox;
using MedCrm.Requests.Intake;
using MedCrm.Requests.Life;
using MedCrm.Requests.Notices;
using MedCrm.Requests.Sla;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Weasel.Postgresql;

namespace MedCrm.Requests;

/// <summary>The room of requests.</summary>
public static class RequestsPart
{
    public static Part Part { get; } = new("requests", Build);

    private static WebApplication Build(IConfiguration configuration)
    {
        var builder = PartBuilder.Create("requests", typeof(RequestsPart).Assembly, "Requests", configuration);
        var options = builder.Bind<RequestsOptions>(RequestsOptions.Section);
        builder.Web.Services.AddSingleton(options);
        builder.Web.Services.AddSingleton<RequestNumbers>();
        builder.Web.Services.AddScoped<RequestLog>();
        builder.UseStore(store =>
        {
            store.Events.AppendMode = EventAppendMode.Quick;
            store.Events.UseIdentityMapForAggregates = true;
            // The trace that brought an event: what IT asks a manager for.
            store.Events.MetadataConfig.CorrelationIdEnabled = true;
            store.Projections.Add<RequestProjection>(ProjectionLifecycle.Inline);
            store.Storage.ExtendedSchemaObjects.Add(new Sequence(PostgresqlProvider.Instance.Parse("requests.request_number"), 1001));
            store.Schema.For<Request>()
                .Duplicate(request => request.SubjectKey)
                .Duplicate(request => request.Topic)
                .Duplicate(request => request.Place)
                .Duplicate(request => request.Status, pgType: "varchar(20)")
                .Duplicate(request => request.AssigneeId)
                .Duplicate(request => request.Number)
                .Duplicate(request => request.LastContactAt)
                .Duplicate(request => request.ClosedAt)
                .Duplicate(request => request.OriginContactKey)
                // One open request per person and topic: the database's word, not luck. Requests of earlier releases have no place: the first.
                .Index(request => new { request.SubjectKey, request.Topic, request.Place }, index =>
                {
                    index.Name = "one_open_request";
                    index.IsUnique = true;
                    index.NullsNotDistinct = true;
                    index.Predicate = "status <> 'Closed'";
                })
                .Index(request => new { request.LastContactAt, request.Id });
            store.Schema.For<ConversationLink>();
            store.Schema.For<RequestIntake>().Duplicate(saga => saga.DueAt);
            store.Schema.For<FirstResponseSla>().Duplicate(saga => saga.DueAt);
            store.Schema.For<Notice>();
            store.Schema.For<OpenQuestion>();
            store.Schema.For<Call>().UseOptimisticConcurrency(true).Duplicate(call => call.FirstAt, configure: index => index.Name = "calls_first_at");
            store.Schema.For<AgentExtension>();
        });
        builder.Web.Services.AddHostedService<SagaTimeouts>();
        builder.Hears(Queues.Requests);
        var app = builder.Build();
        var api = app.MapGroup("/api").RequireAuthorization();
        GetInboxEndpoint.Map(api);
        SearchRequestsEndpoint.Map(api);
        GetRequestEndpoint.Map(api);
        GetTimelineEndpoint.Map(api);
        LifeEndpoints.Map(api);
        CallEndpoints.Map(api);
        app.MapOpenApi();
        return app;
    }
}
