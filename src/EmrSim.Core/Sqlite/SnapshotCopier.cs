using EmrSim.Core.Files;
using EmrSim.Core.Progress;
using SQLitePCL;

namespace EmrSim.Core.Sqlite;

/// <summary>
/// Copies a snapshot page by page into a new file with SQLite's backup API, in steps, so that it can be watched and cancelled.
/// </summary>
/// <remarks>
/// The backup API starts over whenever another process changes the source, unless the source connection already holds a read
/// transaction (https://sqlite.org/c3ref/backup_finish.html): the snapshot does, so the copy ends however busy the writers are.
/// </remarks>
internal static class SnapshotCopier
{
    private const int BytesPerStep = 4 * 1024 * 1024;

    /// <summary>Copies the snapshot.</summary>
    /// <param name="snapshot">The open snapshot.</param>
    /// <param name="target">An absolute path where no file is.</param>
    /// <param name="walLimit">The length in bytes beyond which the source's WAL may not grow meanwhile; 0 for none.</param>
    /// <param name="meter">Is told of bytes copied.</param>
    /// <param name="token">Cancels between steps.</param>
    /// <exception cref="EmrSimException">WalLimitExceeded, SourceCorrupt, DiskFull, IoError.</exception>
    internal static void Copy(SqliteSnapshot snapshot, string target, long walLimit, ProgressMeter meter, CancellationToken token)
    {
        using SqliteDatabase copy = SqliteDatabase.Open(target, SqliteAccess.Create, token);
        // The target is a scratch file until it is verified: a crash throws it away, so a journal and syncs would buy nothing.
        copy.Execute("PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;");

        sqlite3_backup? backup = raw.sqlite3_backup_init(copy.Handle, "main", snapshot.Database.Handle, "main");
        if (backup is null || backup.IsInvalid) copy.Throw(raw.sqlite3_errcode(copy.Handle));
        using (backup)
        {
            Step(backup!, snapshot, copy, walLimit, meter, token);
        }
    }

    private static void Step(
        sqlite3_backup backup, SqliteSnapshot snapshot, SqliteDatabase copy, long walLimit, ProgressMeter meter, CancellationToken token)
    {
        int pages = Math.Max(1, BytesPerStep / snapshot.Facts.PageSize);
        // SQLite never shortens a log, so one that is long may be idle: only growth counts.
        long limit = Math.Max(walLimit, SqliteSource.WalLength(snapshot.Database.Path));
        int rc;
        do
        {
            token.ThrowIfCancellationRequested();
            rc = raw.sqlite3_backup_step(backup, pages);
            if (rc is not (raw.SQLITE_OK or raw.SQLITE_DONE)) throw Explain(rc, snapshot, copy);

            // The counts are unsigned: a database may have 2^32 - 2 pages.
            long done = (long)(uint)raw.sqlite3_backup_pagecount(backup) - (uint)raw.sqlite3_backup_remaining(backup);
            meter.Report(done * snapshot.Facts.PageSize);
            if (walLimit > 0 && rc != raw.SQLITE_DONE) RequireSmallWal(snapshot.Database.Path, limit);
        }
        while (rc != raw.SQLITE_DONE);
    }

    private static void RequireSmallWal(string source, long limit)
    {
        long length = SqliteSource.WalLength(source);
        if (length <= limit) return;
        throw new EmrSimException(
            ErrorCode.WalLimitExceeded,
            $"The write-ahead log of '{source}' grew to {length} bytes while its snapshot was being copied, past the limit of {limit}. " +
            "The copy was given up so that the log can be checkpointed. Back up at a quieter time, to a faster disk, or raise the limit.",
            source);
    }

    private static EmrSimException Explain(int rc, SqliteSnapshot snapshot, SqliteDatabase copy)
    {
        // The backup object keeps no message, and the failing side is not told: what concerns space and writing is the target's.
        int primary = rc & 0xff;
        bool target = primary is raw.SQLITE_FULL or raw.SQLITE_READONLY ||
            (rc is raw.SQLITE_IOERR_WRITE or raw.SQLITE_IOERR_TRUNCATE or raw.SQLITE_IOERR_FSYNC);
        if (target && WriteError(copy.Path) is { } error)
        {
            return IoErrors.Translate(error, $"Copying '{snapshot.Database.Path}' failed", Path.GetDirectoryName(copy.Path)!);
        }

        SqliteFault fault = SqliteFault.From((target ? copy : snapshot.Database).Handle, rc, target ? copy.Path : snapshot.Database.Path);
        return primary switch
        {
            raw.SQLITE_FULL => fault.ToException(ErrorCode.DiskFull, $"The disk became full while '{snapshot.Database.Path}' was copied"),
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => fault.ToException(
                ErrorCode.SourceCorrupt, $"'{snapshot.Database.Path}' is damaged and could not be copied"),
            _ => fault.ToException(ErrorCode.IoError, $"Copying '{snapshot.Database.Path}' failed"),
        };
    }

    /// <summary>SQLite says that it could not write, not why; the system says it of one byte more.</summary>
    private static Exception? WriteError(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            file.WriteByte(0);
            file.Flush(flushToDisk: true);
            return null;
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            return e;
        }
    }
}
