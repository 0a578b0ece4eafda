using EmrSim.Tests.Support;
using EmrSim.Tests.Verification.Support;

namespace EmrSim.Tests.Verification;

/// <summary>Shapes in which a query means something else than it seems to, sound ones: none of them may alarm.</summary>
public sealed class IndexShapeTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Database => _folder.File("app.db");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("rowid")]
    [InlineData("ROWID, _rowid_")]
    public void An_index_over_a_column_called_rowid_is_proved(string columns) =>
        AssertPassed($"CREATE TABLE t({columns}); CREATE INDEX i ON t(rowid); INSERT INTO t(rowid) VALUES(7),(7),(NULL),(NULL),('x'),('x')", proved: 1);

    [Theory]
    [InlineData("CREATE TABLE t(a INTEGER PRIMARY KEY DESC, b); CREATE INDEX i ON t(b, a); INSERT INTO t VALUES(2, 1),(1, 1)", 2)]
    [InlineData("CREATE TABLE t(a REAL UNIQUE); INSERT INTO t VALUES(1),(0.5),(1 << 53),(9e999),(-0.0)", 1)]
    [InlineData("CREATE TABLE t(a UNIQUE, b, UNIQUE(b, a)); INSERT INTO t VALUES(NULL, 1),(NULL, 1),(1, NULL),(2, NULL)", 2)]
    [InlineData("CREATE TABLE t(a COLLATE NOCASE, b COLLATE RTRIM); CREATE INDEX i ON t(a DESC, b); INSERT INTO t VALUES('A', 'x '),('a', 'x'),('a ', '')", 1)]
    [InlineData("CREATE TABLE pragma_table_list(schema, type, name, wr); CREATE TABLE t(a UNIQUE); INSERT INTO t VALUES(1),(2)", 1)]
    [InlineData("CREATE TABLE t(a); INSERT INTO t VALUES(1),(2); ALTER TABLE t ADD COLUMN b REAL DEFAULT 1; CREATE INDEX i ON t(b)", 1)]
    public void A_plain_shape_is_proved(string sql, int proved) => AssertPassed(sql, proved);

    [Theory]
    [InlineData("CREATE TABLE t(rowid, oid, _rowid_); CREATE INDEX i ON t(oid); INSERT INTO t VALUES(1, 2, 3),(1, 2, 3)")]
    [InlineData("CREATE TABLE t(a INTEGER PRIMARY KEY, b); CREATE INDEX i ON t(b, a); INSERT INTO t VALUES(1, 2),(2, 2)")]
    [InlineData("CREATE TABLE t(a, b AS (a + 1) STORED UNIQUE); INSERT INTO t VALUES(1),(0.5)")]
    [InlineData("CREATE TABLE t(a, b AS (a || 'x')); CREATE INDEX i ON t(a, b); INSERT INTO t VALUES(1),(2)")]
    [InlineData("CREATE TABLE t(a); CREATE INDEX i ON t(a, a COLLATE NOCASE); INSERT INTO t VALUES('A'),('a')")]
    [InlineData("CREATE TABLE t(a); CREATE INDEX i ON t(a) WHERE a > 1; INSERT INTO t VALUES(1),(2)")]
    [InlineData("CREATE TABLE t(a); CREATE INDEX i ON t(lower(a)); INSERT INTO t VALUES('A'),('b')")]
    [InlineData("CREATE TABLE t(a PRIMARY KEY, b UNIQUE) WITHOUT ROWID; INSERT INTO t VALUES('A', 1),('b', 2)")]
    [InlineData("CREATE TABLE [0](a PRIMARY KEY, b UNIQUE) WITHOUT ROWID; INSERT INTO [0] VALUES('A', 1),('b', 2)")]
    public void A_shape_that_a_query_does_not_see_whole_is_left_to_SQLite(string sql) => AssertPassed(sql, proved: 0);

    [Fact]
    public void Columns_whose_names_are_no_UTF8_are_left_to_SQLite()
    {
        const string Rename = "UPDATE sqlite_schema SET sql = CAST(replace(CAST(sql AS BLOB), ";
        TestDatabase.Run(Database, "CREATE TABLE t(abc, xyz); CREATE INDEX i ON t(abc); CREATE INDEX j ON t(xyz); INSERT INTO t VALUES(1, 1),(2, 2)");
        SchemaDamage.Apply(
            Database,
            ["PRAGMA writable_schema=ON", Rename + "'abc', CAST(x'ff' AS TEXT)) AS TEXT)", Rename + "'xyz', CAST(x'fe' AS TEXT)) AS TEXT)"]);

        EmrBackupCheck check = Judges.Ours(Database);

        Assert.Equal((EmrOutcome.Passed, "PRAGMA integrity_check says ok"), (check.Outcome, check.Detail));
    }

    private void AssertPassed(string sql, int proved)
    {
        TestDatabase.Run(Database, sql);

        EmrBackupCheck check = Judges.Ours(Database);

        Assert.Equal("ok", Judges.Sqlite(Database));
        Assert.Equal(
            (EmrOutcome.Passed, $"every page sound, {proved} indexes proved entry by entry, {(proved == 0 ? 1 : 0)} tables by integrity_check"),
            (check.Outcome, check.Detail));
    }
}
