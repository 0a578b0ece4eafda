using System.Management.Automation;
using EmrSim.Core.Stores;
using EmrSim.PowerShell.Abstractions;

namespace EmrSim.PowerShell.Commands;

/// <summary>Lists the backups of a store, oldest first.</summary>
/// <remarks>
/// <para>
/// It reads the manifests, not the stored files, so it is quick and says what was true when each backup was made; Test-EmrBackup says what is
/// true now. The order is that of the recorded UTC times, whatever the clock did meanwhile.
/// </para>
/// <para>
/// LastProved says when a backup last passed a test of level Restore, or was verified so when it was made, and is empty where a later test found it bad. It
/// is taken from the store's <c>drills.jsonl</c> and <c>history.jsonl</c>; in the table it stands in place of the first verification.
/// </para>
/// <para>
/// A manifest that cannot be read, or whose stored file is missing or of another length, is an error with the manifest's path; the other backups
/// are listed. So is a stored file that has lost its manifest, with its own path, unless a run has the lock of its set; Repair-EmrBackup makes the manifest
/// anew. A set that is named and has no backup is an error, too: to a monitor silence would look like success.
/// Files that are no backups are left alone.
/// </para>
/// <para>
/// The backups may lie in Azure Blob Storage: the destination is then an address, opened by the identity of this process (a managed identity with the role
/// Storage Blob Data Reader will do), or by what <c>-StoreSecret</c> or <c>-StoreSecretFile</c> gives.
/// </para>
/// </remarks>
/// <example>
/// List all backups
/// <code>Get-EmrBackup backups</code>
/// The table shows times in the time zone of the machine; the property CreatedUtc is UTC.
/// </example>
/// <example>
/// Test the newest backup of every set
/// <code>Get-EmrBackup backups -Latest | Test-EmrBackup -Level Restore</code>
/// What Get-EmrBackup gives binds to the next cmdlet.
/// </example>
/// <example>
/// See what was there before an accident
/// <code>Get-EmrBackup backups app -AsOf '2099-01-31 14:00Z' -Latest</code>
/// The newest backup of the set app that is not newer than that time.
/// </example>
/// <seealso cref="BackupEmrDatabaseCommand"/>
/// <seealso cref="TestEmrBackupCommand"/>
/// <seealso cref="RepairEmrBackupCommand"/>
[Cmdlet(VerbsCommon.Get, "EmrBackup")]
[OutputType(typeof(EmrBackup))]
public sealed class GetEmrBackupCommand : StoreListCmdlet
{
    /// <summary>Only the newest backup of each set.</summary>
    [Parameter]
    public SwitchParameter Latest { get; set; }

    /// <summary>Only backups that are not newer than this time.</summary>
    [Parameter]
    public DateTimeOffset? AsOf { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var query = new BackupQuery(ResolveStore(Destination), Name, Latest, AsOf);
        Func<StoreAccess?> access = Access();
        Run(Destination, call => new BackupCatalog(call.Loggers, TimeProvider.System).ListProvedAsync(query with { Access = access() }, call.Token), Write);
    }

    private void Write(IReadOnlyList<StoreEntry> entries)
    {
        foreach (StoreEntry entry in entries)
        {
            if (entry.Backup is { } backup) WriteObject(backup);
            else Report(entry.Error!, entry.Error!.Target);
        }
    }
}
