using EmrSim.Core.Encryption;
using EmrSim.Core.Stores;

namespace EmrSim.Core.Verification;

/// <summary>Which backup is given a manifest again.</summary>
/// <param name="Path">The absolute path, or the address, of a stored file or of its damaged manifest.</param>
public sealed record ManifestRepairRequest(string Path)
{
    /// <summary>The database that was backed up, as an absolute path; null to take what other backups of the set say.</summary>
    public string? SourcePath { get; init; }

    /// <summary>What opens the backup's store; null for a folder, or for the identity of this process.</summary>
    public StoreAccess? Access { get; init; }

    /// <summary>The keys for an encrypted backup.</summary>
    public DecryptionKeys Keys { get; init; } = DecryptionKeys.None;

    /// <summary>Where the database is unpacked; null for the system's temporary folder.</summary>
    public string? WorkPath { get; init; }
}
