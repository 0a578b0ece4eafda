using System.Globalization;
using System.Runtime.Versioning;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Logging;

/// <summary>
/// Writes events to the system's log: the Application log of Windows, the journal or else the syslog of Linux, the syslog of macOS. Only rendered
/// messages are written. A log that cannot be written is warned of once, and the work goes on.
/// </summary>
internal sealed class SystemLoggerProvider : ILoggerProvider
{
    private readonly ISystemLog _log;
    private readonly Action<string> _warn;
    private volatile bool _failed;

    private SystemLoggerProvider(ISystemLog log, Action<string> warn)
    {
        _log = log;
        _warn = warn;
    }

    /// <summary>Adds the system's log to those of a factory.</summary>
    /// <returns>Whether there is one.</returns>
    internal static bool AddTo(ILoggerFactory loggers)
    {
        if (OperatingSystem.IsWindows()) return AddToWindows(loggers);
        return AddTo(loggers, OperatingSystem.IsMacOS() ? null : UnixSystemLog.Journal, OperatingSystem.IsMacOS() ? UnixSystemLog.MacSyslog : UnixSystemLog.DevLog);
    }

    /// <summary>The same with sockets of the caller's own.</summary>
    internal static bool AddTo(ILoggerFactory loggers, string? journal, string syslog) =>
        AddTo(loggers, () => UnixSystemLog.Connect(journal, syslog), static () => null);

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new SystemLogger(this, categoryName);

    /// <inheritdoc/>
    public void Dispose() => _log.Dispose();

    [SupportedOSPlatform("windows")]
    private static bool AddToWindows(ILoggerFactory loggers)
    {
        string? remark = null;
        return AddTo(loggers, () => WindowsSystemLog.Open(out remark), () => remark);
    }

    private static bool AddTo(ILoggerFactory loggers, Func<ISystemLog> open, Func<string?> remark)
    {
        ILogger logger = loggers.CreateLogger("EmrSim.Logging");
        try
        {
            // The factory disposes it.
#pragma warning disable CA2000
            loggers.AddProvider(new SystemLoggerProvider(open(), reason => Log.SystemLogUnavailable(logger, reason)));
#pragma warning restore CA2000
            if (remark() is { } text) Log.SystemLogRemark(logger, text);
            return true;
        }
        catch (IOException e)
        {
            Log.SystemLogUnavailable(logger, e.Message);
            return false;
        }
    }

    private void Write(SystemLogRecord record)
    {
        if (_failed) return;
        try
        {
            _log.Write(record);
        }
        catch (IOException e)
        {
            // Set before the warning, which comes back to this provider, too.
            _failed = true;
            _warn(e.Message);
        }
    }

    private sealed class SystemLogger(SystemLoggerProvider provider, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Information and < LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            string message = formatter(state, exception);
            if (message.Length > SystemLogRecord.LongestMessage) message = message[..SystemLogRecord.LongestMessage] + "…";
            string name = eventId.Name ?? eventId.Id.ToString(CultureInfo.InvariantCulture);
            provider.Write(new SystemLogRecord(logLevel, eventId.Id, name, category, message));
        }
    }
}
