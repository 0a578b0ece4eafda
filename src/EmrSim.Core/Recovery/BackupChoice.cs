using System.Globalization;
using EmrSim.Core.Sqlite;
using EmrSim.Core.Stores;
using EmrSim.Core.Verification;

namespace EmrSim.Core.Recovery;

/// <summary>Finds the backup that is to be restored.</summary>
internal static class BackupChoice
{
    /// <summary>The backup with its manifest.</summary>
    /// <exception cref="EmrSimException">
    /// BackupNotFound, NoBackupAsOf, InvalidArgument, ManifestMissing, ManifestDamaged, ManifestMismatch, and what the store says.
    /// </exception>
    internal static (TestSubject Subject, BackupManifest Manifest) Find(RestoreSource source, string destination)
    {
        TestSubject subject = source.Path is { } path ? TestSubject.Find(path, source.Access) : Newest(source, destination);
        if (subject.ManifestError is { ErrorCode: ErrorCode.ManifestMissing } missing)
        {
            throw new EmrSimException(
                ErrorCode.ManifestMissing,
                $"'{subject.StoredPath}' has no manifest, so nobody can say whether it is what was backed up. Repair-EmrBackup makes one from the file; then restore it.",
                subject.StoredPath,
                missing);
        }

        if (subject.ManifestError is { } error) throw error;
        BackupManifest manifest = subject.Store.ReadManifest(BackupStores.NameOf(subject.Backup!.ManifestPath));
        return (subject, manifest);
    }

    private static TestSubject Newest(RestoreSource source, string destination)
    {
        BackupStore store = BackupStores.Open(source.Store!, source.Access);
        List<EmrBackup> all = [.. store.List(source.Name).Select(e => e.Backup).OfType<EmrBackup>()];
        string set = source.Name ?? OnlySet(store, all, destination);
        IReadOnlySet<string> failed = FailedTests.Of(store);
        // What failed a test, or was never verified, is not what anybody wants back unasked.
        List<EmrBackup> good =
            [.. all.Where(b => SetName.IsSame(b.Name, set) && BackupStore.IsVerified(b) && !failed.Contains(BackupStores.NameOf(b.Path)))];
        EmrBackup? newest = good.FindLast(b => source.AsOf is not { } limit || b.CreatedUtc <= limit);
        return newest is null ? throw None(store, set, source.AsOf, good) : TestSubject.Find(store, BackupStores.NameOf(newest.Path));
    }

    private static string OnlySet(BackupStore store, List<EmrBackup> all, string destination)
    {
        string[] sets = [.. all.Select(b => b.Name).Distinct(StringComparer.Ordinal)];
        string[] ofThis = [.. all.Where(b => IsOf(b, destination)).Select(b => b.Name).Distinct(StringComparer.Ordinal)];
        if (ofThis.Length == 1) return ofThis[0];
        if (sets.Length == 1) return sets[0];
        throw sets.Length == 0
            ? new EmrSimException(ErrorCode.BackupNotFound, $"There is no backup in '{store.Location}'.", store.Location)
            : new EmrSimException(
                ErrorCode.InvalidArgument, $"'{store.Location}' holds several sets: {string.Join(", ", sets)}. Say with -Name which is meant.", store.Location);
    }

    /// <summary>Whether a backup is one of the database at a path.</summary>
    internal static bool IsOf(EmrBackup backup, string path) => backup.SourcePath.Equals(path, SetName.Case) || SqliteSource.Resolve(backup.SourcePath).Equals(SqliteSource.Resolve(path), SetName.Case);

    private static EmrSimException None(BackupStore store, string set, DateTimeOffset? asOf, List<EmrBackup> good)
    {
        if (asOf is not { } limit || good.Count == 0)
        {
            return new EmrSimException(
                ErrorCode.BackupNotFound,
                $"'{store.Location}' has no verified backup of '{set}'. Get-EmrBackup lists what there is; one of them can be named by its path.",
                store.Location);
        }

        return new EmrSimException(
            ErrorCode.NoBackupAsOf,
            string.Create(
                CultureInfo.InvariantCulture,
                $"'{store.Location}' has no verified backup of '{set}' as old as {limit.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC: the first is of {good[0].CreatedUtc.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC."),
            store.Location);
    }
}
