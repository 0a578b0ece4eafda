using System.ComponentModel;
using System.Management.Automation;
using System.Security;
using EmrSim.Core.Stores;
using EmrSim.PowerShell.Errors;

namespace EmrSim.PowerShell.Abstractions;

/// <summary>The base of cmdlets that open a store: a folder, or an address with what opens it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class StoreCmdlet : EmrCmdlet
{
    /// <summary>
    /// A shared access signature or a connection string that opens a store of Azure Blob Storage. Without it the identity of this process is
    /// used. In a script take it from a vault, never as text.
    /// </summary>
    [Parameter]
    public SecureString? StoreSecret { get; set; }

    /// <summary>A file that holds the store's secret and nothing else. Only its owner may read it; one that others can read is refused.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? StoreSecretFile { get; set; }

    /// <summary>What opens the store. To be called within the engine's call, since it may read a file.</summary>
    private protected Func<StoreAccess?> Access()
    {
        SecureString? secret = StoreSecret;
        string? file = StoreSecretFile is null ? null : ResolvePath(StoreSecretFile);
        return () => StoreAccess.Of(secret, file);
    }

    /// <summary>The absolute path of a store that a parameter names, or its address. Ends the pipeline where it is neither.</summary>
    private protected string ResolveStore(string given)
    {
        if (!BackupStores.IsAddress(given)) return ResolvePath(given);
        try
        {
            return BackupStores.Canonical(given);
        }
        catch (EmrSimException e)
        {
            // Its own target, not what was given: that may hold a secret.
            ThrowTerminatingError(ErrorRegistry.ToRecord(e, null));
            throw;
        }
    }
}
