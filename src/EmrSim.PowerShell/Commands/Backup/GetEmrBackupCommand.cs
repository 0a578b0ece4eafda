using System.Management.Automation;
using EmrSim.Core.Stores;
using EmrSim.PowerShell.Abstractions;
using EmrSim.PowerShell.Completion;

namespace EmrSim.PowerShell.Commands;

/// <summary>Lists the backups of a store, oldest first.</summary>
[Cmdlet(VerbsCommon.Get, "EmrBackup")]
[OutputType(typeof(EmrBackup))]
public sealed class GetEmrBackupCommand : EmrCmdlet
{
    /// <summary>The folder that holds the backups.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = null!;

    /// <summary>Names of backup sets. Wildcards are allowed. By default all sets.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(BackupNameCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];

    /// <summary>Only the newest backup of each set.</summary>
    [Parameter]
    public SwitchParameter Latest { get; set; }

    /// <summary>Only backups that are not newer than this time.</summary>
    [Parameter]
    public DateTimeOffset? AsOf { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var query = new BackupQuery(ResolvePath(Destination), Name, Latest, AsOf);
        Run(Destination, call => BackupCatalog.ListAsync(query, call.Token), Write);
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
