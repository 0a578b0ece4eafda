using EmrSim.Tests.Recovery.Salvage.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Recovery.Salvage;

/// <summary>Damage where it hurts most: to the header, and to the pages that say what tables there are.</summary>
public sealed class SchemaDamageTests : IDisposable
{
    private const string Many = "CREATE TEMP TABLE n AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 2000) SELECT n FROM c; ";
    private const string One = Many + "CREATE TABLE t(a INTEGER, b TEXT, c REAL, d BLOB); INSERT INTO t SELECT n, 'Schlüssel 🗝 ' || n, n / 7.0, randomblob(n % 200 + 1) FROM n; ";

    private readonly SalvageFixture _fixture = new();

    public static TheoryData<string> Settings =>
        ["PRAGMA page_size=512", "PRAGMA page_size=4096", "PRAGMA page_size=65536", "PRAGMA encoding='UTF-16le'", "PRAGMA encoding='UTF-16be'; PRAGMA page_size=1024", "PRAGMA auto_vacuum=1"];

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Without_the_first_page_every_row_is_set_aside_with_its_exact_values(string settings)
    {
        TestDatabase.Run(_fixture.Intact, settings + ";" + One);
        _fixture.Damage(b => new Random(7).NextBytes(b.AsSpan(0, new IntactPages(b).PageSize)));

        EmrSalvage result = await _fixture.SalvageAsync();

        Assert.Equal(EmrOutcome.Inconclusive, result.Outcome);
        Assert.Empty(result.Tables);
        Assert.Equal(2_000, result.SetAside);
        Assert.Equal(
            Rows.Of(_fixture.Intact, "SELECT rowid, a, b, c, d FROM t ORDER BY rowid"),
            Rows.Of(_fixture.Saved, "SELECT id, c0, c1, CAST(c2 AS REAL), c3 FROM lost_and_found WHERE nfield = 4 ORDER BY id"));
        Assert.Equal(TestDatabase.Scalar(_fixture.Intact, "PRAGMA page_size"), TestDatabase.Scalar(_fixture.Saved, "PRAGMA page_size"));
        Assert.Equal(TestDatabase.Scalar(_fixture.Intact, "PRAGMA encoding"), TestDatabase.Scalar(_fixture.Saved, "PRAGMA encoding"));
        Assert.Contains(result.Problems, p => p.Contains("header", StringComparison.Ordinal));
        Assert.Contains(result.Problems, p => p.Contains("schema", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Without_the_header_alone_every_row_is_in_its_table(string settings)
    {
        TestDatabase.Run(_fixture.Intact, settings + ";" + One + "PRAGMA user_version=9");
        _fixture.Damage(b => b.AsSpan(0, 100).Clear());

        EmrSalvage result = await _fixture.SalvageAsync();

        Assert.Equal((EmrOutcome.Inconclusive, 2_000L, 0L, 0L), (result.Outcome, result.Saved, result.SetAside, result.Lost));
        Assert.Equal(Rows.All(_fixture.Intact), Rows.All(_fixture.Saved));
        Assert.Contains(result.Problems, p => p.Contains("user_version", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(16, 0x40)]
    [InlineData(17, 0x07)]
    [InlineData(20, 0x30)]
    [InlineData(28, 0xff)]
    [InlineData(31, 0x02)]
    [InlineData(35, 0x05)]
    [InlineData(52, 0x10)]
    [InlineData(44, 0xff)]
    [InlineData(59, 0x44)]
    [InlineData(0, 0xff)]
    public async Task One_changed_byte_of_the_header_costs_no_row(int at, byte mask)
    {
        TestDatabase.Run(_fixture.Intact, One);
        _fixture.Damage(b => b[at] ^= mask);

        EmrSalvage result = await _fixture.SalvageAsync();

        Assert.Equal((2_000L, 0L), (result.Saved, result.SetAside));
        Assert.Equal(Rows.All(_fixture.Intact), Rows.All(_fixture.Saved));
    }

    [Fact]
    public async Task When_a_page_of_a_long_schema_is_gone_its_tables_are_set_aside_and_all_others_are_whole()
    {
        Long();
        HashSet<uint> schema = new IntactPages(File.ReadAllBytes(_fixture.Intact)).Tree(1);
        uint gone = schema.Where(p => p != 1).Order().ElementAt(schema.Count / 2);
        _fixture.Damage(b => new Random(1).NextBytes(b.AsSpan((int)(gone - 1) * 1024, 1024)));

        EmrSalvage result = await _fixture.SalvageAsync();

        Assert.InRange(result.Tables.Count, 80, 99);
        Assert.Equal(100, result.Tables.Count + result.SetAside);
        foreach (EmrSalvagedTable table in result.Tables) Assert.Equal(Rows.Of(_fixture.Intact, $"SELECT * FROM {table.Name}"), Rows.Of(_fixture.Saved, $"SELECT * FROM {table.Name}"));
        Assert.Equal(EmrOutcome.Inconclusive, result.Outcome);
    }

    [Fact]
    public async Task Without_the_first_page_the_rest_of_a_long_schema_is_found_by_its_content()
    {
        Long();
        _fixture.Damage(b => b.AsSpan(0, 1024).Fill(0x55));

        EmrSalvage result = await _fixture.SalvageAsync();

        Assert.Equal(100, result.Tables.Count);
        Assert.Equal(100, result.Saved);
        Assert.Equal(EmrOutcome.Inconclusive, result.Outcome);
        foreach (EmrSalvagedTable table in result.Tables) Assert.Equal(Rows.Of(_fixture.Intact, $"SELECT * FROM {table.Name}"), Rows.Of(_fixture.Saved, $"SELECT * FROM {table.Name}"));
    }

    [Fact]
    public async Task A_table_whose_definition_cannot_be_run_is_set_aside_under_its_name()
    {
        TestDatabase.Run(_fixture.Intact, One + "CREATE TABLE u(x, y); INSERT INTO u VALUES (1, 'one'), (2, 'two')");
        _fixture.Damage(b => b[b.AsSpan().IndexOf("CREATE TABLE u(x"u8) + 14] = (byte)')');

        EmrSalvage result = await _fixture.SalvageAsync();

        Assert.Equal(2_000, result.Saved);
        Assert.Equal(["I:1|T:one|T:u", "I:2|T:two|T:u"], Rows.Of(_fixture.Saved, "SELECT c0, c1, source FROM lost_and_found ORDER BY id"));
        Assert.Contains(result.Problems, p => p.Contains("'u' could not be made", StringComparison.Ordinal));
        Assert.Equal(2, result.Tables.Single(t => t.Name == "u").Doubtful);
    }

    [Fact]
    public async Task A_unique_index_that_rows_break_is_reported()
    {
        TestDatabase.Run(
            _fixture.Intact,
            "CREATE TABLE t(a, b); CREATE INDEX twice ON t(a); INSERT INTO t VALUES (1, 1), (1, 2); PRAGMA writable_schema=ON; " +
            "UPDATE sqlite_schema SET sql = 'CREATE UNIQUE INDEX twice ON t(a)' WHERE name = 'twice'");

        EmrSalvage result = await _fixture.SalvageAsync(_fixture.Intact);

        Assert.Equal((EmrOutcome.Inconclusive, 2L), (result.Outcome, result.Saved));
        Assert.Contains(result.Problems, p => p.Contains("'twice' of 't' could not be built", StringComparison.Ordinal) && p.Contains("CREATE UNIQUE INDEX", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_tables_that_claim_one_tree_are_not_both_given_its_rows()
    {
        TestDatabase.Run(
            _fixture.Intact,
            "CREATE TABLE t(a); CREATE TABLE u(a); INSERT INTO t VALUES (1), (2); INSERT INTO u VALUES (3); PRAGMA writable_schema=ON; " +
            "UPDATE sqlite_schema SET rootpage = 2 WHERE name = 'u'");

        EmrSalvage result = await _fixture.SalvageAsync(_fixture.Intact);

        Assert.Equal(EmrOutcome.Inconclusive, result.Outcome);
        Assert.Equal(["I:1", "I:2"], Rows.Of(_fixture.Saved, "SELECT a FROM t"));
        Assert.DoesNotContain("I:1", Rows.Of(_fixture.Saved, "SELECT a FROM u"));
    }

    [Fact]
    public async Task A_full_text_table_over_damaged_content_is_made_anew_from_what_is_left()
    {
        TestDatabase.Run(_fixture.Intact, Many + "CREATE VIRTUAL TABLE f USING fts5(body); INSERT INTO f SELECT printf('word%d and %s', n, hex(randomblob(90))) FROM n");
        uint root = (uint)(long)TestDatabase.Scalar(_fixture.Intact, "SELECT rootpage FROM sqlite_schema WHERE name = 'f_content'")!;
        uint leaf = new IntactPages(File.ReadAllBytes(_fixture.Intact)).Rows(root)[500][0];
        _fixture.Damage(b => b.AsSpan((int)(leaf - 1) * 4096, 4096).Clear());

        EmrSalvage result = await _fixture.SalvageAsync();

        Assert.Contains(result.Problems, p => p.Contains("virtual table 'f' was made anew", StringComparison.Ordinal));
        Assert.Equal(1L, TestDatabase.Scalar(_fixture.Saved, "SELECT count(*) FROM f WHERE f MATCH 'word7'"));
        Assert.Equal(0L, TestDatabase.Scalar(_fixture.Saved, "SELECT count(*) FROM f WHERE f MATCH 'word501'"));
        Assert.Equal("ok", TestDatabase.Scalar(_fixture.Saved, "PRAGMA integrity_check"));
    }

    [Fact]
    public async Task A_virtual_table_of_an_unknown_module_is_kept_and_reported()
    {
        TestDatabase.Run(
            _fixture.Intact,
            "CREATE TABLE t(a); PRAGMA writable_schema=ON; INSERT INTO sqlite_schema VALUES ('table', 'v', 'v', 0, 'CREATE VIRTUAL TABLE v USING nobody_knows(a)')");

        EmrSalvage result = await _fixture.SalvageAsync(_fixture.Intact);

        Assert.Equal(EmrOutcome.Inconclusive, result.Outcome);
        Assert.Contains(result.Problems, p => p.Contains("virtual table 'v' cannot be opened", StringComparison.Ordinal));
        Assert.Equal(1L, TestDatabase.Scalar(_fixture.Saved, "SELECT count(*) FROM sqlite_schema WHERE name = 'v'"));
    }

    public void Dispose() => _fixture.Dispose();

    private void Long() => TestDatabase.Run(
        _fixture.Intact,
        "PRAGMA page_size=1024; " + string.Join(';', Enumerable.Range(0, 100).Select(i => $"CREATE TABLE table_number_{i}(a, b, c, d{i}); INSERT INTO table_number_{i} VALUES ({i}, 'x', 2.5, NULL)")));
}
