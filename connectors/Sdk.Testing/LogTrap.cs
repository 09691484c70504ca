using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MedCrm.Connectors.Testing;

/// <summary>Keeps every line a worker logs, exceptions whole.</summary>
public sealed class LogTrap : ILoggerProvider
{
    /// <summary>The lines.</summary>
    public ConcurrentQueue<string> Lines { get; } = new();

    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => new Trap(categoryName, Lines);

    /// <inheritdoc />
    public void Dispose()
    {
    }

    private sealed class Trap(string category, ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {category} {eventId.Id} {formatter(state, exception)} {exception}");
    }
}
