using EmrSim.Core.Files;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Applications;

/// <summary>A database with all that SQLite keeps beside it.</summary>
internal static class DatabaseFiles
{
    /// <summary>Who else has a database or a file beside it open; nobody where there is no database.</summary>
    /// <param name="database">The absolute path; null where there is none.</param>
    /// <param name="ownToo">Whether a connection of this process counts, such as one that another module opened in the same PowerShell.</param>
    internal static FileHolders HoldersOf(string? database, bool ownToo = false) =>
        FileHolders.Of(database is null ? [] : [database, .. SqliteSource.Sidecars(database)], ownToo);
}
