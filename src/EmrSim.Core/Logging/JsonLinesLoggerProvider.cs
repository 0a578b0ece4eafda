using System.Globalization;
using EmrSim.Core.Files;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;
using ILogger = Microsoft.Extensions.Logging.ILogger;

namespace EmrSim.Core.Logging;

/// <summary>
/// Writes one JSON object a line to a rolling file. Only rendered messages are written: the structured state of a library's event may
/// hold what must not be logged, as Npgsql's connection string.
/// </summary>
internal sealed class JsonLinesLoggerProvider : ILoggerProvider
{
    private const int FilesKept = 10;
    private const long FileLengthLimit = 10 * 1024 * 1024;

    private readonly Logger _file;

    /// <summary>Opens or creates the file; it rolls at 10 MB, and ten files are kept.</summary>
    /// <param name="path">The file's absolute path; its folder is made where it is missing.</param>
    /// <exception cref="EmrSimException">The file cannot be written.</exception>
    internal JsonLinesLoggerProvider(string path)
    {
        RequireWritable(path);
        _file = new LoggerConfiguration()
            .MinimumLevel.Verbose()
            .WriteTo.File(
                new JsonLineFormatter(),
                path,
                fileSizeLimitBytes: FileLengthLimit,
                rollOnFileSizeLimit: true,
                retainedFileCountLimit: FilesKept,
                shared: false)
            .CreateLogger();
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new FileLogger(_file, categoryName);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // The file sink keeps its troubles to itself, so what would silently leave no log is found here.
    private static void RequireWritable(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using FileStream probe = new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        }
        catch (IOException e) when (IoErrors.IsHeldByAnother(e))
        {
            // Another run writes it; the sink goes on in a file with the next number.
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, "The log could not be opened", path);
        }
    }

    private sealed class FileLogger(Logger file, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Information and < LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            LogEventLevel level = logLevel switch
            {
                LogLevel.Critical => LogEventLevel.Fatal,
                LogLevel.Error => LogEventLevel.Error,
                LogLevel.Warning => LogEventLevel.Warning,
                _ => LogEventLevel.Information,
            };
            var message = new MessageTemplate([new TextToken(formatter(state, exception))]);
            file.Write(new LogEvent(DateTimeOffset.UtcNow, level, exception, message,
            [
                new LogEventProperty("category", new ScalarValue(category)),
                new LogEventProperty("eventId", new ScalarValue(eventId.Id)),
                new LogEventProperty("event", new ScalarValue(eventId.Name ?? eventId.Id.ToString(CultureInfo.InvariantCulture))),
            ]));
        }
    }
}
