using System.Text.Json.Nodes;
using MedCrm.Peers.Telegram;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

// A Telegram for browser tests and for trying things out.
//   POST /try/TOKEN {"user":7001,"name":"Анна","kind":"message","content":{"text":"…"}}   somebody writes; a file in the content is given by its "bytes" in base64
//   GET  /try/sent/7001                                                                    what arrived at a person
// usage: dotnet run --project tests/peers/Telegram -- URL TOKEN…
await using var telegram = await FakeTelegram.StartAsync(args[0], (app, fake) =>
{
    app.MapPost("/try/{token}", (string token, JsonObject order) => Write(fake, token, order));
    app.MapGet("/try/sent/{user:long}", (long user) => Results.Ok(fake.To(user)));
});
foreach (var token in args.Skip(1))
{
    telegram.Bot(token);
}

using var ended = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) => ended.Cancel(press.Cancel = true);
await Task.Delay(Timeout.Infinite, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

static JsonObject Write(FakeTelegram telegram, string token, JsonObject order)
{
    var content = order["content"]!.AsObject();
    foreach (var media in content.Select(pair => pair.Value is JsonArray { Count: > 0 } sizes ? sizes[^1] : pair.Value).OfType<JsonObject>())
    {
        if (media["bytes"]?.GetValue<string>() is { } base64)
        {
            var bytes = Convert.FromBase64String(base64);
            media.Remove("bytes");
            media["file_id"] = telegram.Keep(bytes);
            media["file_unique_id"] = "u";
            media["file_size"] = bytes.Length;
        }
    }

    return telegram.Happen(token, order["kind"]?.GetValue<string>() ?? "message", telegram.Message(order["user"]!.GetValue<long>(), content, order["name"]?.GetValue<string>() ?? "Анна"));
}
