namespace EmrSim.Tests.Migration.Proof;

/// <summary>Tables, columns, keys, indexes, foreign keys and next numbers of two SQLite databases.</summary>
public sealed class CompareStructureTests : IDisposable
{
    private readonly CompareFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Tables_and_columns_of_one_side_are_named()
    {
        _fixture.OnLeft("CREATE TABLE a(x, gone); CREATE TABLE left_only(x);");
        _fixture.OnRight("CREATE TABLE A(X, added); CREATE TABLE right_only(x);");

        Assert.Equal(
            [
                new EmrDifference("left_only", EmrDifferenceKind.TableMissing, "", "", "left_only", null),
                new EmrDifference("right_only", EmrDifferenceKind.TableAdded, "", "", null, "right_only"),
                new EmrDifference("a", EmrDifferenceKind.Column, "", "gone", "gone", null),
                new EmrDifference("a", EmrDifferenceKind.Column, "", "added", null, "added"),
            ],
            await _fixture.CompareAsync());
    }

    [Theory]
    [InlineData("CREATE INDEX i ON t(b)", "CREATE INDEX other_name ON t(b)")]
    [InlineData("CREATE UNIQUE INDEX i ON t(b COLLATE NOCASE)", "CREATE UNIQUE INDEX i ON t(lower(b))")]
    [InlineData("CREATE INDEX i ON t(b) WHERE a > 5", "CREATE INDEX i ON t(b)  WHERE  a > 5")]
    [InlineData("CREATE INDEX i ON t(b); CREATE INDEX same ON t(b)", "CREATE INDEX i ON t(b)")]
    public async Task The_same_index_under_another_name_is_no_difference(string left, string right)
    {
        _fixture.OnBoth("CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT)");
        _fixture.OnLeft(left);
        _fixture.OnRight(right);
        Assert.Empty(await _fixture.CompareAsync());
    }

    [Theory]
    [InlineData("CREATE INDEX i ON t(b)", "", EmrDifferenceKind.Index, "INDEX (b)", null)]
    [InlineData("", "CREATE INDEX i ON t(b)", EmrDifferenceKind.Index, null, "INDEX (b)")]
    [InlineData("CREATE UNIQUE INDEX i ON t(b)", "CREATE INDEX i ON t(b)", EmrDifferenceKind.Key, "UNIQUE (b)", null)]
    [InlineData("CREATE INDEX i ON t(b, c)", "CREATE INDEX i ON t(c, b)", EmrDifferenceKind.Index, "INDEX (b, c)", "INDEX (c, b)")]
    [InlineData("CREATE INDEX i ON t(b DESC)", "CREATE INDEX i ON t(b)", EmrDifferenceKind.Index, "INDEX (b DESC)", "INDEX (b)")]
    [InlineData("CREATE UNIQUE INDEX i ON t(b) WHERE c", "CREATE UNIQUE INDEX i ON t(b) WHERE a", EmrDifferenceKind.Index, "UNIQUE (b) WHERE c", "UNIQUE (b) WHERE a")]
    [InlineData("CREATE UNIQUE INDEX i ON t(b COLLATE NOCASE)", "CREATE UNIQUE INDEX i ON t(b)", EmrDifferenceKind.Key, "UNIQUE (lower(b))", "UNIQUE (b)")]
    public async Task M46_An_index_that_is_missing_or_another_one_is_found(string left, string right, EmrDifferenceKind kind, string? leftIs, string? rightIs)
    {
        _fixture.OnBoth("CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c)");
        if (left.Length > 0) _fixture.OnLeft(left);
        if (right.Length > 0) _fixture.OnRight(right);

        IReadOnlyList<EmrDifference> differences = await _fixture.CompareAsync();

        Assert.Contains(new EmrDifference("t", kind, "i", "", leftIs, rightIs), differences);
        Assert.Empty(await _fixture.CompareAsync(r => r with { RowsOnly = true }));
    }

    [Fact]
    public async Task M25_A_primary_key_in_another_order_is_another_one()
    {
        _fixture.OnLeft("CREATE TABLE t(a, b, PRIMARY KEY(b, a))");
        _fixture.OnRight("CREATE TABLE t(a, b, PRIMARY KEY(a, b))");

        Assert.Equal([new EmrDifference("t", EmrDifferenceKind.Key, "(b, a)", "", "PRIMARY KEY (b, a)", "PRIMARY KEY (a, b)")], await _fixture.CompareAsync());
    }

    [Theory]
    [InlineData("REFERENCES p ON DELETE CASCADE", "REFERENCES p", "(p) REFERENCES p (id) ON UPDATE NO ACTION ON DELETE CASCADE", "(p) REFERENCES p (id) ON UPDATE NO ACTION ON DELETE NO ACTION")]
    [InlineData("REFERENCES p", "", "(p) REFERENCES p (id) ON UPDATE NO ACTION ON DELETE NO ACTION", null)]
    [InlineData(
        "REFERENCES p DEFERRABLE INITIALLY DEFERRED",
        "REFERENCES p DEFERRABLE INITIALLY IMMEDIATE",
        "(p) REFERENCES p (id) ON UPDATE NO ACTION ON DELETE NO ACTION INITIALLY DEFERRED",
        "(p) REFERENCES p (id) ON UPDATE NO ACTION ON DELETE NO ACTION")]
    public async Task A_foreign_key_that_is_missing_or_another_one_is_found(string left, string right, string leftIs, string? rightIs)
    {
        _fixture.OnLeft($"CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(id INTEGER PRIMARY KEY, p {left});");
        _fixture.OnRight($"CREATE TABLE P(id INTEGER PRIMARY KEY); CREATE TABLE c(id INTEGER PRIMARY KEY, p {right});");

        Assert.Equal([new EmrDifference("c", EmrDifferenceKind.ForeignKey, "(p)", "", leftIs, rightIs)], await _fixture.CompareAsync());
    }

    [Fact]
    public async Task M21_A_next_number_that_is_too_low_is_found()
    {
        _fixture.OnBoth("CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, x); INSERT INTO t VALUES(5, 'a');");
        _fixture.OnLeft("INSERT INTO t VALUES(100, 'b'); DELETE FROM t WHERE id = 100;");

        Assert.Equal([new EmrDifference("t", EmrDifferenceKind.Sequence, "", "id", "at least 101", "6")], await _fixture.CompareAsync());
        _fixture.OnRight("UPDATE sqlite_sequence SET seq = 100");
        Assert.Empty(await _fixture.CompareAsync());
    }

    [Fact]
    public async Task M36_A_virtual_table_is_not_compared_and_that_is_said()
    {
        _fixture.OnBoth("CREATE TABLE t(x); CREATE VIRTUAL TABLE notes USING fts5(body); INSERT INTO notes VALUES('a');");
        _fixture.OnRight("INSERT INTO notes VALUES('b')");

        Assert.Equal(["t"], (await _fixture.RunAsync()).Tables.Select(t => t.Table));
        Assert.Contains(_fixture.Log.Events, e => e.Message.Contains("virtual table notes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task M36_A_table_that_only_has_the_name_of_a_shadow_is_compared()
    {
        _fixture.OnBoth("CREATE TABLE note_content(id INTEGER PRIMARY KEY, body); CREATE VIRTUAL TABLE note USING fts5(body, content='note_content', content_rowid='id'); INSERT INTO note_content VALUES(1, 'a');");
        _fixture.OnRight("UPDATE note_content SET body = 'b'");

        Assert.Equal([new EmrDifference("note_content", EmrDifferenceKind.Value, "id=1", "body", "a", "b")], await _fixture.CompareAsync());
    }

    [Fact]
    public async Task M33_Computed_columns_are_compared_by_value()
    {
        _fixture.OnLeft("CREATE TABLE t(id INTEGER PRIMARY KEY, a, b AS (a * 2), c AS (a + 1) STORED); INSERT INTO t VALUES(1, 2);");
        _fixture.OnRight("CREATE TABLE t(id INTEGER PRIMARY KEY, a, b, c); INSERT INTO t VALUES(1, 2, 4, 4);");

        Assert.Equal([new EmrDifference("t", EmrDifferenceKind.Value, "id=1", "c", "3", "4")], await _fixture.CompareAsync());
    }
}
