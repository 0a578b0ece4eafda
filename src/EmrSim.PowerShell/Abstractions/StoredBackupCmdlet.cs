using System.ComponentModel;
using System.Management.Automation;
using System.Security;
using EmrSim.Core.Encryption;
using EmrSim.Core.Files;

namespace EmrSim.PowerShell.Abstractions;

/// <summary>The base of cmdlets that unpack stored backups, named by path or address.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class StoredBackupCmdlet : PathCmdlet
{
    /// <summary>A file with the age identities that read an encrypted backup. Only its owner may read it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Identity { get; set; }

    /// <summary>The passphrase of an encrypted backup.</summary>
    [Parameter]
    public SecureString? Passphrase { get; set; }

    /// <summary>A file that holds the passphrase and nothing else. Only its owner may read it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PassphraseFile { get; set; }

    /// <summary>A folder for the unpacked database. By default a temporary folder of this account.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WorkPath { get; set; }

    private protected override bool TakesAddresses => true;

    private protected override EmrSimException NotFound(string path) => new(ErrorCode.BackupNotFound, $"There is no backup at '{path}'.", path);

    /// <summary>What reads an encrypted backup. To be called within the engine's call, since it may read a file.</summary>
    private protected Func<DecryptionKeys> Keys()
    {
        string? identity = Identity is null ? null : ResolvePath(Identity), file = PassphraseFile is null ? null : ResolvePath(PassphraseFile);
        return () => new DecryptionKeys { IdentityPath = identity, Passphrase = Secret.Of(Passphrase, file, nameof(Passphrase)) };
    }
}
