using Xunit;

[assembly: AssemblyFixture(typeof(PostgresFixture))]
