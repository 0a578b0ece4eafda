using System.ComponentModel;
using System.Management.Automation;
using EmrSim.Core.Logging;
using EmrSim.Core.Progress;
using EmrSim.PowerShell.Errors;
using EmrSim.PowerShell.Logging;
using EmrSim.PowerShell.Pipeline;
using Microsoft.Extensions.Logging;

namespace EmrSim.PowerShell.Abstractions;

/// <summary>The base of all cmdlets: runs engine work on a worker, carries its output to the pipeline, and stops it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class EmrCmdlet : PSCmdlet, IDisposable
{
    private const int ProgressId = 20431;

    private readonly CancellationTokenSource _stop = new();
    private string? _activity;
    private EmrSimException? _logError;
    private bool _systemLogMissing;

    /// <summary>Cancels the engine's work. Runs on a foreign thread, so it touches no stream and does not wait.</summary>
    protected override void StopProcessing() => _stop.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the cmdlet holds.</summary>
    /// <param name="disposing">True when called by Dispose.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing) _stop.Dispose();
    }

    /// <summary>Makes one engine call; its result is written, its foreseen errors become error records.</summary>
    /// <param name="target">What the call works on, for the error record.</param>
    /// <param name="call">The call.</param>
    /// <param name="write">Writes the result, on the pipeline thread.</param>
    /// <param name="terminate">Whether an error ends the whole pipeline, because no later record can succeed.</param>
    private protected void Run<T>(object? target, Func<EngineCall, Task<T>> call, Action<T> write, Func<EmrSimException, bool>? terminate = null)
    {
        T? result = default;
        bool done = false;
        try
        {
            using var pump = new CmdletPump(ShowProgress);
            using ILoggerFactory loggers = CreateLoggers(pump);
            var arguments = new EngineCall(loggers, pump, _stop.Token) { Commands = new PowerShellCommandRunner(this, pump) };
            pump.Run(async () => result = await CallAsync(call, arguments).ConfigureAwait(false), _stop);
            done = true;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The pipeline is stopping; PowerShell says so itself.
        }
        catch (EmrSimException e)
        {
            Report(e, target, terminate?.Invoke(e) ?? false);
        }
        finally
        {
            CompleteProgress();
        }

        if (done) write(result!);
        if (_logError is not { } error) return;
        _logError = null;
        Report(error, error.Target);
    }

    // Only what the engine throws is a fault of ours; what ends the pipeline from downstream must pass through as it is.
    private static async Task<T> CallAsync<T>(Func<EngineCall, Task<T>> call, EngineCall arguments)
    {
        try
        {
            return await call(arguments).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not EmrSimException && !(e is OperationCanceledException && arguments.Token.IsCancellationRequested))
        {
            throw new EmrSimException(ErrorCode.InternalError, $"EmrSim met an error it did not foresee: {e.GetType().Name}: {e.Message}", null, e);
        }
    }

    /// <summary>Writes a file as Get-Item does, with the properties that PowerShell's table of files shows.</summary>
    private protected void WriteFile(FileInfo file) =>
        WriteObject(InvokeProvider.Item.Get([file.FullName], force: true, literalPath: true), enumerateCollection: true);

    /// <summary>Writes an error record, or throws it.</summary>
    private protected void Report(EmrSimException error, object? target, bool terminate = false)
    {
        ErrorRecord record = ErrorRegistry.ToRecord(error, target);
        if (terminate) ThrowTerminatingError(record);
        WriteError(record);
    }

    /// <summary>The absolute path that a parameter names; what it names need not exist yet. Ends the pipeline where it is no path.</summary>
    private protected string ResolvePath(string path)
    {
        try
        {
            return FileSystemPaths.Resolve(SessionState.Path, path);
        }
        catch (EmrSimException e)
        {
            ThrowTerminatingError(ErrorRegistry.ToRecord(e, path));
            throw;
        }
    }

    /// <summary>Adds further log sinks, such as a file.</summary>
    private protected virtual void AddLogging(ILoggerFactory loggers)
    {
    }

    /// <summary>Adds the system's log, unless it was found missing before: one warning is enough.</summary>
    private protected void AddSystemLog(ILoggerFactory loggers)
    {
        if (!_systemLogMissing) _systemLogMissing = !SystemLoggerProvider.AddTo(loggers);
    }

    /// <summary>Whether -WhatIf holds: nothing is to be done, only told.</summary>
    private protected bool IsOnlyAsked => MyInvocation.BoundParameters.TryGetValue("WhatIf", out object? given)
        ? LanguagePrimitives.IsTrue(given)
        : LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"));

    private LoggerFactory CreateLoggers(CmdletPump pump)
    {
        // A factory disposes only the providers that are added to it, not those that a builder is given: files would stay open.
        var loggers = new LoggerFactory([], new LoggerFilterOptions { MinLevel = LogLevel.Debug });
        loggers.AddProvider(new PipelineLoggerProvider(this, pump));
        try
        {
            AddLogging(loggers);
        }
        catch (EmrSimException e)
        {
            // A missing log must be seen, but it is no reason to go without the work: it is reported when that is done.
            _logError = new EmrSimException(e.ErrorCode, e.Message + " The work itself was done without this log.", e.Target, e);
        }

        return loggers;
    }

    private void ShowProgress(OperationProgress progress)
    {
        _activity = progress.Activity;
        WriteProgress(new ProgressRecord(ProgressId, progress.Activity, progress.Status)
        {
            PercentComplete = progress.Percent,
            SecondsRemaining = progress.Remaining is { } left ? (int)left.TotalSeconds : -1,
        });
    }

    private void CompleteProgress()
    {
        if (_activity is null || Stopping) return;
        WriteProgress(new ProgressRecord(ProgressId, _activity, "Done") { RecordType = ProgressRecordType.Completed });
        _activity = null;
    }
}
