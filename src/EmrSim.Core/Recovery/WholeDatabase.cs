using EmrSim.Core.Files;
using EmrSim.Core.Progress;
using EmrSim.Core.Sqlite;
using EmrSim.Core.Stores;
using SQLitePCL;

namespace EmrSim.Core.Recovery;

/// <summary>
/// A database's main file and what SQLite keeps beside it, as one thing. A main file with the log of another one is damaged as soon as somebody opens
/// it; without its own log it has lost its newest rows.
/// </summary>
internal static class WholeDatabase
{
    private static readonly string[] s_logs = ["-wal", "-journal"];

    /// <summary>All files of a database that are there, the logs first.</summary>
    internal static IEnumerable<string> Of(string path) => SqliteSource.Sidecars(path).Append(path).Where(File.Exists);

    /// <summary>Whether the main file is all there is of the database. A journal that begins with a zero is at rest: PRAGMA journal_mode=PERSIST leaves those.</summary>
    internal static bool IsAlone(string path) => !(new FileInfo(path + "-wal") is { Exists: true, Length: > 0 }) && !IsHot(path + "-journal");

    /// <summary>Moves what the logs hold into the main file, so that the database can be replaced by one rename.</summary>
    /// <returns>Whether the main file now is all there is; false where it is too damaged for that.</returns>
    /// <exception cref="EmrSimException">RestoreTargetInUse: somebody has it open.</exception>
    internal static bool TryFold(string path)
    {
        if (!File.Exists(path)) return true;
        bool alone = IsAlone(path);
        // Also where there is no log: whoever has it open is seen by the lock.
        if (!TryCheckpoint(path) && !alone) return false;
        RemoveSidecars(path);
        return true;
    }

    /// <summary>Removes what lies beside a main file.</summary>
    internal static void RemoveSidecars(string path)
    {
        foreach (string sidecar in SqliteSource.Sidecars(path)) File.Delete(sidecar);
    }

    /// <summary>Makes another name for a database, or copies it: a file without a log needs no copy, since it is replaced and never written to.</summary>
    /// <param name="from">The database, which nobody has open.</param>
    /// <param name="to">The path of the other; nothing is there.</param>
    /// <param name="meter">Is told of bytes copied.</param>
    /// <param name="token">Cancels; the caller removes what was made.</param>
    /// <returns>Whether bytes were copied.</returns>
    internal static bool Keep(string from, string to, ProgressMeter meter, CancellationToken token)
    {
        bool link = IsAlone(from) && HardLink.TryCreate(from, to);
        foreach (string suffix in SqliteSource.SidecarSuffixes.Where(s => File.Exists(from + s))) Copy(from + suffix, to + suffix, meter, token);
        if (!link) Copy(from, to, meter, token);
        DurableFile.FlushFolder(Path.GetDirectoryName(to)!);
        return !link;
    }

    /// <summary>Gives a kept database its old name again, in place of what has that now.</summary>
    /// <param name="kept">Where it was kept. May be called again after a crash at any point.</param>
    /// <param name="path">Its old name.</param>
    internal static void PutBack(string kept, string path)
    {
        if (File.Exists(kept))
        {
            // What is there now goes, but not in the state of a main file without its log, should this end in between.
            TryFold(path);
            bool whole = TryFold(kept);
            RemoveSidecars(path);
            DurableFile.Move(kept, path);
            // A second name of the same file is not moved by a rename.
            File.Delete(kept);
            // Only now, and never in a later run: by then somebody may have used the database.
            if (!whole) foreach (string suffix in s_logs.Where(s => File.Exists(kept + s))) DurableFile.Move(kept + suffix, path + suffix);
        }

        RemoveSidecars(kept);
        DurableFile.FlushFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Removes a database with all that lies beside it.</summary>
    internal static void Remove(string path)
    {
        // The logs first: a main file alone can still be read.
        foreach (string file in Of(path).ToList()) File.Delete(file);
    }

    private static bool IsHot(string journal)
    {
        if (!File.Exists(journal)) return false;
        using var file = new FileStream(journal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return file.ReadByte() > 0;
    }

    private static bool TryCheckpoint(string path)
    {
        try
        {
            // Not cancelled: it ends by itself, and half of it must not stay.
            using SqliteDatabase database = SqliteDatabase.Open(path, SqliteAccess.ReadWrite, CancellationToken.None);
            // A log that cannot be folded stays, whatever is in it.
            database.KeepLogOnClose();
            database.Execute("PRAGMA locking_mode=EXCLUSIVE; BEGIN IMMEDIATE; COMMIT;");
            if (database.Integer("PRAGMA wal_checkpoint(TRUNCATE)") != 0) throw InUse(path, null);
        }
        catch (SqliteFault fault) when (fault.IsBusy)
        {
            throw InUse(path, fault);
        }
        catch (SqliteFault fault) when (fault.IsDamage || fault.Code is raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY or raw.SQLITE_IOERR)
        {
            return false;
        }

        return IsAlone(path);
    }

    private static EmrSimException InUse(string path, SqliteFault? fault) =>
        new(ErrorCode.RestoreTargetInUse, $"'{path}' was opened by another process just now. Stop whatever uses it, then try again.", path, fault);

    private static void Copy(string from, string to, ProgressMeter meter, CancellationToken token)
    {
        File.Delete(to);
        using (var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.SequentialScan))
        using (FileStream target = PrivateFile.OpenNew(to))
        {
            HashingPump.Run(source, target, long.MaxValue, meter, token);
            target.Flush(flushToDisk: true);
        }

        FileRights.Take(from, to);
    }
}
