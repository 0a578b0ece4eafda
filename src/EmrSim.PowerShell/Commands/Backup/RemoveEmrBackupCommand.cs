using System.Management.Automation;
using EmrSim.Core.Stores;
using EmrSim.PowerShell.Abstractions;

namespace EmrSim.PowerShell.Commands;

/// <summary>Removes a backup: the stored file and its manifest together.</summary>
/// <remarks>
/// <para>
/// It asks first, unless <c>-Confirm:$false</c> is given. The newest verified backup of a set, and a pinned one, stay unless <see cref="Force"/> is given.
/// A kill in between leaves nothing that looks like a backup: the next run clears the rest away.
/// </para>
/// <para>
/// In Azure Blob Storage the identity or the signature needs the right to delete. What a retention policy or a legal hold of the account keeps
/// stays whole, and is an error.
/// </para>
/// </remarks>
/// <example>
/// See what would go: everything that is older than 90 days
/// <code>Get-EmrBackup backups | Where-Object { $_.CreatedUtc -lt [datetimeoffset]::UtcNow.AddDays(-90) } | Remove-EmrBackup -WhatIf</code>
/// Without -WhatIf it asks for every backup.
/// </example>
/// <example>
/// Remove all backups of a set that is no longer wanted
/// <code>Get-EmrBackup backups app | Remove-EmrBackup -Force -Confirm:$false</code>
/// With -Force the newest verified backup goes, and pinned ones, too.
/// </example>
/// <seealso cref="GetEmrBackupCommand"/>
/// <seealso cref="InvokeEmrRetentionCommand"/>
/// <seealso cref="SetEmrBackupCommand"/>
[Cmdlet(VerbsCommon.Remove, "EmrBackup", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class RemoveEmrBackupCommand : StoreCmdlet
{
    /// <summary>The backup to remove, as Get-EmrBackup gives it.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public EmrBackup Backup { get; set; } = null!;

    /// <summary>Removes even a pinned backup, or the newest verified one of its set, which is refused otherwise.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!ShouldProcess(Backup.Path, "Remove the backup and its manifest")) return;
        Func<StoreAccess?> access = Access();
        Run<object?>(
            Backup,
            async call =>
            {
                await new BackupCatalog(call.Loggers, TimeProvider.System).RemoveAsync(Backup, Force, access(), call.Token).ConfigureAwait(false);
                return null;
            },
            static _ => { });
    }
}
