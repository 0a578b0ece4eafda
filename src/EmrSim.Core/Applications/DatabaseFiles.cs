using EmrSim.Core.Files;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Applications;

/// <summary>A database with all that SQLite keeps beside it.</summary>
internal static class DatabaseFiles
{
    /// <summary>Who else has a database or a file beside it open; nobody where there is no database.</summary>
    internal static FileHolders HoldersOf(string? database) => FileHolders.Of(database is null ? [] : [database, .. SqliteSource.Sidecars(database)]);
}
