using System.Globalization;
using EmrSim.Core.Migration.Proof;

namespace EmrSim.Tests.Migration.Proof;

/// <summary>Two SQLite databases side by side: each planted fault is found and named, and nothing else is.</summary>
public sealed class CompareTests : IDisposable
{
    private const string Patients =
        "CREATE TABLE patients(id INTEGER PRIMARY KEY, name TEXT NOT NULL, note TEXT, weight REAL, photo BLOB, a, b);" +
        "INSERT INTO patients WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 300) " +
        "SELECT i, 'Name ' || i, iif(i % 7, 'note ' || i, NULL), i * 0.1, CAST('photo' || i AS BLOB), i, i * 2 FROM c;";

    private readonly CompareFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("photo = CAST('q' || substr(photo, 2) AS BLOB)", "photo", "x'70686f746f3432'", "x'71686f746f3432'")]
    [InlineData("weight = 4.200000000000001", "weight", "4.2", "4.200000000000001")]
    [InlineData("note = name || ' '", "note", null, "Name 42 ")]
    [InlineData("note = ''", "note", null, "")]
    [InlineData("name = 'NAME 42'", "name", "Name 42", "NAME 42")]
    [InlineData("name = 'Name 42 '", "name", "Name 42", "Name 42 ")]
    [InlineData("a = '42'", "a", "42 (integer)", "42 (text)")]
    [InlineData("a = x''", "a", "42", "x''")]
    [InlineData("photo = NULL", "photo", "x'70686f746f3432'", null)]
    public async Task M46_A_value_that_differs_is_named_with_key_and_column(string change, string column, string? left, string? right)
    {
        _fixture.OnBoth(Patients);
        _fixture.OnRight($"UPDATE patients SET {change} WHERE id = 42");

        IReadOnlyList<EmrDifference> differences = await _fixture.CompareAsync();

        Assert.Equal([new EmrDifference("patients", EmrDifferenceKind.Value, "id=42", column, left, right)], differences);
    }

    [Fact]
    public async Task M46_Two_columns_swapped_are_two_differences_of_each_row()
    {
        _fixture.OnBoth(Patients);
        _fixture.OnRight("UPDATE patients SET a = b, b = a");

        CompareResult result = await _fixture.RunAsync();

        Assert.Equal(600, result.Differences.Count);
        Assert.Equal(["a", "b"], result.Differences.Select(d => d.Column).Distinct());
        Assert.Equal("id=1", result.Differences[0].Key);
        Assert.Equal(0, result.MoreRows);
    }

    [Fact]
    public async Task M46_A_row_lost_and_one_doubled_are_both_found()
    {
        _fixture.OnBoth("CREATE TABLE t(x, y); INSERT INTO t VALUES(1, 'a'), (2, 'b'), (3, 'c');");
        _fixture.OnRight("DELETE FROM t WHERE x = 2; INSERT INTO t VALUES(3, 'c');");

        IReadOnlyList<EmrDifference> differences = await _fixture.CompareAsync();

        Assert.Equal(
            [
                new EmrDifference("t", EmrDifferenceKind.RowMissing, "x=2, y=b", "", null, null),
                new EmrDifference("t", EmrDifferenceKind.RowCount, "x=3, y=c", "", "1", "2"),
            ],
            differences);
    }

    [Fact]
    public async Task Rows_of_one_side_are_missing_or_added()
    {
        _fixture.OnBoth(Patients);
        _fixture.OnLeft("DELETE FROM patients WHERE id = 7");
        _fixture.OnRight("DELETE FROM patients WHERE id IN (300, 2)");

        IReadOnlyList<EmrDifference> differences = await _fixture.CompareAsync(r => r with { RowsOnly = true });

        Assert.Equal(
            [("id=2", EmrDifferenceKind.RowMissing), ("id=300", EmrDifferenceKind.RowMissing), ("id=7", EmrDifferenceKind.RowAdded)],
            differences.Select(d => (d.Key, d.Kind)));
    }

    [Fact]
    public async Task M24_Rows_without_a_key_are_counted()
    {
        _fixture.OnBoth("CREATE TABLE t(x); INSERT INTO t VALUES(1), (1), (NULL), (NULL);");
        Assert.Empty(await _fixture.CompareAsync());
        _fixture.OnRight("INSERT INTO t VALUES(NULL)");

        Assert.Equal([new EmrDifference("t", EmrDifferenceKind.RowCount, "x=NULL", "", "2", "3")], await _fixture.CompareAsync());
    }

    [Fact]
    public async Task M20_Rows_whose_key_is_NULL_are_told_apart_all_the_same()
    {
        _fixture.OnBoth("CREATE TABLE t(id TEXT PRIMARY KEY, x); INSERT INTO t VALUES(NULL, 1), (NULL, 2), (NULL, 3), ('a', 4);");
        _fixture.OnRight("UPDATE t SET x = 5 WHERE x = 2");

        Assert.Equal([new EmrDifference("t", EmrDifferenceKind.Value, "id=NULL", "x", "2", "5")], await _fixture.CompareAsync());
    }

    [Fact]
    public async Task M47_Another_order_of_rows_and_other_pages_are_no_difference()
    {
        _fixture.OnBoth(Patients);
        _fixture.OnRight("PRAGMA page_size=512; CREATE TEMP TABLE x AS SELECT * FROM patients ORDER BY random(); DELETE FROM patients; INSERT INTO patients SELECT * FROM x; VACUUM;");

        Assert.Empty(await _fixture.CompareAsync());
    }

    [Fact]
    public async Task M47_A_whole_real_beside_an_integer_is_no_difference()
    {
        _fixture.OnBoth("CREATE TABLE t(id INTEGER PRIMARY KEY, x)");
        _fixture.OnLeft("INSERT INTO t VALUES(1, 1), (2, -5)");
        _fixture.OnRight("INSERT INTO t VALUES(1, 1.0), (2, -5.0)");

        Assert.Empty(await _fixture.CompareAsync());
    }

    [Fact]
    public async Task M48_Empty_tables_and_a_thousand_of_them_are_compared()
    {
        string sql = string.Concat(Enumerable.Range(0, 300).Select(i => string.Create(CultureInfo.InvariantCulture, $"CREATE TABLE t{i}(id INTEGER PRIMARY KEY, x);")));
        _fixture.OnBoth(sql);
        CompareResult result = await _fixture.RunAsync();
        Assert.Equal(300, result.Tables.Count);
        Assert.Empty(result.Differences);

        _fixture.OnRight("INSERT INTO t137 VALUES(1, 1)");
        Assert.Equal([new EmrDifference("t137", EmrDifferenceKind.RowAdded, "id=1", "", null, null)], await _fixture.CompareAsync());
    }

    [Fact]
    public async Task More_differences_than_wanted_are_counted_and_said()
    {
        _fixture.OnBoth(Patients + "CREATE TABLE other(x); INSERT INTO other VALUES(1);");
        _fixture.OnRight("UPDATE patients SET a = a + 1000; UPDATE other SET x = 2;");

        CompareResult result = await _fixture.RunAsync(r => r with { MaximumDifferences = 10 });

        Assert.Equal(10, result.Differences.Count);
        // "other" comes first, with a row gone and one added.
        Assert.Equal(292, result.MoreRows);
        Assert.Equal(["patients"], result.MoreTables);
        Assert.Contains(_fixture.Log.Events, e => e.Message.Contains("292 more differences", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tables_that_come_after_the_last_difference_wanted_are_compared_all_the_same()
    {
        _fixture.OnBoth("CREATE TABLE a(x); CREATE TABLE b(x); INSERT INTO a VALUES(1); INSERT INTO b VALUES(1);");
        _fixture.OnRight("INSERT INTO a VALUES(2); INSERT INTO b VALUES(3);");

        CompareResult result = await _fixture.RunAsync(r => r with { MaximumDifferences = 1 });

        Assert.Equal(["a"], result.Differences.Select(d => d.Table));
        Assert.Equal((1, "b"), (result.MoreRows, result.MoreTables.Single()));
    }

    [Fact]
    public async Task A_table_that_differs_throughout_is_read_in_bounded_parts()
    {
        _fixture.OnBoth("CREATE TABLE t(id INTEGER PRIMARY KEY, x); INSERT INTO t WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 300000) SELECT i, i FROM c;");
        _fixture.OnRight("UPDATE t SET x = -x");

        CompareResult result = await _fixture.RunAsync(r => r with { MaximumDifferences = 5 });

        Assert.Equal(5, result.Differences.Count);
        Assert.All(result.Differences, d => Assert.Equal("-" + d.Left, d.Right));
        // What was not read again counts with one row for each bucket.
        Assert.InRange(result.MoreRows, 100_000, 299_995);
    }

    [Fact]
    public async Task A_long_text_is_shown_around_the_place_where_it_differs()
    {
        _fixture.OnBoth("CREATE TABLE t(id TEXT PRIMARY KEY, x TEXT);");
        string body = string.Concat(Enumerable.Repeat("Schmerzen – näher zu klären. ", 200));
        _fixture.OnLeft($"INSERT INTO t VALUES('k', '{body}ENDE')");
        _fixture.OnRight($"INSERT INTO t VALUES('k', '{body}Ende')");

        EmrDifference difference = Assert.Single(await _fixture.CompareAsync());

        Assert.StartsWith("…", difference.Left, StringComparison.Ordinal);
        Assert.Contains("klären. ENDE (", difference.Left, StringComparison.Ordinal);
        Assert.Contains("klären. Ende (", difference.Right, StringComparison.Ordinal);
        Assert.True(difference.Left!.Length < 200);
    }

    [Fact]
    public async Task M17_A_huge_blob_that_differs_in_one_bit_is_found()
    {
        _fixture.OnBoth("CREATE TABLE t(id INTEGER PRIMARY KEY, x BLOB); INSERT INTO t VALUES(1, zeroblob(3000000));");
        _fixture.OnRight("UPDATE t SET x = CAST(zeroblob(2999999) || x'01' AS BLOB)");

        EmrDifference difference = Assert.Single(await _fixture.CompareAsync());

        Assert.Equal(("id=1", "x"), (difference.Key, difference.Column));
        Assert.NotEqual(difference.Left, difference.Right);
        Assert.Contains("3000000 bytes", difference.Left, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_that_are_no_UTF8_are_compared_by_their_bytes()
    {
        _fixture.OnBoth("CREATE TABLE t(id INTEGER PRIMARY KEY, x TEXT)");
        _fixture.OnLeft("INSERT INTO t VALUES(1, CAST(x'61ff' AS TEXT)), (2, CAST(x'6100' AS TEXT))");
        _fixture.OnRight("INSERT INTO t VALUES(1, CAST(x'61fe' AS TEXT)), (2, CAST(x'61' AS TEXT))");

        IReadOnlyList<EmrDifference> differences = await _fixture.CompareAsync();

        Assert.Equal(["id=1", "id=2"], differences.Select(d => d.Key));
        Assert.All(differences, d => Assert.NotEqual(d.Left, d.Right));
    }

    [Fact]
    public async Task Only_the_tables_that_were_asked_for_are_compared_and_one_that_is_not_there_is_an_error()
    {
        _fixture.OnBoth("CREATE TABLE turns(x); CREATE TABLE sessions(x);");
        _fixture.OnRight("INSERT INTO turns VALUES(1); INSERT INTO sessions VALUES(1);");

        Assert.Equal(["turns"], (await _fixture.CompareAsync(r => r with { Tables = ["Tur*"] })).Select(d => d.Table));
        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => _fixture.CompareAsync(r => r with { Tables = ["turns", "trns"] }));
        Assert.Equal(ErrorCode.NothingToCompare, error.ErrorCode);
        Assert.Contains("trns", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_databases_without_a_table_are_not_called_equal()
    {
        _fixture.OnBoth("CREATE TABLE x(y); DROP TABLE x;");
        Assert.Equal(ErrorCode.NothingToCompare, (await Assert.ThrowsAsync<EmrSimException>(() => _fixture.CompareAsync())).ErrorCode);
    }

    [Fact]
    public async Task What_cannot_be_read_is_an_error_and_not_equal()
    {
        _fixture.OnLeft("CREATE TABLE t(x)");
        Assert.Equal(ErrorCode.SourceNotFound, (await Assert.ThrowsAsync<EmrSimException>(() => _fixture.CompareAsync())).ErrorCode);
        File.WriteAllText(_fixture.Right, new string('x', 5000));
        Assert.Equal(ErrorCode.NotADatabase, (await Assert.ThrowsAsync<EmrSimException>(() => _fixture.CompareAsync())).ErrorCode);
    }

    [Fact]
    public async Task A_computed_column_that_changes_each_time_is_an_error_and_never_equal()
    {
        var table = new TableComparison("t", "t", [ColumnComparison.Of("id", Wire.Sqlite, "id", Wire.Sqlite)], [0]);
        long next = 0;
        var restless = new MadeUpRows(() => [Interlocked.Increment(ref next)]);
        var still = new MadeUpRows(() => [1]);

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(
            () => new TableComparer(table, new MadeUpRows(() => [Interlocked.Increment(ref next) == 1 ? 2 : 1]), still, 1).CompareAsync(1, 10, CancellationToken.None));

        Assert.Equal(ErrorCode.ComparisonInconsistent, error.ErrorCode);
        Assert.False((await new TableComparer(table, restless, still, 1).CompareAsync(1, 0, CancellationToken.None)).Equal);
    }

    [Fact]
    public async Task M41_Neither_database_is_written()
    {
        _fixture.OnBoth(Patients);
        (byte[] Bytes, DateTime Written) before = (File.ReadAllBytes(_fixture.Left), File.GetLastWriteTimeUtc(_fixture.Left));
        _fixture.OnRight("DELETE FROM patients WHERE id = 1");

        await _fixture.CompareAsync();

        Assert.Equal(before.Bytes, File.ReadAllBytes(_fixture.Left));
        Assert.Equal(before.Written, File.GetLastWriteTimeUtc(_fixture.Left));
        Assert.Equal(["left.db", "right.db"], _fixture.Folder.Files());
    }

    [Fact]
    public async Task A_file_is_equal_to_itself()
    {
        _fixture.OnLeft(Patients);
        Assert.Empty((await _fixture.RunAsync(CompareSource.Sqlite(_fixture.Left), CompareSource.Sqlite(_fixture.Left))).Differences);
    }

    [Fact]
    public async Task A_cancelled_comparison_ends()
    {
        _fixture.OnBoth(Patients);
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new CompareEngine(Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance)
            .CompareAsync(new CompareRequest(CompareSource.Sqlite(_fixture.Left), CompareSource.Sqlite(_fixture.Right)), null, stop.Token));
    }

    /// <summary>Rows of one integer that may be others each time.</summary>
    private sealed class MadeUpRows(Func<long[]> rows) : ITableRows
    {
        public Task ReadAsync(TableComparison table, long seed, Action<CanonicalRow> row, CancellationToken token)
        {
            var canonical = new CanonicalRow(1, seed);
            foreach (long value in rows())
            {
                canonical.Clear();
                canonical.Integer(value);
                row(canonical);
            }

            return Task.CompletedTask;
        }
    }
}
