using EmrSim.Core.Sqlite;
using EmrSim.Core.Verification;
using EmrSim.Tests.Support;
using Microsoft.Data.Sqlite;

namespace EmrSim.Tests.Verification.Support;

/// <summary>The two opinions on a database: ours, and that of SQLite's integrity_check over a connection that is not ours.</summary>
internal static class Judges
{
    internal static EmrBackupCheck Ours(string path, bool bySqliteAlone = false)
    {
        try
        {
            using SqliteDatabase database = SqliteDatabase.Open(path, SqliteAccess.Copy, CancellationToken.None);
            // On small machines one thread does it all; it must come to the same conclusion.
            EmrBackupCheck alone = IntegrityCheck.Run(database, bySqliteAlone, sideBySide: false).Check;
            EmrBackupCheck check = IntegrityCheck.Run(database, bySqliteAlone).Check;
            Assert.Equal((check.Outcome, check.Detail), (alone.Outcome, alone.Detail));
            return check;
        }
        catch (SqliteFault fault)
        {
            return new EmrBackupCheck("", EmrOutcome.Failed, fault.Message, TimeSpan.Zero);
        }
    }

    /// <summary>What integrity_check says first: ok, a finding, or why it could not read the database.</summary>
    internal static string Sqlite(string path)
    {
        try
        {
            return (string?)TestDatabase.Scalar(path, "PRAGMA integrity_check") ?? "nothing";
        }
        catch (SqliteException e)
        {
            return e.Message;
        }
    }
}
