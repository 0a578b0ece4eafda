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

    private readonly ClosedDatabase? _closed;
    private readonly IDisposable _holding;

    private SqliteSnapshot(SqliteDatabase database, SqliteFacts facts, ClosedDatabase? closed, IDisposable holding)
    {
        Database = database;
        Facts = facts;
        _closed = closed;
        _holding = holding;
    }

    /// <summary>The connection that holds the transaction.</summary>
    internal SqliteDatabase Database { get; }

    /// <summary>What the database says of itself in this snapshot.</summary>
    internal SqliteFacts Facts { get; }

    /// <summary>
    /// Whether, when all has been read, it was one state. A transaction guarantees that by its locks; a database that was closed is read without
    /// any, and an application may have opened it meanwhile. Then what was read is worth nothing.
    /// </summary>
    internal bool IsOneState => _closed?.IsUnchanged(Database.Path) ?? true;

    /// <summary>Begins a snapshot.</summary>
    /// <param name="path">The absolute path of a live database.</param>
    /// <param name="locked">Whether locks are wanted also for a database that nobody has open.</param>
    /// <param name="busyTimeout">How long to wait for another connection's lock.</param>
    /// <param name="logger">Says when it waits.</param>
    /// <param name="token">Cancels waiting and every later statement.</param>
    /// <exception cref="EmrSimException">
    /// SourceNotFound, SourceNotAFile, SourceEmpty, NotADatabase, SourceTruncated, SourceEncrypted, SourceNeedsRecovery, SourceCorrupt,
    /// DatabaseLocked, AccessDenied, IoError.
    /// </exception>
    internal static SqliteSnapshot Begin(string path, bool locked, TimeSpan busyTimeout, ILogger logger, CancellationToken token)
    {
        SqliteSource.Require(path);
        if (!locked && ClosedDatabase.Find(path) is { } closed) return BeginClosed(path, closed, token);
        SqliteSource.RequireUsableIndex(path);
        long started = Stopwatch.GetTimestamp();
        TimeSpan delay = s_firstDelay;
        while (true)
        {
            SqliteFault fault;
            try
            {
                return Open(path, null, token);
            }
            catch (SqliteFault f)
            {
                fault = f;
            }

            if (!fault.IsBusy) throw SqliteSource.Explain(fault);
            TimeSpan waited = Stopwatch.GetElapsedTime(started);
            if (waited >= busyTimeout) throw Locked(fault, waited);

            Log.WaitingForLock(logger, path, fault.Message);
            if (token.WaitHandle.WaitOne(delay)) token.ThrowIfCancellationRequested();
            delay = delay * 2 < s_longestDelay ? delay * 2 : s_longestDelay;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Database.Dispose();
        _holding.Dispose();
    }

    private static SqliteSnapshot BeginClosed(string path, ClosedDatabase closed, CancellationToken token)
    {
        try
        {
            return Open(path, closed, token);
        }
        catch (SqliteFault fault)
        {
            throw SqliteSource.Explain(fault);
        }
    }

    private static SqliteSnapshot Open(string path, ClosedDatabase? closed, CancellationToken token)
    {
        IDisposable holding = SourceHeader.Hold(path);
        SqliteDatabase? database = null;
        try
        {
            database = SqliteDatabase.Open(path, closed is null ? SqliteAccess.Live : SqliteAccess.Immutable, token);
            // BEGIN alone is deferred: the first read takes the lock, and with it the snapshot.
            database.Execute("BEGIN");
            database.Integer("SELECT count(*) FROM sqlite_schema");
            SqliteFacts facts = SqliteFacts.Read(database);
            // To a connection without locks SQLite shows no WAL.
            return new SqliteSnapshot(database, closed is null ? facts : facts with { JournalMode = "wal" }, closed, holding);
        }
        catch
        {
            database?.Dispose();
            holding.Dispose();
            throw;
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
}
