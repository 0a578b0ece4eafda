using System.ComponentModel;
using System.Management.Automation;
using EmrSim.PowerShell.Completion;

namespace EmrSim.PowerShell.Abstractions;

/// <summary>The base of cmdlets that list what a store says of its sets.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class StoreListCmdlet : StoreCmdlet
{
    /// <summary>The folder that holds the backups, or the address of a container, with or without a prefix: https://account.blob.core.windows.net/container/prefix.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = null!;

    /// <summary>Names of backup sets. The wildcards * and ? are allowed. By default all sets.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(BackupNameCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];
}
