using System.Security;
using EmrSim.Core.Stores.Blobs;

namespace EmrSim.Core.Stores;

/// <summary>What opens a store that is not a folder.</summary>
/// <param name="Secret">A shared access signature or a connection string; null for the identity of this process.</param>
public sealed record StoreAccess(SecureString? Secret)
{
    /// <summary>How patient the store is, and in what portions it works.</summary>
    internal BlobLimits Limits { get; init; } = BlobLimits.Default;

    /// <summary>The access that a secret or a file with one gives.</summary>
    /// <param name="secret">The secret; null for none.</param>
    /// <param name="secretFile">The absolute path of a file that only its owner can read; null for none.</param>
    /// <returns>Null where neither is given.</returns>
    /// <exception cref="EmrSimException">InvalidArgument where both are given; SecretNotFound, SecretExposed, AccessDenied, IoError.</exception>
    public static StoreAccess? Of(SecureString? secret, string? secretFile)
    {
        secret = Files.Secret.Of(secret, secretFile, "StoreSecret");
        return secret is null ? null : new StoreAccess(secret);
    }
}
