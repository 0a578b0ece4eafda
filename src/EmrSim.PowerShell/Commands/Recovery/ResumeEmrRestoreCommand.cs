using System.Management.Automation;
using EmrSim.Core.Recovery;
using EmrSim.PowerShell.Abstractions;

namespace EmrSim.PowerShell.Commands;

/// <summary>Finishes a restore that was cut off by a crash, a kill or a reboot.</summary>
/// <remarks>
/// <para>
/// The journal beside the database, <c>….emr-restore.json</c>, says which step was begun last. It goes on there, with the application and the commands that were given
/// to Restore-EmrDatabase. Steps that may be half done are taken again. When one fails, the old database gets its place again, as in the restore itself.
/// </para>
/// <para>
/// A restore that ended before the backup was unpacked has nothing to finish: take it back with Undo-EmrRestore, and restore again. One that was on its way back goes
/// on that way.
/// </para>
/// </remarks>
/// <example>
/// See what would be done
/// <code>Resume-EmrRestore app.db -WhatIf</code>
/// Nothing is changed.
/// </example>
/// <example>
/// Finish what a reboot cut off, in a script
/// <code>try { Resume-EmrRestore app.db -Confirm:$false -ErrorAction Stop } catch { "Not finished: $_" }</code>
/// Without a restore that was cut off it is the error RestoreNotFound.
/// </example>
/// <seealso cref="RestoreEmrDatabaseCommand"/>
/// <seealso cref="UndoEmrRestoreCommand"/>
[Cmdlet(VerbsLifecycle.Resume, "EmrRestore", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(EmrRestore))]
public sealed class ResumeEmrRestoreCommand : UnfinishedRestoreCmdlet
{
    private protected override string Question => "Finish the restore that was cut off";

    private protected override Task<RestoreResult> CallAsync(RestoreEngine engine, RestoreResumption request, EngineCall call) =>
        engine.ResumeAsync(request, call.Progress, call.Token);
}
