using EmrSim.Core.Sqlite;
using EmrSim.Tests.Recovery.Salvage.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Recovery.Salvage;

/// <summary>What salvaging gives of databases that nothing is wrong with: all of them, and no doubts.</summary>
public sealed class HealthyTests : IDisposable
{
    private readonly SalvageFixture _fixture = new();

    public static TheoryData<string, string> Databases => new()
    {
        { "", Many + "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t SELECT n, printf('%050d', n) FROM n" },
        { "PRAGMA page_size=512", Many + "CREATE TABLE t(a, b, c); INSERT INTO t SELECT n, n / 3.0, randomblob(n % 3000) FROM n" },
        { "PRAGMA page_size=65536", Many + "CREATE TABLE t(a, b); INSERT INTO t SELECT n, hex(randomblob(200)) FROM n" },
        { "PRAGMA encoding='UTF-16le'", Many + "CREATE TABLE t(a TEXT, b); INSERT INTO t SELECT 'Grüße 🩺 ' || n, n FROM n; CREATE INDEX i ON t(a)" },
        { "PRAGMA encoding='UTF-16be'", Many + "CREATE TABLE t(a TEXT, b); INSERT INTO t SELECT 'Grüße 🩺 ' || n, printf('%0900d', n) FROM n" },
        { "PRAGMA auto_vacuum=1", Many + "CREATE TABLE t(a, b); CREATE INDEX i ON t(a); INSERT INTO t SELECT n, randomblob(900) FROM n; DELETE FROM t WHERE a % 3 = 0" },
        { "PRAGMA auto_vacuum=2; PRAGMA page_size=1024", Many + "CREATE TABLE t(a, b); INSERT INTO t SELECT n, randomblob(5000) FROM n; DELETE FROM t WHERE a % 2" },
        { "", Many + "CREATE TABLE t(k TEXT, v, w INTEGER, PRIMARY KEY(w, k)) WITHOUT ROWID; INSERT INTO t SELECT 'k' || n, randomblob(n % 900), -n FROM n; CREATE INDEX i ON t(v)" },
        { "", "CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, v); INSERT INTO t(v) VALUES (1), (2), (3); DELETE FROM t WHERE id = 3" },
        { "", "CREATE TABLE gone(id INTEGER PRIMARY KEY AUTOINCREMENT); DROP TABLE gone; CREATE TABLE t(a)" },
        { "", Many + "CREATE TABLE t(a); INSERT INTO t SELECT n FROM n; ALTER TABLE t ADD COLUMN b TEXT DEFAULT 'x''y'; ALTER TABLE t ADD COLUMN c REAL DEFAULT -1; " +
            "ALTER TABLE t ADD COLUMN d; INSERT INTO t VALUES (1, NULL, NULL, 2)" },
        { "", "CREATE TABLE t(a, b AS (a * 2) VIRTUAL, c AS (a + 1) STORED, d); INSERT INTO t(a, d) VALUES (1, 2), (3, 4); CREATE INDEX i ON t(b)" },
        { "", "CREATE TABLE t(a REAL, b INTEGER, c NUMERIC, d BLOB, e); INSERT INTO t VALUES (1, 1.5, '12', '12', 9e99), (1e300, 9223372036854775807, x'', '', NULL), (0, -1, 0, 1, -9223372036854775808)" },
        { "", Many + "CREATE TABLE t(id INTEGER PRIMARY KEY, p REFERENCES t, CHECK (p <> 7)); INSERT INTO t SELECT n, NULL FROM n; CREATE VIEW v AS SELECT * FROM t; " +
            "CREATE TRIGGER r AFTER INSERT ON t BEGIN DELETE FROM t WHERE id = new.id; END; CREATE UNIQUE INDEX i ON t(id) WHERE p IS NULL; ANALYZE" },
        { "", "CREATE TABLE t(rowid, v); INSERT INTO t VALUES ('mine', 1); CREATE TABLE u(\"a b\"\" c\" INT, \"select\"); INSERT INTO u VALUES (1, 2)" },
        { "", "CREATE TABLE t(a, b, UNIQUE (a) ON CONFLICT REPLACE, PRIMARY KEY (b) ON CONFLICT IGNORE); INSERT INTO t VALUES (1, 2), (3, 4)" },
        { "", "CREATE TABLE s(i INT, a ANY, r REAL) STRICT; INSERT INTO s VALUES (1, '01', 2), (2, x'00', 2.5); CREATE TABLE e(x)" },
        { "", "CREATE VIRTUAL TABLE f USING fts5(title, body); INSERT INTO f VALUES ('one', 'the cat'), ('two', 'a dog'); CREATE TABLE t(a)" },
        { "PRAGMA journal_mode=WAL", "CREATE TABLE t(a); INSERT INTO t VALUES (1); PRAGMA user_version=42; PRAGMA application_id=77" },
        { "", Many + "CREATE TABLE t(a, b); INSERT INTO t SELECT n, randomblob(300) FROM n; DELETE FROM t; INSERT INTO t VALUES (1, 2)" },
        { "", "CREATE TABLE lost_and_found(a); INSERT INTO lost_and_found VALUES (1)" },
        { "", Schemas() },
        { "PRAGMA user_version=3", "" },
    };

    private const string Many = "CREATE TEMP TABLE n AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 3000) SELECT n FROM c; ";

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_healthy_database_comes_through_whole(string settings, string sql)
    {
        TestDatabase.Run(_fixture.Intact, settings + ";" + sql);
        byte[] before = File.ReadAllBytes(_fixture.Intact);

        EmrSalvage result = await _fixture.SalvageAsync(_fixture.Intact);

        Assert.Equal(["intact.db", "saved.db"], _fixture.Folder.Files());
        Assert.Empty(result.Problems);
        Assert.Equal(EmrOutcome.Passed, result.Outcome);
        Assert.Null(result.LostAndFound);
        Assert.Equal(0, result.PagesDamaged);
        Assert.All(result.Tables, t => Assert.Equal((0L, 0L), (t.Doubtful, t.Lost)));
        Assert.Equal(Rows.All(_fixture.Intact), Rows.All(_fixture.Saved));
        foreach (string pragma in (string[])["page_size", "encoding", "auto_vacuum", "user_version", "application_id", "journal_mode"])
        {
            Assert.Equal(TestDatabase.Scalar(_fixture.Intact, "PRAGMA " + pragma), TestDatabase.Scalar(_fixture.Saved, "PRAGMA " + pragma));
        }

        Assert.Equal("ok", TestDatabase.Scalar(_fixture.Saved, "PRAGMA integrity_check"));
        Assert.Equal(Digest(_fixture.Intact), Digest(_fixture.Saved));
        Assert.Equal(before, File.ReadAllBytes(_fixture.Intact));
    }

    [Fact]
    public async Task The_sample_comes_through_whole()
    {
        await _fixture.SampleAsync(20_000);

        EmrSalvage result = await _fixture.SalvageAsync(_fixture.Intact);

        Assert.Equal(EmrOutcome.Passed, result.Outcome);
        Assert.Equal(Rows.All(_fixture.Intact), Rows.All(_fixture.Saved));
        Assert.Equal(["personas", "scenarios", "sessions", "turns"], result.Tables.Select(t => t.Name));
        Assert.Equal(20_000, result.Tables[3].Saved);
    }

    [Fact]
    public async Task Rows_that_were_deleted_are_set_aside_only_when_that_is_asked_for()
    {
        TestDatabase.Run(_fixture.Intact, Many + "CREATE TABLE t(a, b); INSERT INTO t SELECT n, randomblob(300) FROM n; DELETE FROM t");

        EmrSalvage without = await _fixture.SalvageAsync(_fixture.Intact);
        EmrSalvage with = await _fixture.SalvageAsync(_fixture.Intact, freePages: true);

        Assert.Equal((EmrOutcome.Passed, 0L), (without.Outcome, without.SetAside));
        Assert.Equal(EmrOutcome.Inconclusive, with.Outcome);
        Assert.True(with.SetAside > 2_000);
        Assert.Equal(0L, TestDatabase.Scalar(_fixture.Saved, "SELECT count(*) FROM t"));
        Assert.Equal(with.SetAside, TestDatabase.Scalar(_fixture.Saved, "SELECT count(*) FROM lost_and_found WHERE reason LIKE '%deleted%' AND typeof(c1) = 'blob'"));
    }

    public void Dispose() => _fixture.Dispose();

    private static string Digest(string path)
    {
        using SqliteDatabase database = SqliteDatabase.Open(path, SqliteAccess.Live, default);
        return SqliteSchema.Digest(database);
    }

    private static string Schemas() => string.Join(';', Enumerable.Range(0, 300).Select(i => $"CREATE TABLE table_number_{i}(a, b, c, d{i}); INSERT INTO table_number_{i} VALUES ({i}, 1, 2, 3)"));
}
