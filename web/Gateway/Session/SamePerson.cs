using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace MedCrm.Gateway.Session;

/// <summary>Refuses what a window asks for in the name of somebody who is signed in no more. Tabs of one browser share the cookie: when a colleague signs in from another tab, this one would go on under the colleague's name.</summary>
internal static class SamePerson
{
    /// <summary>Who signed in at this window, as <see cref="SessionUser.Id"/>. Absent: nobody is compared, as for a program with a cookie of its own.</summary>
    public const string Header = "MedCrm-Agent";

    public static void UseSamePerson(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (context.User.Identity?.IsAuthenticated == true
            && context.Request.Headers[Header] is [{ } agent]
            && !(Guid.TryParse(agent, out var id) && id == SessionAgent.Of(context.User).Id.Value))
        {
            await TypedResults.Problem(statusCode: 401, title: "session.other").ExecuteAsync(context);
            return;
        }

        await next(context);
    });
}
