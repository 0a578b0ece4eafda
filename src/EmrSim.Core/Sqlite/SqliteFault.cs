using SQLitePCL;

namespace EmrSim.Core.Sqlite;

/// <summary>A result code of SQLite, with its message, before it has become an error that a person can act on.</summary>
internal sealed class SqliteFault : Exception
{
    private SqliteFault(int extendedCode, string message, string path) : base(message)
    {
        ExtendedCode = extendedCode;
        Path = path;
    }

    /// <summary>The extended result code (https://sqlite.org/rescode.html).</summary>
    internal int ExtendedCode { get; }

    /// <summary>The primary result code.</summary>
    internal int Code => ExtendedCode & 0xff;

    /// <summary>The database.</summary>
    internal string Path { get; }

    /// <summary>Whether another connection's lock is in the way, so that waiting may help.</summary>
    internal bool IsBusy => Code is raw.SQLITE_BUSY or raw.SQLITE_LOCKED;

    /// <summary>Whether the file itself is at fault.</summary>
    internal bool IsDamage => Code is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    internal static SqliteFault From(sqlite3 handle, int rc, string path)
    {
        int extended = handle.IsInvalid ? rc : raw.sqlite3_extended_errcode(handle);
        string message = (handle.IsInvalid ? raw.sqlite3_errstr(rc) : raw.sqlite3_errmsg(handle)).utf8_to_string();
        // errmsg belongs to the last call on the handle, which need not be the one that failed.
        if ((extended & 0xff) != (rc & 0xff)) (extended, message) = (rc, raw.sqlite3_errstr(rc).utf8_to_string());
        return new SqliteFault(extended, message, path);
    }

    /// <summary>As an error about a database of our own, such as a staged copy.</summary>
    internal EmrSimException ToException(ErrorCode code, string what) =>
        new(code, $"{what}: SQLite says '{Message}' (code {ExtendedCode}).", Path, this) { SqliteExtendedCode = ExtendedCode };
}
