using System.Management.Automation;
using EmrSim.Core.Encryption;
using EmrSim.Core.Stores;
using EmrSim.Core.Verification;
using EmrSim.PowerShell.Abstractions;
using Microsoft.Extensions.Logging;

namespace EmrSim.PowerShell.Commands;

/// <summary>Tests whether a backup is whole and restores.</summary>
/// <remarks>
/// <para>
/// The outcome is Passed, Failed or Inconclusive, with one line per check. A check that could not run, or ran out of time, is Inconclusive, and
/// so is the test: never Passed. Unless it passed, the cmdlet also writes an error, so that <c>$?</c> and <c>-ErrorAction Stop</c> see it.
/// </para>
/// <para>
/// Level Checksum compares the stored file with its manifest. Level Integrity also unpacks it and checks the database inside: its digest, its
/// structure, its indexes and foreign keys, and the rows of every table. Level Restore also restores it into a temporary place, opens it as an
/// application would, and compares rows and schema with the manifest.
/// </para>
/// <para>
/// Each test of a backup adds a line to its store's <c>history.jsonl</c>. Get-EmrBackupStatus takes from there when a backup was last proved to restore, and
/// which one failed. A store that takes no writes is tested all the same, with a warning.
/// </para>
/// <para>
/// A test of level Restore is a drill: it also adds its checks, times and digests to the store's <c>drills.jsonl</c>, as evidence, and Get-EmrBackup shows when
/// each backup was last proved. It needs no stop of the application, never opens the live database, and leaves nothing in <see cref="StoredBackupCmdlet.WorkPath"/>:
/// what a killed one left there goes with the next. about_EmrSim_Scheduling has a job that drills every week.
/// </para>
/// <para>
/// A backup in Azure Blob Storage is named by its address. It is fetched once, into <see cref="StoredBackupCmdlet.WorkPath"/>, and not at all for level Checksum, where it is only read.
/// </para>
/// <para>
/// An object is true in an <c>if</c> whatever its outcome; there, use <see cref="Quiet"/>.
/// </para>
/// </remarks>
/// <example>
/// Test all backups of a store
/// <code>Get-EmrBackup backups | Test-EmrBackup</code>
/// One result per backup, with its checks.
/// </example>
/// <example>
/// Act upon the outcome
/// <code>if (Get-EmrBackup backups app -Latest | Test-EmrBackup -Level Restore -Quiet) { 'The newest backup restores.' }</code>
/// With -Quiet the cmdlet gives True or False.
/// </example>
/// <example>
/// Fail when the newest backup is older than a day
/// <code>Get-EmrBackup backups app -Latest | Test-EmrBackup -Level Checksum -MaxAge 1.00:00:00 -ErrorAction Stop</code>
/// Made for a monitor: a missed backup is as bad as a damaged one.
/// </example>
/// <example>
/// Rehearse the recovery of every set, and see what was proved
/// <code>Get-EmrBackup backups -Latest | Test-EmrBackup -Level Restore -MaxAge 1.02:00:00 -ErrorAction Stop | Out-Null; Get-EmrBackup backups | Where-Object LastProved</code>
/// Fails when a newest backup does not restore or is older than 26 hours, else lists the backups that are proved. The evidence is in drills.jsonl of the store.
/// </example>
/// <seealso cref="BackupEmrDatabaseCommand"/>
/// <seealso cref="GetEmrBackupCommand"/>
[Cmdlet(VerbsDiagnostic.Test, "EmrBackup", DefaultParameterSetName = PathSet)]
[OutputType(typeof(EmrBackupTest), typeof(bool))]
public sealed class TestEmrBackupCommand : StoredBackupCmdlet
{
    private const string BackupSet = "Backup";

    /// <summary>The backup to test, as Get-EmrBackup and Backup-EmrDatabase give it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BackupSet, ValueFromPipeline = true)]
    public EmrBackup Backup { get; set; } = null!;

    /// <summary>How deeply: Checksum, Integrity (the default) or Restore.</summary>
    [Parameter]
    public EmrVerificationLevel Level { get; set; } = EmrVerificationLevel.Integrity;

    /// <summary>The age beyond which the backup fails.</summary>
    [Parameter]
    public TimeSpan? MaxAge { get; set; }

    /// <summary>After this time the test ends; what was not checked is Inconclusive.</summary>
    [Parameter]
    public TimeSpan? Timeout { get; set; }

    /// <summary>
    /// Writes start and outcome to the system's log, too: the Application log of Windows with the source EmrSim, the journal or the syslog of Linux and
    /// macOS with the name emrsim.
    /// </summary>
    [Parameter]
    public SwitchParameter SystemLog { get; set; }

    /// <summary>Gives only True or False. False also when a check could not run.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == BackupSet) ProcessPath(Backup.Path);
        else base.ProcessRecord();
    }

    private protected override void ProcessPath(string path)
    {
        Func<StoreAccess?> access = Access();
        Func<DecryptionKeys> keys = Keys();
        var request = new BackupTestRequest(path, Level)
        {
            MaximumAge = MaxAge,
            Timeout = Timeout,
            WorkPath = WorkPath is null ? null : ResolvePath(WorkPath),
        };
        Run(
            path,
            call => new BackupTester(call.Loggers, TimeProvider.System).TestAsync(request with { Access = access(), Keys = keys() }, call.Progress, call.Token),
            Write);
    }

    private protected override void AddLogging(ILoggerFactory loggers)
    {
        if (SystemLog) AddSystemLog(loggers);
    }

    private void Write(BackupTestResult result)
    {
        WriteObject(Quiet ? result.Test.Outcome == EmrOutcome.Passed : result.Test);
        if (result.Error is { } error) Report(error, (object?)result.Test.Backup ?? result.Test.Path);
    }
}
