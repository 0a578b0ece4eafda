using System.Management.Automation;
using EmrSim.Core.Verification;
using EmrSim.PowerShell.Abstractions;

namespace EmrSim.PowerShell.Commands;

/// <summary>Tests whether a backup is whole and restores.</summary>
[Cmdlet(VerbsDiagnostic.Test, "EmrBackup", DefaultParameterSetName = PathSet)]
[OutputType(typeof(EmrBackupTest), typeof(bool))]
public sealed class TestEmrBackupCommand : PathCmdlet
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

    /// <summary>A folder for the unpacked database. By default the system's temporary folder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WorkPath { get; set; }

    /// <summary>Gives only True or False. False also when a check could not run.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == BackupSet) ProcessPath(Backup.Path);
        else base.ProcessRecord();
    }

    private protected override EmrSimException NotFound(string path) =>
        new(ErrorCode.BackupNotFound, $"There is no backup at '{path}'.", path);

    private protected override void ProcessPath(string path)
    {
        var request = new BackupTestRequest(path, Level)
        {
            MaximumAge = MaxAge,
            Timeout = Timeout,
            WorkPath = WorkPath is null ? null : ResolvePath(WorkPath),
        };
        Run(path, call => new BackupTester(call.Loggers, TimeProvider.System).TestAsync(request, call.Progress, call.Token), Write);
    }

    private void Write(BackupTestResult result)
    {
        WriteObject(Quiet ? result.Test.Outcome == EmrOutcome.Passed : result.Test);
        if (result.Error is { } error) Report(error, (object?)result.Test.Backup ?? result.Test.Path);
    }
}
