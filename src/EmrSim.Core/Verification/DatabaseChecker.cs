using System.Diagnostics;
using System.Globalization;
using EmrSim.Core.Progress;
using EmrSim.Core.Sqlite;
using SQLitePCL;

namespace EmrSim.Core.Verification;

/// <summary>What a database must turn out to be; null where nothing is known.</summary>
internal sealed record ExpectedContent(IReadOnlyDictionary<string, long> Tables, string SchemaDigest, long? ForeignKeyViolations);

/// <summary>What the checks of a database found, and how many references lead nowhere; null where that was not counted.</summary>
internal sealed record DatabaseFindings(IReadOnlyList<CheckResult> Checks, long? ForeignKeyViolations);

/// <summary>Checks a database file that nobody changes: structure, indexes, references, rows and schema.</summary>
internal static class DatabaseChecker
{
    private const int FindingsShown = 5;
    private const string Mismatch = "foreign key mismatch";
    private const string TablesWithReferences =
        "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL TABLE%' AND sql LIKE '%REFERENCES%'";

    /// <summary>Runs all checks.</summary>
    /// <param name="path">The absolute path of a copy of our own.</param>
    /// <param name="expected">What the rows, the schema and the references must be, where that is known.</param>
    /// <param name="bySqliteAlone">Whether SQLite's own integrity_check is wanted, which takes longer.</param>
    /// <param name="sink">Is told which check runs.</param>
    /// <param name="activity">The progress' activity.</param>
    /// <param name="token">Cancels in the middle of a check.</param>
    /// <param name="sideBySide">Whether tables and indexes may be read at once, by two threads.</param>
    internal static DatabaseFindings Check(
        string path, ExpectedContent? expected, bool bySqliteAlone, IProgress<OperationProgress>? sink, string activity, CancellationToken token, bool sideBySide = true)
    {
        try
        {
            return Check(path, SqliteAccess.Copy, expected, bySqliteAlone, sink, activity, sideBySide, token);
        }
        finally
        {
            // A copy in WAL mode was given them when it was opened.
            foreach (string sidecar in SqliteSource.Sidecars(path)) File.Delete(sidecar);
        }
    }

    /// <summary>Runs all checks of a database in its place, which nobody else can open meanwhile. Its bytes stay as they are.</summary>
    /// <param name="path">The database. That it is in use counts as a failed check.</param>
    /// <param name="expected">What the rows, the schema and the references must be.</param>
    /// <param name="sink">Is told which check runs.</param>
    /// <param name="activity">The progress' activity.</param>
    /// <param name="token">Cancels in the middle of a check.</param>
    internal static DatabaseFindings CheckInPlace(
        string path, ExpectedContent expected, IProgress<OperationProgress>? sink, string activity, CancellationToken token) =>
        Check(path, SqliteAccess.Exclusive, expected, bySqliteAlone: false, sink, activity, sideBySide: true, token);

    private static DatabaseFindings Check(
        string path, SqliteAccess access, ExpectedContent? expected, bool bySqliteAlone, IProgress<OperationProgress>? sink, string activity, bool sideBySide, CancellationToken token)
    {
        var checks = new List<CheckResult>();
        long started = Stopwatch.GetTimestamp();
        try
        {
            using SqliteDatabase database = SqliteDatabase.Open(path, access, token);
            if (database.IsReadOnly)
            {
                checks.Add(CheckResult.Inconclusive(
                    CheckNames.IntegrityCheck,
                    ErrorCode.TestInconclusive,
                    "the copy could not be opened for writing, without which SQLite looks at no CHECK constraints",
                    started));
                return new DatabaseFindings(checks, null);
            }

            // One transaction takes SQLite's locks once, at the start. On Windows the moment in which they are taken is an error to whoever reads the
            // file there, at 1 GB (https://sqlite.org/fileformat.html#the_lock_byte_page), and the packing gets there later.
            database.Execute(access == SqliteAccess.Exclusive ? "BEGIN EXCLUSIVE" : "BEGIN");
            ProgressMeter.Announce(sink, activity, "Integrity check");
            checks.Add(IntegrityCheck.Run(database, bySqliteAlone, sideBySide));
            if (checks[0].Check.Outcome != EmrOutcome.Passed) return new DatabaseFindings(checks, null);

            ProgressMeter.Announce(sink, activity, "Foreign key check");
            (CheckResult references, long? violations) = ForeignKeys(database, expected);
            checks.Add(references);

            ProgressMeter.Announce(sink, activity, "Counting rows");
            checks.Add(Rows(database, expected));
            checks.Add(Schema(database, expected));
            return new DatabaseFindings(checks, violations);
        }
        catch (SqliteFault fault)
        {
            checks.Add(CheckResult.Failed(
                CheckNames.IntegrityCheck,
                ErrorCode.IntegrityCheckFailed,
                $"SQLite could not read the database: {fault.Message} (code {fault.ExtendedCode})",
                started));
            return new DatabaseFindings(checks, null);
        }
    }

    private static (CheckResult Check, long? Violations) ForeignKeys(SqliteDatabase database, ExpectedContent? expected)
    {
        long started = Stopwatch.GetTimestamp();
        long violations = 0;
        var found = new List<string>();
        foreach (string table in database.Rows(TablesWithReferences, static s => SqliteDatabase.Text(s, 0)).ToList())
        {
            try
            {
                // Columns: table, rowid (NULL for WITHOUT ROWID), referenced table, number of the key.
                foreach (string line in database.Rows($"PRAGMA foreign_key_check({SqliteDatabase.Quote(table)})", static s =>
                    $"{SqliteDatabase.Text(s, 0)} row {SqliteDatabase.Text(s, 1)} refers to nothing in {SqliteDatabase.Text(s, 2)}"))
                {
                    if (violations++ < FindingsShown) found.Add(line);
                }
            }
            catch (SqliteFault fault) when (fault.Message.Contains(Mismatch, StringComparison.Ordinal))
            {
                // Its parent's columns are no key, so no row can be said to have a parent, by anybody: a fault of the schema, not of the check.
                violations++;
                found.Add(fault.Message);
            }
            catch (SqliteFault fault) when (fault.Code == raw.SQLITE_ERROR)
            {
                return (CheckResult.Inconclusive(
                    CheckNames.ForeignKeys, ErrorCode.TestInconclusive, $"the foreign keys of {table} could not be checked: {fault.Message}", started), null);
            }
        }

        string detail = violations == 0
            ? "every reference leads to a row"
            : $"{violations} violations: {string.Join("; ", found)}{(violations > found.Count ? "; …" : "")}";
        if (expected?.ForeignKeyViolations is not { } known) return (CheckResult.Passed(CheckNames.ForeignKeys, detail, started), violations);

        // Orphans that the live database has are its own; a backup is wrong only when it has others.
        CheckResult check = known != violations
            ? CheckResult.Failed(CheckNames.ForeignKeys, ErrorCode.BackupContentMismatch, $"{detail}; the manifest says {known}", started)
            : CheckResult.Passed(CheckNames.ForeignKeys, violations == 0 ? detail : $"{detail} (as in the source)", started);
        return (check, violations);
    }

    private static CheckResult Rows(SqliteDatabase database, ExpectedContent? expected)
    {
        long started = Stopwatch.GetTimestamp();
        SortedDictionary<string, long> actual = SqliteSchema.CountRows(database);
        string summary = string.Create(CultureInfo.InvariantCulture, $"{actual.Count} tables, {actual.Values.Sum()} rows");
        if (expected is null)
        {
            return CheckResult.Inconclusive(
                CheckNames.Rows, ErrorCode.TestInconclusive, $"{summary}; without a manifest there is nothing to compare with", started);
        }

        List<string> differences =
        [
            .. expected.Tables.Keys.Union(actual.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .Where(t => expected.Tables.GetValueOrDefault(t, -1) != actual.GetValueOrDefault(t, -1))
                .Select(t => $"{t} has {Number(actual, t)} rows instead of {Number(expected.Tables, t)}"),
        ];
        return differences.Count == 0
            ? CheckResult.Passed(CheckNames.Rows, $"{summary}, as in the snapshot", started)
            : CheckResult.Failed(CheckNames.Rows, ErrorCode.BackupContentMismatch, IntegrityCheck.Summarize(differences), started);
    }

    private static CheckResult Schema(SqliteDatabase database, ExpectedContent? expected)
    {
        long started = Stopwatch.GetTimestamp();
        string actual = SqliteSchema.Digest(database);
        return expected is null
            ? CheckResult.Inconclusive(
                CheckNames.Schema, ErrorCode.TestInconclusive, "without a manifest there is nothing to compare with", started)
            : CheckResult.Compare(
                CheckNames.Schema, ErrorCode.BackupContentMismatch, "the schema's digest", expected.SchemaDigest, actual, started);
    }

    private static string Number(IReadOnlyDictionary<string, long> tables, string table) =>
        tables.TryGetValue(table, out long rows) ? rows.ToString(CultureInfo.InvariantCulture) : "no";
}
