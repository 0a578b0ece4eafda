using System.Management.Automation;
using EmrSim.Core.Scheduling;
using EmrSim.PowerShell.Abstractions;

namespace EmrSim.PowerShell.Commands;

/// <summary>Writes a runbook of Azure Automation that backs up databases.</summary>
/// <remarks>
/// <para>
/// The runbook is for the runtime of PowerShell 7.4 or later, in the cloud or on a hybrid worker. Its own help says what to import, which permissions
/// the managed identity needs, and where secrets belong. It tries out everything first, and throws when a backup failed, so that the job ends as Failed.
/// </para>
/// <para>
/// Blob stores are reached with the managed identity. Secrets that are named are encrypted variables of the Automation account; none is in the
/// runbook. Paths are those of the hybrid worker; paths of Windows are taken as they are on any machine.
/// </para>
/// </remarks>
/// <example>
/// Write a runbook for a hybrid worker
/// <code>Export-EmrRunbook -OutFile runbook.ps1 -Path app.db -Destination https://account.blob.core.windows.net/backups/app -KeepDaily 14</code>
/// Import it with Import-AzAutomationRunbook, and link it to a schedule there.
/// </example>
/// <example>
/// Write one that encrypts with a passphrase of the Automation account
/// <code>Export-EmrRunbook -OutFile runbook.ps1 -Path 'D:\data\app.db' -Destination '\\server\backups' -PassphraseSecret BackupPassphrase -Force</code>
/// BackupPassphrase is the name of an encrypted variable.
/// </example>
/// <seealso cref="RegisterEmrBackupScheduleCommand"/>
[Cmdlet(VerbsData.Export, "EmrRunbook", DefaultParameterSetName = PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportEmrRunbookCommand : NamedSecretCmdlet
{
    /// <summary>The script to write.</summary>
    [Parameter(Mandatory = true, Position = 2)]
    [ValidateNotNullOrEmpty]
    public string OutFile { get; set; } = null!;

    /// <summary>The client id of a user-assigned managed identity. By default the identity of the system is used.</summary>
    [Parameter]
    public Guid? ManagedIdentityClientId { get; set; }

    /// <summary>Replaces a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        string path = ResolvePath(OutFile);
        var request = new RunbookRequest(Backup())
        {
            ManagedIdentity = ManagedIdentityClientId,
            ModuleVersion = typeof(EmrBackup).Assembly.GetName().Version!,
        };
        if (ShouldProcess(path, "Write the runbook")) Run(path, call => Runbook.WriteAsync(request, path, Force, call.Token), WriteFile);
    }
}
