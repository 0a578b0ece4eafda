using System.Diagnostics;
using EmrSim.Core.Logging;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace EmrSim.Core.Sqlite;

/// <summary>
/// One read transaction on a live database. While it is open every read sees the same state; in WAL mode writers go on, in
/// rollback-journal mode they wait at commit. The source is opened read-only and is neither created, checkpointed nor changed.
/// </summary>
internal sealed class SqliteSnapshot : IDisposable
{
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromMilliseconds(500);

    private readonly FileState? _unlocked;

    private SqliteSnapshot(SqliteDatabase database, SqliteFacts facts, FileState? unlocked)
    {
        Database = database;
        Facts = facts;
        _unlocked = unlocked;
    }

    /// <summary>The connection that holds the transaction.</summary>
    internal SqliteDatabase Database { get; }

    /// <summary>What the database says of itself in this snapshot.</summary>
    internal SqliteFacts Facts { get; }

    /// <summary>Begins a snapshot.</summary>
    /// <param name="path">The absolute path of a live database.</param>
    /// <param name="busyTimeout">How long to wait for another connection's lock.</param>
    /// <param name="logger">Says when it waits.</param>
    /// <param name="token">Cancels waiting and every later statement.</param>
    /// <exception cref="EmrSimException">
    /// SourceNotFound, SourceNotAFile, SourceEmpty, NotADatabase, SourceTruncated, SourceEncrypted, SourceNeedsRecovery, SourceCorrupt,
    /// DatabaseLocked, AccessDenied, IoError.
    /// </exception>
    internal static SqliteSnapshot Begin(string path, TimeSpan busyTimeout, ILogger logger, CancellationToken token)
    {
        SqliteSource.Require(path);
        long started = Stopwatch.GetTimestamp();
        TimeSpan delay = s_firstDelay;
        while (true)
        {
            SqliteFault fault;
            try
            {
                return Open(path, SqliteAccess.Live, token);
            }
            catch (SqliteFault f)
            {
                fault = f;
            }

            // A WAL database where this account may not write has no place for its -shm.
            if (fault.Code == raw.SQLITE_CANTOPEN && IsInReadOnlyFolder(path)) return OpenImmutable(path, token);
            if (!fault.IsBusy) throw SqliteSource.Explain(fault);

            TimeSpan waited = Stopwatch.GetElapsedTime(started);
            if (waited >= busyTimeout) throw Locked(fault, waited);

            Log.WaitingForLock(logger, path, fault.Message);
            if (token.WaitHandle.WaitOne(delay)) token.ThrowIfCancellationRequested();
            delay = delay * 2 < s_longestDelay ? delay * 2 : s_longestDelay;
        }
    }

    /// <summary>
    /// Requires, when all has been read, that it was one state. A transaction guarantees that by its locks; where the database could only be
    /// read without locks, its file must not have changed meanwhile.
    /// </summary>
    /// <exception cref="EmrSimException">DatabaseLocked.</exception>
    internal void RequireOneState()
    {
        if (_unlocked is null || _unlocked == FileState.Of(Database.Path)) return;
        throw new EmrSimException(
            ErrorCode.DatabaseLocked,
            $"'{Database.Path}' changed while it was read. This account may not write in its folder, so it could not lock the database out of " +
            "harm's way: run the backup again, or give the account the right to write there.",
            Database.Path);
    }

    /// <inheritdoc/>
    public void Dispose() => Database.Dispose();

    private static SqliteSnapshot Open(string path, SqliteAccess access, CancellationToken token)
    {
        FileState? unlocked = access == SqliteAccess.Immutable ? FileState.Of(path) : null;
        SqliteDatabase database = SqliteDatabase.Open(path, access, token);
        try
        {
            // BEGIN alone is deferred: the first read takes the lock, and with it the snapshot.
            database.Execute("BEGIN");
            database.Integer("SELECT count(*) FROM sqlite_schema");
            return new SqliteSnapshot(database, SqliteFacts.Read(database), unlocked);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private static SqliteSnapshot OpenImmutable(string path, CancellationToken token)
    {
        try
        {
            return Open(path, SqliteAccess.Immutable, token);
        }
        catch (SqliteFault fault)
        {
            throw SqliteSource.Explain(fault);
        }
    }

    private static bool IsInReadOnlyFolder(string path)
    {
        // Without its log the main file alone would be read, and rows would be missing.
        if (SqliteSource.WalLength(path) > 0) return false;
        string probe = Path.Combine(Path.GetDirectoryName(path)!, $".emrsim-{Guid.NewGuid():N}");
        try
        {
            using FileStream file = new(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    private static EmrSimException Locked(SqliteFault fault, TimeSpan waited)
    {
        string kind = fault.ExtendedCode switch
        {
            raw.SQLITE_BUSY_RECOVERY => "another process is recovering its write-ahead log",
            raw.SQLITE_BUSY_SNAPSHOT => "another process is changing its write-ahead log",
            _ when SqliteSource.WalLength(fault.Path) > 0 => "another connection holds it in exclusive locking mode",
            _ => "a writer holds an EXCLUSIVE or PENDING lock on it",
        };
        return new EmrSimException(
            ErrorCode.DatabaseLocked,
            $"'{fault.Path}' stayed locked for {waited.TotalSeconds:0.0} s: {kind} ({fault.Message}). " +
            "Wait for the writer to end, or allow more time with -BusyTimeout.",
            fault.Path,
            fault) { SqliteExtendedCode = fault.ExtendedCode };
    }

    /// <summary>What tells that a database was written: its length and time, and whether a log has come.</summary>
    private sealed record FileState(long Length, DateTime Written, long WalLength)
    {
        internal static FileState Of(string path)
        {
            var file = new FileInfo(path);
            return new FileState(file.Length, file.LastWriteTimeUtc, SqliteSource.WalLength(path));
        }
    }
}
