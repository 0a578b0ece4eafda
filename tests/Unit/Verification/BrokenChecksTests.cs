using EmrSim.Tests.Support;
using EmrSim.Tests.Verification.Support;

namespace EmrSim.Tests.Verification;

public sealed class BrokenChecksTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Database => _folder.File("app.db");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void B15_A_row_that_breaks_a_CHECK_is_found(bool bySqliteAlone)
    {
        TestDatabase.Run(
            Database, "CREATE TABLE t(a CHECK(a > 0), b); PRAGMA ignore_check_constraints=1; INSERT INTO t VALUES(1, 1),(0, 2),(-1, 3),(NULL, 4)");

        EmrBackupCheck ours = Judges.Ours(Database, bySqliteAlone);

        Assert.NotEqual("ok", Judges.Sqlite(Database));
        Assert.Equal(EmrOutcome.Failed, ours.Outcome);
        Assert.StartsWith("CHECK constraint failed in t", ours.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CREATE TABLE t(a TEXT CHECK(a IN ('x', 'y') AND a <> ')'), CHECK (a IS NOT 'CHECK(0)')); INSERT INTO t VALUES('x'),(NULL)")]
    [InlineData("CREATE TABLE t(a PRIMARY KEY, CONSTRAINT \"CHECK\" CHECK /* ) */ (typeof(a) = 'real')) WITHOUT ROWID; INSERT INTO t VALUES(1.5)")]
    [InlineData("CREATE VIEW v AS SELECT 1 AS [CHECK]; CREATE VIRTUAL TABLE t USING fts5(\"CHECK\"); INSERT INTO t VALUES('CHECK(0)')")]
    public void Rows_that_keep_their_CHECKs_pass(string sql)
    {
        TestDatabase.Run(Database, sql);

        EmrBackupCheck ours = Judges.Ours(Database);

        Assert.Equal("ok", Judges.Sqlite(Database));
        Assert.True(ours.Outcome == EmrOutcome.Passed, ours.Detail);
    }

    // What was written by a library that took "x" for a text is still in many schemas.
    [Fact]
    public void A_CHECK_with_a_text_in_double_quotes_passes()
    {
        TestDatabase.Run(Database, "CREATE TABLE t(a CHECK(a IN ('x', 'y'))); INSERT INTO t VALUES('x')");
        SchemaDamage.Apply(Database, ["PRAGMA writable_schema=ON", "UPDATE sqlite_schema SET sql = replace(sql, '''', '\"')"]);

        EmrBackupCheck ours = Judges.Ours(Database);

        Assert.Equal("ok", Judges.Sqlite(Database));
        Assert.True(ours.Outcome == EmrOutcome.Passed, ours.Detail);
    }
}
