using EmrSim.Core.Files;
using EmrSim.Core.Sqlite;
using EmrSim.Core.Stores;
using EmrSim.Core.Verification;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Backup;

/// <summary>The folders in which a backup is made before it is published.</summary>
internal sealed class Staging : IDisposable
{
    private readonly IDisposable? _lock;
    private readonly WorkFolder? _private;

    private Staging(string copies, string packed, string evidence, IDisposable? held, WorkFolder? privateFolder)
    {
        Copies = copies;
        Packed = packed;
        Evidence = evidence;
        _lock = held;
        _private = privateFolder;
    }

    /// <summary>Where the plain copy lies while it is checked.</summary>
    internal string Copies { get; }

    /// <summary>Where the stored file is made.</summary>
    internal string Packed { get; }

    /// <summary>Where a refused copy is kept.</summary>
    internal string Evidence { get; }

    /// <summary>Makes the folders and clears what killed runs left there. The caller holds the set's lock in the store.</summary>
    internal static Staging Prepare(BackupStore store, BackupRequest request, string set, TimeProvider clock, ILogger logger, CancellationToken token)
    {
        store.Sweep(set, logger, token);
        string? work = request.WorkPath;
        // What becomes the stored file by a rename must lie in the store.
        if (work is null || (store.StagingFolder is not null && request.StoresTheCopy))
        {
            // Where a backup is encrypted, its place is not to be trusted with the database.
            if (store.StagingFolder is { } folder && request.Encryption.IsEmpty) return new Staging(folder, folder, folder, null, null);
            var own = new WorkFolder(null, logger);
            return new Staging(own.Path, store.StagingFolder ?? own.Path, store.StagingFolder ?? PrivateTemp.Find().Path, null, own);
        }

        Directory.CreateDirectory(work);
        SetLock? held = Lock(store, work, set, clock);
        try
        {
            new FolderStore(work).Sweep(set, logger, token);
        }
        catch
        {
            held?.Dispose();
            throw;
        }

        return new Staging(work, store.StagingFolder ?? work, store.StagingFolder ?? work, held, null);
    }

    /// <summary>Lets go of them.</summary>
    public void Dispose()
    {
        _private?.Dispose();
        _lock?.Dispose();
    }

    // Two stores may have sets of the same name; what one of them has unfinished in a common work folder is no leftover to the other.
    private static SetLock? Lock(BackupStore store, string work, string set, TimeProvider clock) =>
        store.StagingFolder is { } folder && Canonical(work).Equals(Canonical(folder), SetName.Case) ? null : SetLock.Acquire(work, set, clock);

    private static string Canonical(string folder) => Path.TrimEndingDirectorySeparator(SqliteSource.Resolve(folder));
}
