using System.Management.Automation;
using EmrSim.Core.Scheduling;
using EmrSim.PowerShell.Abstractions;

namespace EmrSim.PowerShell.Commands;

/// <summary>Lists the backup schedules that Register-EmrBackupSchedule has made on this machine.</summary>
/// <remarks>
/// <para>
/// Root and Administrator see the schedules of the system; every other account sees its own. When and how a job ran last is what the scheduler says
/// of it; cron says nothing, so look at the history of the store or at the log there.
/// </para>
/// <para>
/// A schedule whose job script is gone is an error: it cannot work. Register it again with -Force, or remove it.
/// </para>
/// </remarks>
/// <example>
/// List all schedules
/// <code>Get-EmrBackupSchedule</code>
/// With their next and last runs, in local time.
/// </example>
/// <example>
/// See which of them will not run or did not end well
/// <code>Get-EmrBackupSchedule | Where-Object { -not $_.Enabled -or $_.LastResult -eq 'Failed' }</code>
/// LastResult is Passed, Failed, or nothing where no run has ended yet or nobody knows.
/// </example>
/// <seealso cref="RegisterEmrBackupScheduleCommand"/>
/// <seealso cref="UnregisterEmrBackupScheduleCommand"/>
[Cmdlet(VerbsCommon.Get, "EmrBackupSchedule")]
[OutputType(typeof(EmrBackupSchedule))]
public sealed class GetEmrBackupScheduleCommand : EmrCmdlet
{
    /// <summary>The name of a schedule, or a pattern with wildcards. All schedules by default.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string Name { get; set; } = "*";

    /// <inheritdoc/>
    protected override void ProcessRecord() =>
        Run(Name, call => new ScheduleCatalog(TimeProvider.System).ListAsync(call.Token), Write);

    private void Write(IReadOnlyList<ScheduleEntry> entries)
    {
        var pattern = WildcardPattern.Get(Name, WildcardOptions.IgnoreCase);
        ScheduleEntry[] found = [.. entries.Where(e => pattern.IsMatch(e.Name))];
        foreach (ScheduleEntry entry in found)
        {
            if (entry.Schedule is { } schedule) WriteObject(schedule);
            else Report(entry.Error!, entry.Name);
        }

        if (found.Length > 0 || WildcardPattern.ContainsWildcardCharacters(Name)) return;
        Report(new EmrSimException(ErrorCode.ScheduleNotFound, $"There is no schedule '{Name}' of the system or of this account that EmrSim has made.", Name), Name);
    }
}
