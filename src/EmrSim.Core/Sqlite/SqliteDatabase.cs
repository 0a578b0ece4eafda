using System.Globalization;
using System.Runtime.CompilerServices;
using SQLitePCL;

namespace EmrSim.Core.Sqlite;

/// <summary>How a database file is opened.</summary>
internal enum SqliteAccess
{
    /// <summary>A live database: read-only, never created, never checkpointed, never written.</summary>
    Live,

    /// <summary>A file that nobody else has open and nobody changes: no locks, no sidecar files.</summary>
    Immutable,

    /// <summary>
    /// A copy of our own that is only looked at. It is opened for writing all the same: of a database opened for reading SQLite leaves the
    /// CHECK constraints unread, so its checks would pass over them.
    /// </summary>
    Copy,

    /// <summary>A database in its place, only looked at, while nobody else can open it.</summary>
    Exclusive,

    /// <summary>A file of our own: read and write, created when missing.</summary>
    Create,

    /// <summary>A file of our own: read and write, never created.</summary>
    ReadWrite,
}

/// <summary>
/// A thin, synchronous SQLite connection over SQLitePCL.raw. The engine needs what a DbConnection hides: the backup API in
/// steps, result codes without a built-in retry, and a progress handler that lets every statement be cancelled.
/// </summary>
internal sealed class SqliteDatabase : IDisposable
{
    // A statement looks at the token several times a millisecond.
    private const int InstructionsPerPoll = 2_000;

    private readonly CancellationToken _token;

    private readonly SqliteAccess _access;

    private SqliteDatabase(sqlite3 handle, string path, SqliteAccess access, CancellationToken token)
    {
        Handle = handle;
        Path = path;
        _access = access;
        _token = token;
        raw.sqlite3_extended_result_codes(handle, 1);
        raw.sqlite3_progress_handler(handle, InstructionsPerPoll, Poll, null);
    }

    /// <summary>The raw connection.</summary>
    internal sqlite3 Handle { get; }

    /// <summary>The path that was opened.</summary>
    internal string Path { get; }

    /// <summary>Whether SQLite opened it for reading only, which it does silently where writing is refused.</summary>
    internal bool IsReadOnly => raw.sqlite3_db_readonly(Handle, "main") != 0;

    /// <summary>Opens a database file.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="access">How.</param>
    /// <param name="token">Cancels any statement of this connection.</param>
    /// <exception cref="SqliteFault">SQLite refused.</exception>
    internal static SqliteDatabase Open(string path, SqliteAccess access, CancellationToken token)
    {
        SqliteLibrary.Load();
        int flags = access switch
        {
            SqliteAccess.Create => raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE,
            SqliteAccess.ReadWrite or SqliteAccess.Copy or SqliteAccess.Exclusive => raw.SQLITE_OPEN_READWRITE,
            SqliteAccess.Immutable => raw.SQLITE_OPEN_READONLY | raw.SQLITE_OPEN_URI,
            _ => raw.SQLITE_OPEN_READONLY,
        };
        (string name, string? vfs) = SqliteFileName.For(path, access == SqliteAccess.Immutable);

        int rc = raw.sqlite3_open_v2(name, out sqlite3 handle, flags | raw.SQLITE_OPEN_NOMUTEX, vfs);
        if (rc != raw.SQLITE_OK)
        {
            var fault = SqliteFault.From(handle, rc, path);
            handle.Dispose();
            throw fault;
        }

        var database = new SqliteDatabase(handle, path, access, token);
        if (access is SqliteAccess.Live or SqliteAccess.Immutable) database.KeepHandsOff();
        if (access == SqliteAccess.Copy) database.LeaveAlone();
        // It keeps the index of the log in memory, and removes the log that it made when it is closed.
        if (access == SqliteAccess.Exclusive) database.Execute("PRAGMA locking_mode=EXCLUSIVE");
        return database;
    }

    /// <summary>A second connection to a copy that nobody changes, for another thread.</summary>
    internal SqliteDatabase OpenAgain() => Open(Path, SqliteAccess.Immutable, _token);

    /// <summary>A second connection of the same kind, for another thread, in a read transaction of its own: the newest state there is.</summary>
    internal SqliteDatabase OpenBeside(CancellationToken token)
    {
        SqliteDatabase database = Open(Path, _access, token);
        try
        {
            database.Execute("BEGIN");
            database.Integer("SELECT count(*) FROM sqlite_schema");
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Runs statements that return nothing of interest.</summary>
    internal void Execute(string sql)
    {
        int rc = raw.sqlite3_exec(Handle, sql);
        if (rc != raw.SQLITE_OK) Throw(rc);
    }

    /// <summary>The first column of the first row as an integer; 0 where there is no row.</summary>
    internal long Integer(string sql) => Rows(sql, static s => raw.sqlite3_column_int64(s, 0)).FirstOrDefault();

    /// <summary>The first column of the first row as text; empty where there is no row or it is NULL.</summary>
    internal string Text(string sql) => Rows(sql, static s => Text(s, 0)).FirstOrDefault() ?? "";

    /// <summary>Streams the rows of a query through a reader of one row.</summary>
    internal IEnumerable<T> Rows<T>(string sql, Func<sqlite3_stmt, T> read)
    {
        int rc = raw.sqlite3_prepare_v2(Handle, sql, out sqlite3_stmt statement);
        using (statement)
        {
            if (rc != raw.SQLITE_OK) Throw(rc);
            while ((rc = raw.sqlite3_step(statement)) == raw.SQLITE_ROW) yield return read(statement);
            if (rc != raw.SQLITE_DONE) Throw(rc);
        }
    }

    /// <summary>Runs a query and hands each row to an action; without an iterator's cost per row.</summary>
    [MethodImpl(Hot.Loop)]
    internal void ForEach(string sql, Action<StatementRow> action)
    {
        int rc = raw.sqlite3_prepare_v2(Handle, sql, out sqlite3_stmt statement);
        using (statement)
        {
            if (rc != raw.SQLITE_OK) Throw(rc);
            var row = new StatementRow(statement.DangerousGetHandle());
            while ((rc = row.Step()) == raw.SQLITE_ROW) action(row);
            if (rc != raw.SQLITE_DONE) Throw(rc);
        }
    }

    /// <summary>A column of the current row as text.</summary>
    internal static string Text(sqlite3_stmt statement, int column) => raw.sqlite3_column_text(statement, column).utf8_to_string() ?? "";

    /// <summary>An identifier as SQL, whatever characters it holds.</summary>
    internal static string Quote(string identifier) => "\"" + identifier.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    /// <summary>Throws for a result code, as a cancellation where the token asked for it.</summary>
    internal void Throw(int rc)
    {
        if ((rc & 0xff) == raw.SQLITE_INTERRUPT) _token.ThrowIfCancellationRequested();
        throw SqliteFault.From(Handle, rc, Path);
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    /// <summary>
    /// Leaves the log as it is when this is closed. Otherwise the last connection to close moves it into the database, and removes it even where it made no
    /// sense of it.
    /// </summary>
    internal void KeepLogOnClose() => raw.sqlite3_db_config(Handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);

    private void LeaveAlone()
    {
        // Closing would write to a source, and lock a copy that another thread is reading, which on Windows is an error to that thread.
        KeepLogOnClose();
        Execute("PRAGMA query_only=1");
    }

    private void KeepHandsOff()
    {
        LeaveAlone();
        // A table in a live schema must not be able to run functions with side effects through us.
        Execute("PRAGMA trusted_schema=0");
    }

    private int Poll(object? _) => _token.IsCancellationRequested ? 1 : 0;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"SQLite {Path}");
}
