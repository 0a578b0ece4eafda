using System.Security;

namespace EmrSim.Core.Encryption;

/// <summary>What an encrypted backup is read with. Both may be given: the file itself says which of them it needs.</summary>
public sealed record DecryptionKeys
{
    /// <summary>No key.</summary>
    public static DecryptionKeys None { get; } = new();

    /// <summary>The absolute path of an identity file, as New-EmrBackupKey and age-keygen write them. It may hold several keys.</summary>
    public string? IdentityPath { get; init; }

    /// <summary>The passphrase.</summary>
    public SecureString? Passphrase { get; init; }

    /// <summary>Whether there is no key at all.</summary>
    public bool IsEmpty => IdentityPath is null && Passphrase is null;
}
