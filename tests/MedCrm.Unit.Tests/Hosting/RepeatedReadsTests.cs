using System.Net;
using MedCrm.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MedCrm.Unit.Tests.Hosting;

/// <summary>Whoever takes a dead connection from the pool first.</summary>
public sealed class RepeatedReadsTests
{
    [Fact]
    public async Task A_read_that_met_a_dead_connection_is_read_again_once()
    {
        var (status, tries) = await AskAsync(HttpMethod.Get, failures: 1);
        Assert.Equal((HttpStatusCode.OK, 2), (status, tries));
    }

    [Fact]
    public async Task A_database_that_stays_away_is_told_as_such()
    {
        var (status, tries) = await AskAsync(HttpMethod.Get, failures: int.MaxValue);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, 2), (status, tries));
    }

    [Fact]
    public async Task A_change_is_never_made_twice()
    {
        var (status, tries) = await AskAsync(HttpMethod.Post, failures: 1);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, 1), (status, tries));
    }

    private static async Task<(HttpStatusCode Status, int Tries)> AskAsync(HttpMethod method, int failures)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddProblemDetails();
        await using var app = builder.Build();
        app.UseExceptionHandler(new ExceptionHandlerOptions { StatusCodeSelector = RepeatedReads.StatusOf });
        app.UseRepeatedReads();
        var tries = 0;
        app.MapMethods("/", ["GET", "POST"], () => ++tries > failures ? Results.Ok() : throw new TimeoutException("57P01, as it were"));
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(method, app.Urls.Single());
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return (answer.StatusCode, tries);
    }
}
