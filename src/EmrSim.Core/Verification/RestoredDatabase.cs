using System.Diagnostics;
using System.Globalization;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Verification;

/// <summary>Opens a restored database as its application would, for reading and writing, and compares its settings.</summary>
internal static class RestoredDatabase
{
    /// <summary>Checks settings and usability. The file is opened for writing; its content stays as it is.</summary>
    /// <param name="path">A restored copy that nobody else uses.</param>
    /// <param name="expected">What the source said of itself.</param>
    /// <param name="token">Cancels.</param>
    internal static IEnumerable<CheckResult> Check(string path, SqliteFacts expected, CancellationToken token)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            using SqliteDatabase database = SqliteDatabase.Open(path, SqliteAccess.ReadWrite, token);
            CheckResult settings = CheckResult.Compare(
                CheckNames.Settings,
                ErrorCode.BackupContentMismatch,
                "the settings",
                Describe(expected),
                Describe(SqliteFacts.Read(database)),
                started);

            started = Stopwatch.GetTimestamp();
            // A write that is rolled back proves that locks, journal and free pages work, and changes nothing.
            database.Execute("BEGIN IMMEDIATE; CREATE TABLE emrsim_drill(proof); INSERT INTO emrsim_drill VALUES(1); ROLLBACK;");
            return [settings, CheckResult.Passed(CheckNames.Usable, "opened for reading and writing, as its application would", started)];
        }
        catch (SqliteFault fault)
        {
            return
            [
                CheckResult.Failed(
                    CheckNames.Usable,
                    ErrorCode.BackupContentMismatch,
                    $"the restored database cannot be used: {fault.Message} (code {fault.ExtendedCode})",
                    started),
            ];
        }
    }

    private static string Describe(SqliteFacts facts) => string.Create(
        CultureInfo.InvariantCulture,
        $"{facts.PageCount} pages of {facts.PageSize}, {facts.Encoding}, user_version {facts.UserVersion}, application_id {facts.ApplicationId}, " +
        $"auto_vacuum {facts.AutoVacuum}, {facts.JournalMode}");
}
