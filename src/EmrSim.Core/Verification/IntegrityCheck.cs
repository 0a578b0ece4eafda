using System.Diagnostics;
using System.Globalization;
using EmrSim.Core.Sqlite;
using SQLitePCL;

namespace EmrSim.Core.Verification;

/// <summary>
/// The full integrity check. What SQLite's quick_check covers (pages, freelist, order of rows, types, NOT NULL, CHECK) is left to it; that
/// indexes hold what their tables hold is proved by <see cref="IndexProof"/> where their shape allows, else by SQLite's integrity_check of
/// that table. docs/adr/0003 says why this finds all that integrity_check finds.
/// </summary>
internal static class IntegrityCheck
{
    // integrity_check and quick_check stop after 100 findings by default; a person needs the first few.
    private const int FindingsShown = 5;

    /// <summary>Checks a database.</summary>
    /// <param name="database">Open, not being changed.</param>
    /// <param name="bySqliteAlone">Whether SQLite's own integrity_check is wanted for everything.</param>
    /// <param name="sideBySide">Whether tables and indexes may be read at once, by two threads.</param>
    internal static CheckResult Run(SqliteDatabase database, bool bySqliteAlone, bool sideBySide = true)
    {
        long started = Stopwatch.GetTimestamp();
        // Without its header page a file of any kind would pass as an empty database.
        if (database.Integer("PRAGMA page_count") == 0)
        {
            return CheckResult.Failed(CheckNames.IntegrityCheck, ErrorCode.IntegrityCheckFailed, "the database is 0 pages long", started);
        }

        try
        {
            // The default of 2 MB reads the inner pages of large trees again and again.
            database.Execute("PRAGMA cache_size=-32768");
            (List<string> findings, string how) = bySqliteAlone || !IsUtf8(database) ? BySqlite(database) : ByProofOrSqlite(database, sideBySide);
            return findings.Count == 0
                ? CheckResult.Passed(CheckNames.IntegrityCheck, how, started)
                : CheckResult.Failed(CheckNames.IntegrityCheck, ErrorCode.IntegrityCheckFailed, Summarize(findings), started);
        }
        catch (SqliteFault fault) when (fault.Code == raw.SQLITE_ERROR)
        {
            // An unknown collation or function of the application's: the check cannot run here, which proves nothing either way.
            return CheckResult.Inconclusive(
                CheckNames.IntegrityCheck, ErrorCode.TestInconclusive, $"the integrity check could not run: {fault.Message}", started);
        }
    }

    /// <summary>The first findings in one line.</summary>
    internal static string Summarize(List<string> findings) =>
        string.Join("; ", findings.Take(FindingsShown)) + (findings.Count > FindingsShown ? $"; and {findings.Count - FindingsShown} more" : "");

    // In UTF-16 databases BINARY compares other bytes than those a query returns.
    private static bool IsUtf8(SqliteDatabase database) => database.Text("PRAGMA encoding") == "UTF-8";

    private static (List<string> Findings, string How) BySqlite(SqliteDatabase database) =>
        (Findings(database, "PRAGMA integrity_check"), "PRAGMA integrity_check says ok");

    private static (List<string> Findings, string How) ByProofOrSqlite(SqliteDatabase database, bool sideBySide)
    {
        try
        {
            return ByProof(database, sideBySide);
        }
        catch (SqliteFault fault) when (fault.Code == raw.SQLITE_ERROR)
        {
            // Not every name can be written into a query: SQLite allows for bytes that are no UTF-8.
            return BySqlite(database);
        }
    }

    private static (List<string> Findings, string How) ByProof(SqliteDatabase database, bool sideBySide)
    {
        List<string> findings = Findings(database, "PRAGMA quick_check");
        if (findings.Count > 0) return (findings, "");

        int proved = 0, checkedBySqlite = 0;
        using var records = new IndexRecords(database.Path);
        foreach (TableShape table in TableShape.ReadAll(database))
        {
            List<string>? result = table.Indexes switch
            {
                { Count: 0 } => [],
                not null => new IndexProof(database, records, table).Run(sideBySide),
                null => null,
            };
            if (result is null)
            {
                result = Findings(database, $"PRAGMA integrity_check({SqliteDatabase.Quote(table.Name)})");
                checkedBySqlite++;
            }
            else
            {
                proved += table.Indexes!.Count;
            }

            findings.AddRange(result);
        }

        return (findings, string.Create(
            CultureInfo.InvariantCulture, $"every page sound, {proved} indexes proved entry by entry, {checkedBySqlite} tables by integrity_check"));
    }

    private static List<string> Findings(SqliteDatabase database, string pragma)
    {
        List<string> lines = [.. database.Rows(pragma, static s => SqliteDatabase.Text(s, 0))];
        return lines is ["ok"] ? [] : lines;
    }
}
