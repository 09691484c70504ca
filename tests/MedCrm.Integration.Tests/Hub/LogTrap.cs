using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MedCrm.Integration.Tests.Hub;

/// <summary>Keeps every line that any part logs.</summary>
public sealed class LogTrap : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => new Line(categoryName, _lines);

    // Every part disposes its providers; the trap outlives them.
    public void Dispose()
    {
    }

    private sealed class Line(string category, ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {category} {formatter(state, exception)} {exception}");
    }
}
