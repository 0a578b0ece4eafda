using EmrSim.Core.Sqlite;
using EmrSim.Core.Stores;

namespace EmrSim.Core.Verification;

/// <summary>The stored file to test and what is known of it.</summary>
/// <param name="Store">Where it lies.</param>
/// <param name="FileName">Its name there.</param>
/// <param name="Compression">How it is compressed.</param>
/// <param name="Encrypted">Whether it is encrypted.</param>
/// <param name="Backup">What its manifest says; null where that is of no use.</param>
/// <param name="Source">What its manifest says of the source.</param>
/// <param name="ManifestError">Why the manifest is of no use.</param>
internal sealed record TestSubject(
    BackupStore Store,
    string FileName,
    EmrCompression Compression,
    bool Encrypted,
    EmrBackup? Backup,
    ManifestSource? Source,
    EmrSimException? ManifestError)
{
    /// <summary>The stored file's path or address.</summary>
    internal string StoredPath => Store.Locate(FileName);

    /// <summary>Finds the two files of a backup by the path or address of either.</summary>
    /// <exception cref="EmrSimException">BackupNotFound, InvalidArgument, and what the store says.</exception>
    internal static TestSubject Find(string path, StoreAccess? access)
    {
        (BackupStore store, string fileName) = BackupStores.OpenFor(path, access);
        return Find(store, fileName);
    }

    /// <summary>The same, in a store that is open.</summary>
    internal static TestSubject Find(BackupStore store, string fileName)
    {
        if (BackupFileName.Parse(fileName) is not { } name) return store.LengthOf(fileName) is null ? throw NotFound(store.Locate(fileName)) : Foreign(store, fileName);

        string manifestName = name.Stem + BackupFileName.ManifestSuffix;
        string? stored = name.Suffix == BackupFileName.ManifestSuffix
            ? BackupFileName.AllStored(name.Stem).FirstOrDefault(f => store.LengthOf(f) is not null)
            : fileName;
        if (store.LengthOf(manifestName) is null && (stored is null || store.LengthOf(stored) is null)) throw NotFound(store.Locate(fileName));

        try
        {
            BackupManifest manifest = store.ReadManifest(manifestName);
            if (name.Suffix != BackupFileName.ManifestSuffix && manifest.File != fileName) throw OfAnother(store.Locate(manifestName), manifest.File, fileName);
            EmrBackup backup = store.Describe(manifest);
            return new TestSubject(
                store, manifest.File, backup.Compression, backup.Encryption != EmrEncryption.None, backup, manifest.Source, null);
        }
        catch (EmrSimException e) when (e.ErrorCode is not (ErrorCode.StoreUnavailable or ErrorCode.StoreAccessDenied))
        {
            string file = stored ?? fileName;
            return new TestSubject(
                store, file, BackupFileName.CompressionOf(file) ?? EmrCompression.None, BackupFileName.IsEncrypted(file), null, null, e);
        }
    }

    private static EmrSimException OfAnother(string manifestPath, string described, string fileName) => new(
        ErrorCode.ManifestMismatch,
        $"The manifest '{manifestPath}' describes '{described}', not '{fileName}', which somebody else has put beside it.",
        manifestPath);

    // Any database or packed database can be tested; without a manifest there is only less to compare with.
    private static TestSubject Foreign(BackupStore store, string fileName)
    {
        string path = store.Locate(fileName);
        if (store.LocalPath(fileName) is { } local && SqliteSource.WalLength(local) > 0)
        {
            throw new EmrSimException(
                ErrorCode.InvalidArgument, $"'{path}' is a database in use and no backup: its newest rows are in '{path}-wal'. Back it up, and test the backup.", path);
        }

        bool encrypted = BackupFileName.IsEncrypted(fileName);
        string inner = encrypted ? fileName[..^BackupFileName.EncryptedSuffix.Length] : fileName;
        EmrCompression compression = Path.GetExtension(inner).ToUpperInvariant() switch
        {
            ".ZST" => EmrCompression.Zstd,
            ".GZ" => EmrCompression.Gzip,
            _ => EmrCompression.None,
        };
        return new TestSubject(store, fileName, compression, encrypted, null, null, new EmrSimException(
            ErrorCode.ManifestMissing, $"'{path}' is not named like a backup of EmrSim, and there is no manifest beside it.", path));
    }

    private static EmrSimException NotFound(string path) => new(ErrorCode.BackupNotFound, $"There is no backup at '{path}'.", path);
}
