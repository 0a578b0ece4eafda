using EmrSim.Core.Encryption;
using EmrSim.Core.Stores;

namespace EmrSim.Core.Verification;

/// <summary>Which stored file is tested, and how deeply.</summary>
/// <param name="Path">The absolute path, or the address, of a stored file or of its manifest.</param>
/// <param name="Level">How deeply.</param>
public sealed record BackupTestRequest(string Path, EmrVerificationLevel Level)
{
    /// <summary>The age beyond which the backup fails; null for any age.</summary>
    public TimeSpan? MaximumAge { get; init; }

    /// <summary>After this time what has not been checked is Inconclusive; null for no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>What opens the backup's store; null for a folder, or for the identity of this process.</summary>
    public StoreAccess? Access { get; init; }

    /// <summary>The keys for an encrypted backup; level Checksum needs none.</summary>
    public DecryptionKeys Keys { get; init; } = DecryptionKeys.None;

    /// <summary>Where the database is unpacked; null for the system's temporary folder.</summary>
    public string? WorkPath { get; init; }
}

/// <summary>A test with the error that it stands for, unless it passed.</summary>
/// <param name="Test">The result.</param>
/// <param name="Error">Null where it passed.</param>
public sealed record BackupTestResult(EmrBackupTest Test, EmrSimException? Error);
