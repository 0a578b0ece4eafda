using System.Management.Automation;
using EmrSim.Core.Stores;
using EmrSim.PowerShell.Abstractions;

namespace EmrSim.PowerShell.Commands;

/// <summary>Removes a backup: the stored file and its manifest together.</summary>
[Cmdlet(VerbsCommon.Remove, "EmrBackup", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class RemoveEmrBackupCommand : EmrCmdlet
{
    /// <summary>The backup to remove, as Get-EmrBackup gives it.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public EmrBackup Backup { get; set; } = null!;

    /// <summary>Removes even the newest verified backup of its set, which is refused otherwise.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!ShouldProcess(Backup.Path, "Remove the backup and its manifest")) return;
        Run<object?>(
            Backup,
            async call =>
            {
                await new BackupCatalog(call.Loggers, TimeProvider.System).RemoveAsync(Backup, Force, call.Token).ConfigureAwait(false);
                return null;
            },
            static _ => { });
    }
}
