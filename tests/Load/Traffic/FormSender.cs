using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace MedCrm.Load.Traffic;

/// <summary>What the sender was told.</summary>
/// <param name="Contact">What was sent.</param>
/// <param name="Receipt">The number the form gave it.</param>
/// <param name="Tries">How often it was sent until it was accepted.</param>
internal sealed record Accepted(Contact Contact, string Receipt, int Tries);

/// <summary>A clinic's site: posts forms, and repeats what was not accepted under the same key.</summary>
internal sealed class FormSender(Uri window) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly HttpClient _client = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(1) }) { BaseAddress = window, Timeout = TimeSpan.FromSeconds(15) };

    public async Task<Accepted> SendAsync(Contact contact)
    {
        var began = Waiting.Clock.GetTimestamp();
        for (var tries = 1; ; tries++)
        {
            if (await TryAsync(contact) is { } receipt)
            {
                return new Accepted(contact, receipt, tries);
            }

            if (Waiting.Clock.GetElapsedTime(began) > Patience)
            {
                throw new LoadException($"Nobody accepts forms at {window} for {Patience}.");
            }

            await Task.Delay(Pause, Waiting.Clock);
        }
    }

    public void Dispose() => _client.Dispose();

    // Null: nobody was there, or not the whole road; whether it was stored is not known.
    private async Task<string?> TryAsync(Contact contact)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/forms/demo", UriKind.Relative)) { Content = JsonContent.Create(contact.ToForm()) };
        request.Headers.Add("Idempotency-Key", contact.Key);
        try
        {
            using var answer = await _client.SendAsync(request);
            return answer.StatusCode switch
            {
                HttpStatusCode.Accepted => (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("receiptId").GetString(),
                >= HttpStatusCode.InternalServerError => null,
                _ => throw new LoadException($"A form was refused: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}"),
            };
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException or JsonException)
        {
            return null;
        }
    }
}
