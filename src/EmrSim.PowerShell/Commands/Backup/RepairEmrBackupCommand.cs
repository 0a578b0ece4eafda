using System.Management.Automation;
using EmrSim.Core.Encryption;
using EmrSim.Core.Stores;
using EmrSim.Core.Verification;
using EmrSim.PowerShell.Abstractions;

namespace EmrSim.PowerShell.Commands;

/// <summary>Makes the manifest of a backup anew, from its stored file alone, where it is lost or damaged.</summary>
/// <remarks>
/// <para>
/// A stored file without manifest is no backup that Get-EmrBackup lists: it reports it as ManifestMissing, and a retention policy neither counts nor removes it.
/// This cmdlet unpacks the file, checks the database inside as deeply as Backup-EmrDatabase does, counts its rows, and writes a manifest. What fails a check
/// gets none and stays as it is. A manifest that can be read is never replaced (TargetExists).
/// </para>
/// <para>
/// Name and time come from the file's name, all else from its content. What neither tells is lost: recipients, a pin and its reason, and the path of the
/// database, unless another backup of the set or <see cref="SourcePath"/> says it. A damaged manifest that speaks of a pin leaves the new one pinned.
/// The property RepairedUtc tells such a backup from others.
/// </para>
/// <para>
/// A manifest would prove that not a byte has changed since the backup. A new one cannot: packed and encrypted files bring digests of their own, in a plain
/// <c>.sqlite</c> file a changed value that is still a valid one passes. Nor does it make good what a test has found: a backup whose file failed its last
/// test counts as unverified, for retention and for Get-EmrBackupStatus, until Test-EmrBackup has tested it again and it has passed.
/// </para>
/// </remarks>
/// <example>
/// Repair all that a listing complains about
/// <code>Get-EmrBackup lost -ErrorAction SilentlyContinue -ErrorVariable broken; $broken.TargetObject | Repair-EmrBackup</code>
/// The target of each error is the stored file, or the damaged manifest. What is broken in another way stays an error.
/// </example>
/// <example>
/// Repair one, and say what was backed up
/// <code>Repair-EmrBackup lost/app-*.sqlite.zst -SourcePath app.db</code>
/// Without -SourcePath the path is taken from another backup of the set.
/// </example>
/// <example>
/// See what would be repaired
/// <code>Repair-EmrBackup lost/app-*.sqlite.zst -WhatIf</code>
/// Nothing is read or written.
/// </example>
/// <seealso cref="GetEmrBackupCommand"/>
/// <seealso cref="TestEmrBackupCommand"/>
[Cmdlet(VerbsDiagnostic.Repair, "EmrBackup", DefaultParameterSetName = PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(EmrBackup))]
public sealed class RepairEmrBackupCommand : StoredBackupCmdlet
{
    /// <summary>The database that was backed up, for the property SourcePath. It need not be there. By default what another backup of the set says.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SourcePath { get; set; }

    private protected override void ProcessPath(string path)
    {
        if (!ShouldProcess(path, "Make the manifest anew")) return;
        Func<StoreAccess?> access = Access();
        Func<DecryptionKeys> keys = Keys();
        var request = new ManifestRepairRequest(path)
        {
            SourcePath = SourcePath is null ? null : ResolvePath(SourcePath),
            WorkPath = WorkPath is null ? null : ResolvePath(WorkPath),
        };
        Run(
            path,
            call => new ManifestRepair(call.Loggers, TimeProvider.System).RepairAsync(request with { Access = access(), Keys = keys() }, call.Progress, call.Token),
            Write);
    }

    private void Write(EmrBackup backup)
    {
        WriteObject(backup);
        if (backup.Verification.Outcome == EmrOutcome.Passed) return;
        Report(
            new EmrSimException(
                ErrorCode.VerificationInconclusive,
                $"'{backup.Path}' has a manifest again, but a check could not run, so it does not count as verified. See the warnings above.",
                backup.Path),
            backup.Path);
    }
}
