using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace EmrSim.Tests.Support;

/// <summary>Keeps log events for a test to look at.</summary>
public sealed class ListLoggerProvider : ILoggerProvider
{
    private readonly ConcurrentQueue<(LogLevel Level, int Id, string Message)> _events = new();

    public IReadOnlyCollection<(LogLevel Level, int Id, string Message)> Events => _events;

    public ILogger CreateLogger(string categoryName) => new ListLogger(_events);

    public void Dispose()
    {
    }

    private sealed class ListLogger(ConcurrentQueue<(LogLevel, int, string)> events) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            events.Enqueue((logLevel, eventId.Id, formatter(state, exception)));
    }
}
