using System.Management.Automation;
using EmrSim.PowerShell.Pipeline;
using Microsoft.Extensions.Logging;

namespace EmrSim.PowerShell.Logging;

/// <summary>
/// Writes log events to PowerShell's streams: Debug to debug, Information to verbose, Warning to warning. Errors go to verbose,
/// because the exception behind them becomes the error record. Only rendered messages are passed on, never the structured state.
/// </summary>
internal sealed class PipelineLoggerProvider : ILoggerProvider
{
    private readonly PSCmdlet _cmdlet;
    private readonly CmdletPump _pump;
    private readonly bool _verbose;
    private readonly bool _debug;

    /// <summary>Made on the pipeline thread, where the preferences can be read.</summary>
    internal PipelineLoggerProvider(PSCmdlet cmdlet, CmdletPump pump)
    {
        _cmdlet = cmdlet;
        _pump = pump;
        _verbose = IsWanted("Verbose");
        _debug = IsWanted("Debug");
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new PipelineLogger(this);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private bool IsWanted(string stream)
    {
        if (_cmdlet.MyInvocation.BoundParameters.TryGetValue(stream, out object? bound)) return bound is SwitchParameter { IsPresent: true };
        return LanguagePrimitives.TryConvertTo(
            _cmdlet.GetVariableValue(stream + "Preference"), out ActionPreference preference) &&
            preference is not (ActionPreference.SilentlyContinue or ActionPreference.Ignore);
    }

    private bool IsEnabled(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.None => false,
        LogLevel.Debug => _debug,
        LogLevel.Warning => true,
        _ => _verbose,
    };

    private void Write(LogLevel level, string message) => _pump.Post(level switch
    {
        LogLevel.Debug => () => _cmdlet.WriteDebug(message),
        LogLevel.Warning => () => _cmdlet.WriteWarning(message),
        _ => () => _cmdlet.WriteVerbose(message),
    });

    private sealed class PipelineLogger(PipelineLoggerProvider provider) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => provider.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) provider.Write(logLevel, formatter(state, exception));
        }
    }
}
