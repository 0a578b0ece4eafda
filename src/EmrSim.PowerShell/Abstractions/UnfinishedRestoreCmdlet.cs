using System.ComponentModel;
using System.Management.Automation;
using EmrSim.Core.Recovery;

namespace EmrSim.PowerShell.Abstractions;

/// <summary>The base of cmdlets that go on with a restore, or take it back, by its journal.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class UnfinishedRestoreCmdlet : EmrCmdlet
{
    /// <summary>The database that was being restored.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = null!;

    /// <summary>What the user is asked.</summary>
    private protected abstract string Question { get; }

    /// <summary>Makes the engine's call.</summary>
    private protected abstract Task<RestoreResult> CallAsync(RestoreEngine engine, RestoreResumption request, EngineCall call);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        string destination = ResolvePath(Destination);
        if (!ShouldProcess(destination, Question)) return;
        Run(
            destination,
            call => CallAsync(new RestoreEngine(call.Loggers, TimeProvider.System), new RestoreResumption(destination) { Runner = call.Commands }, call),
            result =>
            {
                WriteObject(result.Restore);
                if (result.Error is { } error) Report(error, result.Restore);
            });
    }
}
