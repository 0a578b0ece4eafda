using System.Management.Automation;
using EmrSim.Core.Stores;
using EmrSim.PowerShell.Abstractions;

namespace EmrSim.PowerShell.Commands;

/// <summary>Pins a backup so that no retention policy removes it, or lifts the pin.</summary>
/// <remarks>
/// <para>
/// A pinned backup stays beside what a policy keeps: it takes no other backup's place. Remove-EmrBackup refuses it unless it is forced. The pin
/// is part of the manifest, so it holds for every machine that works on the store. Setting a pin anew replaces reason and end of the old one.
/// </para>
/// </remarks>
/// <example>
/// Keep the state before an upgrade
/// <code>Get-EmrBackup backups app -Latest | Set-EmrBackup -Pinned -Reason 'before the upgrade to 4.0' -WhatIf</code>
/// Without -WhatIf it stays until the pin is lifted.
/// </example>
/// <example>
/// Keep a backup for ten years
/// <code>Get-EmrBackup backups app -Latest | Set-EmrBackup -Pinned -Reason 'audit' -Until ([datetimeoffset]::UtcNow.AddYears(10)) -PassThru</code>
/// After that the policy decides on it as on any other.
/// </example>
/// <example>
/// Lift all pins of a store
/// <code>Get-EmrBackup backups | Set-EmrBackup -Pinned:$false -PassThru</code>
/// Nothing is removed by that; the next run of the policy may remove them.
/// </example>
/// <seealso cref="GetEmrBackupCommand"/>
/// <seealso cref="GetEmrRetentionPlanCommand"/>
/// <seealso cref="RemoveEmrBackupCommand"/>
[Cmdlet(VerbsCommon.Set, "EmrBackup", SupportsShouldProcess = true)]
[OutputType(typeof(EmrBackup))]
public sealed class SetEmrBackupCommand : StoreCmdlet
{
    /// <summary>The backup, as Get-EmrBackup gives it.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public EmrBackup Backup { get; set; } = null!;

    /// <summary>Pins the backup; -Pinned:$false lifts the pin.</summary>
    [Parameter(Mandatory = true)]
    public SwitchParameter Pinned { get; set; }

    /// <summary>Why it is pinned. It is shown in plans and reports.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Reason { get; set; }

    /// <summary>When the pin ends. By default never.</summary>
    [Parameter]
    public DateTimeOffset? Until { get; set; }

    /// <summary>Gives the backup as it is afterwards. By default nothing is given.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!ShouldProcess(Backup.Path, Pinned ? "Pin the backup" : "Lift the backup's pin")) return;
        var request = new PinRequest(Backup, Pinned, Reason, Until);
        Func<StoreAccess?> access = Access();
        Run(Backup, call => new BackupPins(call.Loggers, TimeProvider.System).SetAsync(request with { Access = access() }, call.Token), Write);
    }

    private void Write(EmrBackup backup)
    {
        if (PassThru) WriteObject(backup);
    }
}
