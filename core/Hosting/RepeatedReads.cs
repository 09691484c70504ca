using MedCrm.Hosting.Bus;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace MedCrm.Hosting;

/// <summary>
/// A database that was started anew leaves dead connections in the pools, and whoever takes one first is told so.
/// A read is then simply read again; a change is not, because whether it was made is not known: its sender has a key to repeat it by.
/// </summary>
internal static class RepeatedReads
{
    public static void UseRepeatedReads(this WebApplication app) => app.Use(async (HttpContext context, RequestDelegate next) =>
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (HttpMethods.IsGet(context.Request.Method) && !context.Response.HasStarted && !context.WebSockets.IsWebSocketRequest && FailureRules.IsOutOfReach(e))
        {
            context.Response.Clear();
            await next(context);
        }
    });

    /// <summary>503, not 500, while the database or the network is away: nothing is wrong with the request, and it may come again.</summary>
    public static int StatusOf(Exception e) => FailureRules.IsOutOfReach(e) ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError;
}
