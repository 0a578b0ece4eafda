namespace EmrSim.Core.Sqlite;

/// <summary>What a database says of itself, read in one snapshot.</summary>
/// <param name="SqliteVersion">The version of the library that read it.</param>
/// <param name="PageSize">Bytes per page.</param>
/// <param name="PageCount">Pages in the snapshot.</param>
/// <param name="Encoding">UTF-8, UTF-16le or UTF-16be.</param>
/// <param name="UserVersion">PRAGMA user_version.</param>
/// <param name="ApplicationId">PRAGMA application_id.</param>
/// <param name="AutoVacuum">PRAGMA auto_vacuum: 0 none, 1 full, 2 incremental.</param>
/// <param name="JournalMode">wal, delete, …</param>
/// <param name="SchemaDigest">SHA-256 over the schema's SQL, as lower-case hex.</param>
internal sealed record SqliteFacts(
    string SqliteVersion,
    int PageSize,
    long PageCount,
    string Encoding,
    int UserVersion,
    int ApplicationId,
    int AutoVacuum,
    string JournalMode,
    string SchemaDigest)
{
    /// <summary>The length of the database in bytes.</summary>
    internal long Length => PageSize * PageCount;

    /// <summary>Reads the facts over an open connection.</summary>
    internal static SqliteFacts Read(SqliteDatabase database) => new(
        SqliteLibrary.Version,
        (int)database.Integer("PRAGMA page_size"),
        database.Integer("PRAGMA page_count"),
        database.Text("PRAGMA encoding"),
        (int)database.Integer("PRAGMA user_version"),
        (int)database.Integer("PRAGMA application_id"),
        (int)database.Integer("PRAGMA auto_vacuum"),
        database.Text("PRAGMA journal_mode"),
        SqliteSchema.Digest(database));
}
