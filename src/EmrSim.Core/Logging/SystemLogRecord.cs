using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Logging;

/// <summary>A rendered event on its way to the system's log.</summary>
/// <param name="Level">How grave it is.</param>
/// <param name="EventId">Its stable id.</param>
/// <param name="Event">The id's name.</param>
/// <param name="Category">Who said it.</param>
/// <param name="Message">The rendered message.</param>
internal sealed record SystemLogRecord(LogLevel Level, int EventId, string Event, string Category, string Message)
{
    private const int Critical = 2;
    private const int Error = 3;
    private const int Warning = 4;
    private const int Informational = 6;
    private const int Debug = 7;

    /// <summary>What messages are cut to: a datagram of a journal or of a syslog has a limit, and one that is too long would be lost.</summary>
    internal const int LongestMessage = 16 * 1024;

    /// <summary>The severity of RFC 5424, which the journal calls PRIORITY.</summary>
    internal int Severity => Level switch
    {
        LogLevel.Critical => Critical,
        LogLevel.Error => Error,
        LogLevel.Warning => Warning,
        LogLevel.Information => Informational,
        _ => Debug,
    };
}

/// <summary>A place of the system that takes log events.</summary>
internal interface ISystemLog : IDisposable
{
    /// <summary>Writes one event.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    void Write(SystemLogRecord record);
}
