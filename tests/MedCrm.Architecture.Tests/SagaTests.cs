using System.Reflection;
using Marten;
using Wolverine;
using Xunit;

namespace MedCrm.Architecture.Tests;

public class SagaTests
{
    // A saga changes its own state and sends messages; whoever lets it reach out makes its retries send twice.
    private static readonly Type[] Forbidden = [typeof(IDocumentSession), typeof(IQuerySession), typeof(IDocumentStore), typeof(HttpClient), typeof(IHttpClientFactory), typeof(Npgsql.NpgsqlDataSource)];

    [Fact]
    public void Sagas_reach_for_nothing_outside() => Assert.Empty(Offences(Assemblies.Types));

    [Fact]
    public void A_saga_that_takes_a_session_or_a_client_is_caught() =>
        Assert.Equal(["Planted.Handle takes IDocumentSession", "Planted.Start takes HttpClient"], Offences([typeof(Planted)]).Order(StringComparer.Ordinal));

    private static IEnumerable<string> Offences(IEnumerable<Type> types) =>
        from type in types
        where type.IsAssignableTo(typeof(Saga)) && !type.IsAbstract
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        from parameter in method.GetParameters()
        where Forbidden.Contains(parameter.ParameterType)
        select $"{type.Name}.{method.Name} takes {parameter.ParameterType.Name}";

    private sealed class Planted : Saga
    {
        public static void Start(string message, HttpClient client) => ArgumentNullException.ThrowIfNull(client, message);

        public static void Handle(int message, IDocumentSession session) => ArgumentNullException.ThrowIfNull(session, $"{message}");
    }
}
