using System.Management.Automation;
using EmrSim.Core.Recovery;
using EmrSim.PowerShell.Abstractions;

namespace EmrSim.PowerShell.Commands;

/// <summary>Brings back the database that was there before a restore.</summary>
/// <remarks>
/// <para>
/// After a restore that was cut off it clears away what that left and gives the old database its place again. After one that passed it does the same, as long as the
/// safety copy is there: until the next verified backup. What the application wrote since is not lost then but kept beside the database, as
/// <c>….emr-replaced-…</c>, which the output names. Nothing removes that but you.
/// </para>
/// <para>
/// The application that was given to Restore-EmrDatabase is stopped and started. It may itself be cut off, and be run again.
/// </para>
/// </remarks>
/// <example>
/// See what would be done
/// <code>Undo-EmrRestore app.db -WhatIf</code>
/// Nothing is changed.
/// </example>
/// <example>
/// Restore, and take it back
/// <code>Restore-EmrDatabase -From backups -Destination app.db -Force -Confirm:$false | Undo-EmrRestore -Confirm:$false</code>
/// The database is what it was.
/// </example>
/// <seealso cref="RestoreEmrDatabaseCommand"/>
/// <seealso cref="ResumeEmrRestoreCommand"/>
[Cmdlet(VerbsCommon.Undo, "EmrRestore", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(EmrRestore))]
public sealed class UndoEmrRestoreCommand : UnfinishedRestoreCmdlet
{
    private protected override string Question => "Give the database from before the restore its place again";

    private protected override Task<RestoreResult> CallAsync(RestoreEngine engine, RestoreResumption request, EngineCall call) =>
        engine.UndoAsync(request, call.Progress, call.Token);
}
