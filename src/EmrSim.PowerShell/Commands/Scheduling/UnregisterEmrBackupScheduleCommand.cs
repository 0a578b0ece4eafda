using System.Management.Automation;
using EmrSim.Core.Scheduling;
using EmrSim.PowerShell.Abstractions;

namespace EmrSim.PowerShell.Commands;

/// <summary>Removes a backup schedule. The backups stay.</summary>
/// <remarks>
/// <para>
/// It asks first, unless <c>-Confirm:$false</c> is given. The scheduler forgets the job first, then its files go. Only what
/// Register-EmrBackupSchedule has made is touched; what a killed registration left of a schedule is removed by its name, too.
/// </para>
/// </remarks>
/// <example>
/// See which schedules would go
/// <code>Get-EmrBackupSchedule nightly* | Unregister-EmrBackupSchedule -WhatIf</code>
/// Without -WhatIf it asks for each.
/// </example>
/// <example>
/// See what would happen to one
/// <code>Unregister-EmrBackupSchedule nightly -WhatIf</code>
/// A schedule that is not there is an error, ScheduleNotFound, once it is to be removed.
/// </example>
/// <seealso cref="RegisterEmrBackupScheduleCommand"/>
/// <seealso cref="GetEmrBackupScheduleCommand"/>
[Cmdlet(VerbsLifecycle.Unregister, "EmrBackupSchedule", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class UnregisterEmrBackupScheduleCommand : EmrCmdlet
{
    /// <summary>The schedule's name. Schedules can be piped in.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = null!;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string name in Name)
        {
            if (!ShouldProcess(name, "Remove the backup schedule")) continue;
            Run<object?>(
                name,
                async call =>
                {
                    await new ScheduleEngine(call.Loggers, TimeProvider.System).UnregisterAsync(name, call.Token).ConfigureAwait(false);
                    return null;
                },
                static _ => { });
        }
    }
}
