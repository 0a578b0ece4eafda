using System.Management.Automation;
using EmrSim.Core.Stores;
using EmrSim.PowerShell.Abstractions;

namespace EmrSim.PowerShell.Commands;

/// <summary>Lists what was done in a store: backups, copies, retention, tests and removals, with how each ended. Oldest first.</summary>
/// <remarks>
/// <para>
/// Every run of Backup-EmrDatabase, Test-EmrBackup and Remove-EmrBackup adds one line to <c>history.jsonl</c> in the store when it ends, whether
/// it passed or not: what, when, how long, sizes, outcome and why. A run that was killed or lost its power adds none.
/// </para>
/// <para>
/// A line that cannot be read is an error that names it; the others are given. A set that is named and never ran is an error, too: to a monitor silence
/// would look like success.
/// </para>
/// <para>
/// Nothing shortens the file: ten years of a nightly job are two megabytes. To cut it, keep its last lines:
/// <c>Get-Content history.jsonl -Tail 5000 | Set-Content new; Move-Item new history.jsonl -Force</c>, at a time when no job runs.
/// </para>
/// </remarks>
/// <example>
/// See the last ten runs
/// <code>Get-EmrHistory backups -Newest 10</code>
/// The table shows times in the time zone of the machine; the property StartedUtc is UTC.
/// </example>
/// <example>
/// See how long the backups of a set took, and how large they were
/// <code>Get-EmrHistory backups app -Kind Backup | ForEach-Object { $_.StartedUtc, $_.Duration, $_.StoredLength -join ' ' }</code>
/// Lengths are in bytes.
/// </example>
/// <example>
/// Count what went wrong in the last week
/// <code>@(Get-EmrHistory backups -Since ([datetimeoffset]::Now.AddDays(-7)) | Where-Object Outcome -ne Passed).Count</code>
/// The property Reason says why, Error has the id of the error.
/// </example>
/// <seealso cref="GetEmrBackupStatusCommand"/>
/// <seealso cref="BackupEmrDatabaseCommand"/>
[Cmdlet(VerbsCommon.Get, "EmrHistory")]
[OutputType(typeof(EmrHistoryEntry))]
public sealed class GetEmrHistoryCommand : StoreListCmdlet
{
    /// <summary>Only runs of these kinds: Backup, Mirror, Retention, Test or Removal. By default all.</summary>
    [Parameter]
    public EmrRunKind[] Kind { get; set; } = [];

    /// <summary>Only runs that did not begin before this time.</summary>
    [Parameter]
    public DateTimeOffset? Since { get; set; }

    /// <summary>At most so many of the newest runs.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? Newest { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var query = new HistoryQuery(ResolveStore(Destination), Name) { Kinds = Kind, Since = Since, Newest = Newest };
        Func<StoreAccess?> access = Access();
        Run(Destination, call => History.ListAsync(query with { Access = access() }, call.Token), Write);
    }

    private void Write(HistoryResult result)
    {
        foreach (EmrHistoryEntry entry in result.Entries) WriteObject(entry);
        foreach (EmrSimException error in result.Errors) Report(error, error.Target);
    }
}
