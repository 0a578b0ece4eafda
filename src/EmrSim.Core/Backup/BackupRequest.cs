using EmrSim.Core.Encryption;
using EmrSim.Core.Stores;

namespace EmrSim.Core.Backup;

/// <summary>What is to be backed up, to where and how.</summary>
/// <param name="SourcePath">The absolute path of a live SQLite database.</param>
/// <param name="Destination">The absolute path of the store's folder, made when missing; or the store's address.</param>
public sealed record BackupRequest(string SourcePath, string Destination)
{
    /// <summary>What opens the store; null for a folder, or for the identity of this process.</summary>
    public StoreAccess? Access { get; init; }

    /// <summary>The name of the backup set; null for the database's file name.</summary>
    public string? Name { get; init; }

    /// <summary>The machine that has the database: this one.</summary>
    public string Host { get; init; } = SourceIdentity.ThisHost;

    /// <summary>How the stored file is compressed.</summary>
    public EmrCompression Compression { get; init; } = EmrCompression.Zstd;

    /// <summary>The codec's own level: 1 to 22 for Zstandard, 1 to 9 for gzip.</summary>
    public int CompressionLevel { get; init; } = 1;

    /// <summary>What it is encrypted with.</summary>
    public EncryptionKeys Encryption { get; init; } = EncryptionKeys.None;

    /// <summary>How deeply the copy is verified before it is published.</summary>
    public EmrVerificationLevel VerificationLevel { get; init; } = EmrVerificationLevel.Integrity;

    /// <summary>How long to wait for another connection's lock on the source.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The bytes beyond which the source's write-ahead log may not grow while its snapshot is held; 0 for no limit.</summary>
    public long MaximumWalLength { get; init; } = 4L * 1024 * 1024 * 1024;

    /// <summary>Whether a database that is suddenly empty or much smaller is accepted.</summary>
    public bool AllowShrink { get; init; }

    /// <summary>
    /// Where the plain copy lies while it is checked; null for the destination, or for a temporary folder of this account where the backup is
    /// encrypted or the destination is an address. Needs room for one copy, and for the stored file where that is uploaded.
    /// </summary>
    public string? WorkPath { get; init; }

    /// <summary>The database, for the manifest.</summary>
    internal SourceIdentity Source => new(SourcePath, Host);

    /// <summary>Whether the copy itself is what is stored.</summary>
    internal bool StoresTheCopy => Compression == EmrCompression.None && Encryption.IsEmpty;
}
