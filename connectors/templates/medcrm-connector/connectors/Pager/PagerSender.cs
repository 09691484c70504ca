using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using MedCrm.Connectors.Sdk;

namespace MedCrm.Connectors.Pager;

/// <summary>Sends answers, each part under a key of its own, so that a repeat after a crash shows nothing twice.</summary>
internal sealed class PagerSender(PagerApi api) : IOutboundSender
{
    private const int LongestText = 4096;

    public async Task<SendOutcome> SendAsync(OutboundMessage message, CancellationToken ct)
    {
        string? first = null;
        foreach (var (n, part) in TextParts.Of(message.Text, LongestText).Index())
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"{message.MessageId.Value:N}-{n}");
            using var answer = await api.SendAsync(message.To, part, message.References.Count > 0 ? message.References[^1] : null, key, ct);
            switch (answer.StatusCode)
            {
                case HttpStatusCode.TooManyRequests:
                    return new SendOutcome.RetryAfter(answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(30));
                case HttpStatusCode.Forbidden:
                    return new SendOutcome.Refused("rejected", null);
                case HttpStatusCode.BadRequest:
                    return new SendOutcome.Refused("bad-address", null);
            }

            PagerApi.Check(answer);
            first ??= (await answer.Content.ReadFromJsonAsync<PagerPerson>(ct))?.Id;
        }

        return new SendOutcome.Sent(first);
    }
}
