using System.Collections.Concurrent;
using MedCrm.Connectors.WebChat;
using Microsoft.AspNetCore.SignalR.Client;

namespace MedCrm.Connectors.Tests.WebChat;

/// <summary>The live line of a visitor's browser.</summary>
internal sealed class ChatBrowser : IAsyncDisposable
{
    private readonly HubConnection _line;
    private readonly string _token;
    private int _typing;

    private ChatBrowser(HubConnection line, string token)
    {
        _line = line;
        _token = token;
        line.On<List<ChatEntry>>("entries", entries => entries.ForEach(Pushed.Enqueue));
        line.On("typing", () => Interlocked.Increment(ref _typing));
    }

    public ConcurrentQueue<ChatEntry> Pushed { get; } = new();

    public bool SawTyping => Volatile.Read(ref _typing) > 0;

    public static async Task<ChatBrowser> OpenAsync(Uri url, string token, CancellationToken ct, string chat = "demo", string? origin = null)
    {
        var browser = new ChatBrowser(
            new HubConnectionBuilder().WithUrl(new Uri(url, $"/hubs/visitor?chat={chat}"), options =>
            {
                if (origin is not null)
                {
                    options.Headers["Origin"] = origin;
                }
            }).Build(),
            token);
        try
        {
            await browser._line.StartAsync(ct);
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    public async Task<IReadOnlyList<ChatEntry>> ResumeAsync(long after, CancellationToken ct) => (await _line.InvokeAsync<MissedEntries>("Resume", _token, after, ct)).Entries;

    public Task AcknowledgeAsync(long seq, bool read, CancellationToken ct) => _line.InvokeAsync("Acknowledge", seq, read, ct);

    public ValueTask DisposeAsync() => _line.DisposeAsync();
}
