using System.Management.Automation;
using EmrSim.Core.Alarms;
using EmrSim.Core.Stores;
using EmrSim.PowerShell.Abstractions;

namespace EmrSim.PowerShell.Commands;

/// <summary>Says for a monitor, in one line per backup set and by an error, whether it is fresh, verified and proved restorable.</summary>
/// <remarks>
/// <para>
/// The outcome is Passed when the newest verified backup is not older than <see cref="MaxAge"/>, every manifest of the set can be read and its stored file
/// is there, no backup failed its last test, and neither the last backup nor the last copy nor the last retention in the history failed. A backup counts as
/// verified when it passed level Integrity or Restore.
/// </para>
/// <para>
/// It is Inconclusive when something is not known: a backup is dated in the future because a clock was wrong, the newest backup could not be verified, a
/// manifest is of a newer version, the history cannot be read, or a proof is demanded and none was ever made. It is Failed for everything else that is wrong,
/// and for a set that is named and not there; a store without any backup is Failed, too. Unless all passed, the cmdlet also writes the error
/// BackupsNotHealthy, so that <c>-ErrorAction Stop</c> and a job's exit code see it.
/// </para>
/// <para>
/// A set is proved restorable by Test-EmrBackup -Level Restore, or by Backup-EmrDatabase -VerificationLevel Restore. By default the summary only says when
/// that was; <see cref="RequireProof"/> and <see cref="MaxProofAge"/> demand it.
/// </para>
/// <para>
/// It reads the manifests and the history, no stored file, so it is quick, and it cannot see damage that no test has seen: let a job run Test-EmrBackup.
/// A set that never came to a first backup is listed as long as its last failure is not older than <see cref="MaxAge"/>; name the sets that must be there.
/// </para>
/// </remarks>
/// <example>
/// See how all sets are
/// <code>Get-EmrBackupStatus backups</code>
/// One line per set. The property Problems says what is wrong, a sentence each.
/// </example>
/// <example>
/// Answer a monitor in one line and with an exit code
/// <code>(Get-EmrBackupStatus backups app -ErrorAction Stop).Summary</code>
/// As pwsh -NonInteractive -Command it gives 1 unless the set passed; the error has the line then. Without -ErrorAction Stop both are written.
/// </example>
/// <example>
/// Demand an hourly backup, and a restore that was tried within 31 days
/// <code>Test-EmrBackup backups/app-*.zst -Level Restore | Out-Null; Get-EmrBackupStatus backups app -MaxAge 1:30:00 -MaxProofAge 31.00:00:00</code>
/// The test is the proof. It belongs in a job of its own, once a month.
/// </example>
/// <seealso cref="GetEmrHistoryCommand"/>
/// <seealso cref="TestEmrBackupCommand"/>
[Cmdlet(VerbsCommon.Get, "EmrBackupStatus")]
[OutputType(typeof(EmrBackupStatus))]
public sealed class GetEmrBackupStatusCommand : StoreListCmdlet
{
    /// <summary>The age beyond which the newest verified backup is too old. 26 hours by default: a nightly job, and two hours' grace.</summary>
    [Parameter]
    public TimeSpan MaxAge { get; set; } = StatusQuery.DefaultMaximumAge;

    /// <summary>The age beyond which the last proof that a backup restores is too old. By default no proof is demanded.</summary>
    [Parameter]
    public TimeSpan? MaxProofAge { get; set; }

    /// <summary>Demands that a backup of the set was once proved to restore.</summary>
    [Parameter]
    public SwitchParameter RequireProof { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var query = new StatusQuery(ResolveStore(Destination), Name)
        {
            MaximumAge = MaxAge,
            MaximumProofAge = MaxProofAge,
            RequireProof = RequireProof,
        };
        Func<StoreAccess?> access = Access();
        Run(Destination, call => new StatusEngine(call.Loggers, TimeProvider.System).GetAsync(query with { Access = access() }, call.Token), Write);
    }

    private void Write(StatusResult result)
    {
        foreach (EmrBackupStatus status in result.Sets) WriteObject(status);
        if (result.Error is { } error) Report(error, Destination);
    }
}
