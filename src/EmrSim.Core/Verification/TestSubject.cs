using EmrSim.Core.Sqlite;
using EmrSim.Core.Stores;

namespace EmrSim.Core.Verification;

/// <summary>The stored file to test and what is known of it.</summary>
/// <param name="StoredPath">The stored file.</param>
/// <param name="Compression">How it is compressed.</param>
/// <param name="Backup">What its manifest says; null where that is of no use.</param>
/// <param name="Source">What its manifest says of the source.</param>
/// <param name="ManifestError">Why the manifest is of no use.</param>
internal sealed record TestSubject(
    string StoredPath, EmrCompression Compression, EmrBackup? Backup, ManifestSource? Source, EmrSimException? ManifestError)
{
    /// <summary>Finds the two files of a backup by the path of either.</summary>
    /// <exception cref="EmrSimException">BackupNotFound, InvalidArgument.</exception>
    internal static TestSubject Find(string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        string fileName = Path.GetFileName(path);
        if (!Directory.Exists(folder) || (BackupFileName.Parse(fileName) is null && !File.Exists(path))) throw NotFound(path);
        if (BackupFileName.Parse(fileName) is not { } name) return Foreign(path);

        string manifestPath = Path.Combine(folder, name.Stem + BackupFileName.ManifestSuffix);
        string? stored = name.Suffix == BackupFileName.ManifestSuffix
            ? BackupFileName.AllStored(name.Stem).Select(f => Path.Combine(folder, f)).FirstOrDefault(File.Exists)
            : path;
        if (!File.Exists(manifestPath) && (stored is null || !File.Exists(stored))) throw NotFound(path);

        try
        {
            EmrBackup backup = FolderStore.ReadManifest(manifestPath);
            if (name.Suffix != BackupFileName.ManifestSuffix && Path.GetFileName(backup.Path) != fileName) throw OfAnother(manifestPath, backup, fileName);
            return new TestSubject(backup.Path, backup.Compression, backup, ManifestFile.Read(manifestPath).Source, null);
        }
        catch (EmrSimException e)
        {
            return new TestSubject(stored ?? path, BackupFileName.CompressionOf(Path.GetFileName(stored ?? path)) ?? EmrCompression.None, null, null, e);
        }
    }

    private static EmrSimException OfAnother(string manifestPath, EmrBackup backup, string fileName) => new(
        ErrorCode.ManifestMismatch,
        $"The manifest '{manifestPath}' describes '{Path.GetFileName(backup.Path)}', not '{fileName}', which somebody else has put beside it.",
        manifestPath);

    // Any database or packed database can be tested; without a manifest there is only less to compare with.
    private static TestSubject Foreign(string path)
    {
        if (SqliteSource.WalLength(path) > 0)
        {
            throw new EmrSimException(
                ErrorCode.InvalidArgument, $"'{path}' is a database in use and no backup: its newest rows are in '{path}-wal'. Back it up, and test the backup.", path);
        }

        EmrCompression compression = Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".ZST" => EmrCompression.Zstd,
            ".GZ" => EmrCompression.Gzip,
            _ => EmrCompression.None,
        };
        return new TestSubject(path, compression, null, null, new EmrSimException(
            ErrorCode.ManifestMissing, $"'{path}' is not named like a backup of EmrSim, and there is no manifest beside it.", path));
    }

    private static EmrSimException NotFound(string path) => new(ErrorCode.BackupNotFound, $"There is no backup at '{path}'.", path);
}
