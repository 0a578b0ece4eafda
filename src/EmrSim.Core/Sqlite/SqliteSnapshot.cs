using System.Diagnostics;
using EmrSim.Core.Files;
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
    private const string WalMode = "wal";
    private const string OtherName = "open under another name";
    // The bytes of the shared index of which a reader locks one: https://sqlite.org/walformat.html#wal_locks
    private const int FirstReadLock = 123;
    private const int LastReadLock = 127;
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromMilliseconds(500);

    private readonly Func<bool> _isUnchanged;
    private readonly (long, DateTime) _log;
    private readonly IDisposable _holding;

    private SqliteSnapshot(SqliteDatabase database, SqliteFacts facts, (long, DateTime) log, Func<bool> isUnchanged, IDisposable holding)
    {
        Database = database;
        _log = log;
        Facts = facts;
        _isUnchanged = isUnchanged;
        _holding = holding;
    }

    /// <summary>The connection that holds the transaction.</summary>
    internal SqliteDatabase Database { get; }

    /// <summary>What the database says of itself in this snapshot.</summary>
    internal SqliteFacts Facts { get; }

    /// <summary>
    /// Whether, when all has been read, it was one state. A database that was closed is read without locks, and an application may have opened it
    /// meanwhile. In the other cases locks keep the state, in WAL mode against checkpoints that go past it, but POSIX locks are lost when anything in
    /// this process closes the file, such as the SQLite of another module (https://sqlite.org/howtocorrupt.html, 2.2), and a transaction never takes
    /// them twice. Then what was read is worth nothing.
    /// </summary>
    internal bool IsOneState => _isUnchanged();

    /// <summary>Whether nobody has committed since it began, so that another connection sees the same state. Only in WAL mode anybody can.</summary>
    internal bool IsNewest => LogState(Database.Path) == _log;

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
        long started = Stopwatch.GetTimestamp();
        TimeSpan delay = s_firstDelay;
        bool again = false;
        while (true)
        {
            Exception inTheWay;
            try
            {
                if (!SourceHeader.IsOpenUnderAnotherName(path))
                {
                    if (!locked && ClosedDatabase.Find(path, token) is { } closed && BeginClosed(path, closed, token) is { } unlocked) return unlocked;
                    SqliteSource.RequireUsableIndex(path);
                    return Open(path, null, token);
                }

                inTheWay = new IOException(OtherName);
            }
            catch (SqliteFault fault) when (fault.IsBusy)
            {
                inTheWay = fault;
            }
            catch (SqliteFault fault)
            {
                if (SqliteSource.HeldByAnother(fault) is { } held)
                {
                    inTheWay = held;
                }
                else if (again || !OperatingSystem.IsWindows())
                {
                    throw SqliteSource.Explain(fault);
                }
                else
                {
                    // Who held it may have let go of it since.
                    again = true;
                    continue;
                }
            }
            catch (IOException e) when (IoErrors.IsHeldByAnother(e))
            {
                // On Windows a scanner or another backup can keep everybody else from reading a file.
                inTheWay = e;
            }
            catch (Exception e) when (IoErrors.IsIo(e))
            {
                SqliteSource.Require(path);
                throw IoErrors.Translate(e, $"'{path}' could not be read", path);
            }

            TimeSpan waited = Stopwatch.GetElapsedTime(started);
            if (waited >= busyTimeout) throw Locked(path, inTheWay, waited);

            Log.WaitingForLock(logger, path, inTheWay.Message);
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

    /// <summary>Null where it was opened by an application meanwhile: what is read then may be any nonsense.</summary>
    private static SqliteSnapshot? BeginClosed(string path, ClosedDatabase closed, CancellationToken token)
    {
        try
        {
            return Open(path, closed, token);
        }
        catch (SqliteFault fault)
        {
            if (SqliteSource.HeldByAnother(fault) is { } held) throw held;
            return closed.IsUnchanged(path) ? throw SqliteSource.Explain(fault) : null;
        }
    }

    private static SqliteSnapshot Open(string path, ClosedDatabase? closed, CancellationToken token)
    {
        IDisposable holding = SourceHeader.Hold(path);
        (long, DateTime) log = LogState(path);
        SqliteDatabase? database = null;
        try
        {
            database = SqliteDatabase.Open(path, closed is null ? SqliteAccess.Live : SqliteAccess.Immutable, token);
            // BEGIN alone is deferred: the first read takes the lock, and with it the snapshot.
            database.Execute("BEGIN");
            database.Integer("SELECT count(*) FROM sqlite_schema");
            if (closed is not null)
            {
                // To a connection without locks SQLite shows no WAL.
                SqliteFacts facts = SqliteFacts.Read(database) with { JournalMode = WalMode };
                return new SqliteSnapshot(database, facts, log, () => closed.IsUnchanged(path), holding);
            }

            (long, DateTime) locked = MainFile(path);
            SqliteFacts live = SqliteFacts.Read(database);
            // Windows dates a file when its writer closes it, and knows no lost locks.
            if (OperatingSystem.IsWindows()) return new SqliteSnapshot(database, live, log, () => true, holding);
            if (live.JournalMode != WalMode) return new SqliteSnapshot(database, live, log, () => locked == MainFile(path), holding);
            bool isToldOf = HasReadLock(path);
            return new SqliteSnapshot(database, live, log, () => !isToldOf || HasReadLock(path), holding);
        }
        catch
        {
            database?.Dispose();
            holding.Dispose();
            throw;
        }
    }

    // A log is made empty by whoever opens the database first.
    private static (long, DateTime) LogState(string path) => SqliteSource.WalState(path) is { Length: > 0 } log ? log : default;

    private static bool HasReadLock(string path) => OwnLocks.AreThere(path + "-shm", FirstReadLock, LastReadLock);

    private static (long Length, DateTime Written) MainFile(string path)
    {
        var file = new FileInfo(path);
        return (file.Exists ? file.Length : -1, file.LastWriteTimeUtc);
    }

    private static EmrSimException Locked(string path, Exception inTheWay, TimeSpan waited)
    {
        if (inTheWay.Message == OtherName)
        {
            return new EmrSimException(
                ErrorCode.DatabaseLocked,
                $"'{path}' was open under another name for {waited.TotalSeconds:0.0} s (a hard link to it, or a mount of this file alone): the newest rows " +
                "are in a write-ahead log beside that name. Back it up under the name that its application uses, or while that is stopped.",
                path,
                inTheWay);
        }

        int? code = (inTheWay as SqliteFault)?.ExtendedCode;
        string kind = code switch
        {
            null => "another program, such as a virus scanner, has it open for itself alone",
            raw.SQLITE_BUSY_RECOVERY => "another process is recovering its write-ahead log",
            raw.SQLITE_BUSY_SNAPSHOT => "another process is changing its write-ahead log",
            _ when SqliteSource.WalLength(path) > 0 => "another connection holds it in exclusive locking mode",
            _ => "a writer holds an EXCLUSIVE or PENDING lock on it",
        };
        return new EmrSimException(
            ErrorCode.DatabaseLocked,
            $"'{path}' stayed locked for {waited.TotalSeconds:0.0} s: {kind} ({inTheWay.Message}). " +
            "Wait for the writer to end, or allow more time with -BusyTimeout.",
            path,
            inTheWay) { SqliteExtendedCode = code };
    }
}
