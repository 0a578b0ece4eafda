using System.Globalization;
using EmrSim.Core.Migration.Proof;
using EmrSim.Core.Postgres;
using EmrSim.Core.Sqlite;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Migration.Proof;

/// <summary>The proof within a migration: the digest of the source, made while it is copied, beside what was read back.</summary>
[NotUnderWine("PostgreSQL runs on Linux there")]
public sealed class MigrationProofTests : IDisposable
{
    private readonly CompareFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("UTF-8")]
    [InlineData("UTF-16le")]
    public async Task What_was_copied_is_proved_in_the_transaction_that_wrote_it(string encoding)
    {
        TableResult result = await ProveAsync(encoding, "", null);

        Assert.True(result.Equal);
        Assert.Equal((500, 500), (result.LeftRows, result.RightRows));
    }

    [Theory]
    [InlineData("UPDATE t SET \"Name\" = \"Name\" || ' ' WHERE \"Id\" = 77", EmrDifferenceKind.Value, "id=77", "name")]
    [InlineData("UPDATE t SET at = at + interval '1 hour' WHERE \"Id\" = 77", EmrDifferenceKind.Value, "id=77", "at")]
    [InlineData("DELETE FROM t WHERE \"Id\" = 77", EmrDifferenceKind.RowMissing, "id=77", "")]
    [InlineData("INSERT INTO t(\"Id\") VALUES(1000)", EmrDifferenceKind.RowAdded, "id=1000", "")]
    [InlineData("INSERT INTO t SELECT \"Id\", \"Name\", at FROM t WHERE \"Id\" = 77", EmrDifferenceKind.RowCount, "id=77", "")]
    public async Task M46_What_did_not_arrive_as_it_was_is_named(string fault, EmrDifferenceKind kind, string key, string column)
    {
        TableResult result = await ProveAsync("UTF-8", fault, null);

        EmrDifference difference = Assert.Single(result.Differences);
        Assert.Equal(("t", kind, key, column), (difference.Table, difference.Kind, difference.Key, difference.Column));
    }

    [Theory]
    [InlineData("UTF-8")]
    [InlineData("UTF-16be")]
    public async Task M45_Rows_that_were_rejected_and_values_that_became_NULL_are_what_is_expected(string encoding)
    {
        // 5 is left out, and 6 comes without its name.
        static bool Adjust(StatementRow row, Span<bool> nulled)
        {
            row.Text(1);
            nulled[1] = row.Integer(0) == 6;
            return row.Integer(0) != 5;
        }

        const string arrived = "DELETE FROM t WHERE \"Id\" = 5; UPDATE t SET \"Name\" = NULL WHERE \"Id\" = 6;";
        Assert.True((await ProveAsync(encoding, arrived, Adjust)).Equal);
        TableResult result = await ProveAsync(encoding, arrived + "UPDATE t SET \"Name\" = 'x' WHERE \"Id\" = 6", Adjust);
        Assert.Equal(("id=6", "name", null, "x"), result.Differences.Select(d => (d.Key, d.Column, d.Left, d.Right)).Single());
    }

    [Fact]
    public void A_plan_with_a_type_or_a_key_that_is_unknown_is_refused()
    {
        EmrMigrationTable table = Plan();
        Assert.Equal(ErrorCode.PlanInvalid, Assert.Throws<EmrSimException>(() => MigrationProof.Comparison(table, [table.Columns[0] with { TargetType = "money" }])).ErrorCode);
        Assert.Equal(ErrorCode.PlanInvalid, Assert.Throws<EmrSimException>(() => MigrationProof.Comparison(table with { Key = ["nowhere"] }, table.Columns)).ErrorCode);
    }

    private async Task<TableResult> ProveAsync(string encoding, string fault, RowAdjustment? adjustment)
    {
        File.Delete(_fixture.Left);
        _fixture.OnLeft(
            $"PRAGMA encoding='{encoding}'; CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, at DATETIME);" +
            "INSERT INTO t WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 500) SELECT i, 'Näme ' || i, 1700000000 + i FROM c;");
        using SqliteDatabase source = SqliteDatabase.Open(_fixture.Left, SqliteAccess.Live, CancellationToken.None);
        await using PostgresSession session = await PostgresSession.OpenAsync(PostgresTarget.Parse(_fixture.Postgres.ConnectionString), CancellationToken.None);
        // Nothing of it is ever committed.
        await session.ExecuteAsync("BEGIN", CancellationToken.None);
        string values = string.Join(", ", Enumerable.Range(1, 500).Reverse().Select(i => string.Create(CultureInfo.InvariantCulture, $"({i}, 'Näme {i}', to_timestamp({1700000000 + i}))")));
        await session.ExecuteAsync($"CREATE TABLE t(\"Id\" bigint, \"Name\" text, at timestamptz); INSERT INTO t VALUES {values}; {fault}", CancellationToken.None);

        EmrMigrationTable plan = Plan();
        TableComparison table = MigrationProof.Comparison(plan, plan.Columns);
        var digest = new TableDigest(TableDigest.RandomSeed(), TableDigest.BucketsFor(500));
        var rows = new SourceRowDigest(table.Columns, table.Key, encoding, digest);
        bool[] nulled = new bool[3];
        source.ForEach(SqliteRows.Query("t", table.Columns.Select(c => c.Left)), row =>
        {
            Array.Clear(nulled);
            if (adjustment is null) rows.Add(row);
            else if (adjustment(row, nulled)) rows.Add(row, nulled);
        });
        long read = 0;
        TableDigest target = await MigrationProof.ReadTargetAsync(session, table, digest, n => read = n, CancellationToken.None);
        Assert.Equal(target.Rows, read);
        return await MigrationProof.ProveAsync(table, source, encoding, adjustment, session, digest, target, 10, CancellationToken.None);
    }

    private static EmrMigrationTable Plan() => new()
    {
        Name = "t",
        TargetName = "t",
        Rows = 500,
        Columns = [Column("id", "Id", "bigint"), Column("name", "Name", "text"), Column("at", "at", "timestamptz") with { Unit = EmrTimeUnit.Seconds }],
        Key = ["id"],
        PartitionBy = null,
    };

    private static EmrMigrationColumn Column(string name, string target, string type) => new()
    {
        Name = name,
        TargetName = target,
        DeclaredType = "",
        StoredClasses = new Dictionary<string, long>(),
        TargetType = type,
        Nullable = true,
        Unit = EmrTimeUnit.None,
        Generated = false,
        Identity = false,
        Reason = "",
    };
}
