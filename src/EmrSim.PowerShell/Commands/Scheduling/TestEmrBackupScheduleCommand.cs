using System.Management.Automation;
using System.Security;
using EmrSim.Core.Scheduling;
using EmrSim.PowerShell.Abstractions;

namespace EmrSim.PowerShell.Commands;

/// <summary>Tries out whether a scheduled backup has everything that it needs.</summary>
/// <remarks>
/// <para>
/// SQLite is loaded, each database is opened, a file is written to each destination and removed again, each secret is read. Nothing is backed up.
/// Register-EmrBackupSchedule does the same before it registers anything; job scripts and runbooks do it when they are asked to.
/// </para>
/// <para>
/// By name it runs the job's own script in the job's own PowerShell and, on Linux as root, as the job's own account. With paths it checks as the
/// current account. A check that fails writes the error SelfTestFailed; one that could not be made is Inconclusive and a warning.
/// </para>
/// </remarks>
/// <example>
/// Try out what a job would need
/// <code>Test-EmrBackupSchedule -Path app.db -Destination backups</code>
/// Each check says what it found.
/// </example>
/// <example>
/// Try out all schedules of this machine
/// <code>Get-EmrBackupSchedule | Test-EmrBackupSchedule</code>
/// Do this after an update, or when rights or passwords have changed.
/// </example>
/// <seealso cref="RegisterEmrBackupScheduleCommand"/>
/// <seealso cref="ExportEmrRunbookCommand"/>
[Cmdlet(VerbsDiagnostic.Test, "EmrBackupSchedule", DefaultParameterSetName = NameSet)]
[OutputType(typeof(EmrBackupCheck))]
public sealed class TestEmrBackupScheduleCommand : ScheduledBackupCmdlet
{
    private const string NameSet = "Name";

    /// <summary>The name of a schedule that is registered. Schedules can be piped in.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = NameSet, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = null!;

    /// <summary>The passphrase, as a job has it from its vault.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    public SecureString? Passphrase { get; set; }

    /// <summary>The secret of the destination, as a job has it from its vault.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    public SecureString? StoreSecret { get; set; }

    /// <summary>The secret of the second store, as a job has it from its vault.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    public SecureString? MirrorSecret { get; set; }

    /// <summary>The URL to notify, as a job has it from its vault.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [AllowEmptyString]
    public string? NotifyUri { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        base.ProcessRecord();
        if (ParameterSetName != NameSet) return;
        Run(
            Name,
            call => new ScheduleEngine(call.Loggers, TimeProvider.System).TestAsync(Name, call.Token),
            Write);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (ParameterSetName == NameSet) return;
        ScheduledBackup backup = Backup();
        var request = new SelfTestRequest(backup) { NamedSecrets = GivenSecrets() };
        Run(backup.Destination, call => new SelfTest(call.Loggers).RunAsync(request, call.Token), Write);
    }

    private void Write(IReadOnlyList<EmrBackupCheck> checks)
    {
        WriteObject(checks, enumerateCollection: true);
        if (SelfTest.Error(checks) is { } error) Report(error, error.Target);
    }

    private Dictionary<string, bool> GivenSecrets()
    {
        var given = new Dictionary<string, bool>();
        foreach ((string parameter, SecureString? secret) in new[] { ("Passphrase", Passphrase), ("StoreSecret", StoreSecret), ("MirrorSecret", MirrorSecret) })
        {
            if (MyInvocation.BoundParameters.ContainsKey(parameter)) given[parameter] = secret is { Length: > 0 };
        }

        if (MyInvocation.BoundParameters.ContainsKey(nameof(NotifyUri))) given[nameof(NotifyUri)] = !string.IsNullOrWhiteSpace(NotifyUri);
        return given;
    }
}
