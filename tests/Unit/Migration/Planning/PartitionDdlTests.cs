using EmrSim.Tests.Migration.Planning.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Migration.Planning;

/// <summary>M39: partitions.</summary>
public sealed class PartitionDdlTests
{
    private const string Messages = "CREATE TABLE messages(id INTEGER, body TEXT, created_at DATETIME NOT NULL, PRIMARY KEY (id, created_at)); ";

    [Fact]
    public void A_table_gets_a_partition_per_month_some_ahead_and_one_for_all_else()
    {
        using var source = Partitioned(Messages + "INSERT INTO messages VALUES (1, 'a', '2024-11-30T23:59:59.999Z'), (2, 'b', '2025-02-01 00:00:00'), (3, 'c', '2024-12-01T00:30:00+01:00')");

        EmrMigrationPlan plan = source.Plan();

        Assert.Equal(
            ["messages", "messages_2024_11", "messages_2024_12", "messages_2025_01", "messages_2025_02", "messages_2025_03", "messages_2025_04", "messages_2025_05", "messages_default"],
            plan.Ddl.Where(s => s.Phase == EmrDdlPhase.Table).Select(s => s.Object));
        Assert.EndsWith(") PARTITION BY RANGE (\"created_at\")", plan.Sql(EmrDdlPhase.Table)[0]);
        Assert.Equal("CREATE TABLE \"messages_2024_11\" PARTITION OF \"messages\" FOR VALUES FROM ('2024-11-01 00:00:00+00') TO ('2024-12-01 00:00:00+00')", plan.Sql(EmrDdlPhase.Table)[1]);
        Assert.Equal("CREATE TABLE \"messages_default\" PARTITION OF \"messages\" DEFAULT", plan.Sql(EmrDdlPhase.Table)[^1]);
        Assert.Equal("Declared DATETIME, and the table is partitioned by it.", plan.Tables[0].Columns[2].Reason);
        Assert.Equal(EmrSeverity.Warning, plan.OnlyFound("ValuesMayBecomeEqual").Severity);
        Assert.Equal(("created_at", "month"), (plan.Tables[0].PartitionBy, plan.Tables[0].PartitionPeriod));
    }

    [Theory]
    [InlineData("day", "messages_2025_02_28", "messages_2025_03_01")]
    [InlineData("month", "messages_2025_02", "messages_2025_03")]
    [InlineData("YEAR", "messages_2025", "messages_2026")]
    [NotUnderWine("It needs PostgreSQL.")]
    public void PostgreSQL_puts_rows_where_their_time_in_UTC_belongs(string period, string first, string second)
    {
        using var source = Partitioned(Messages + "INSERT INTO messages VALUES (1, 'a', '2025-02-28T23:59:59Z')", "created_at:" + period);

        using PlannedSchema schema = PlannedSchema.Of(
            source.Plan(), "SET LOCAL TimeZone TO 'Pacific/Auckland'; INSERT INTO messages VALUES (1, 'a', '2025-02-28 23:59:59.999999+00'), (2, 'b', '2031-01-01Z')");

        Assert.Equal([first, "messages_default"], schema.Texts("SELECT tableoid::regclass::text FROM messages ORDER BY id"));
        Assert.Equal([second], schema.Texts($"SELECT c.relname FROM pg_class c WHERE c.relname = '{second}' AND relnamespace = current_schema()::regnamespace"));
    }

    [Theory]
    [InlineData("date")]
    [InlineData("timestamp")]
    [NotUnderWine("It needs PostgreSQL.")]
    public void Dates_and_times_without_a_zone_work_as_well(string type)
    {
        using var source = new PlanSource("CREATE TABLE t(d TEXT); INSERT INTO t VALUES ('2025-01-31')") { TypeMap = new() { ["t.d"] = type }, PartitionBy = new() { ["T"] = "D:month" } };

        using PlannedSchema schema = PlannedSchema.Of(source.Plan(), "INSERT INTO t VALUES ('2025-01-31')");

        Assert.Equal(["t_2025_01"], schema.Texts("SELECT tableoid::regclass::text FROM t"));
    }

    [Theory]
    [InlineData("id INTEGER PRIMARY KEY, at DATETIME NOT NULL", "primary key of id lacks it", "(id, at)")]
    [InlineData("id INTEGER, at DATETIME, code TEXT UNIQUE", "unique constraint of code lacks it", "(code, at)")]
    [InlineData("id INTEGER, at DATETIME); CREATE UNIQUE INDEX u ON t(id", "unique index 'u' lacks it", "at")]
    [InlineData("id INTEGER, at TEXT", "it is text and no time", "another column")]
    [InlineData("id INTEGER, at DATETIME); INSERT INTO t VALUES (1, NULL", "1 rows have NULL", "another column")]
    [InlineData("id INTEGER, at DATETIME); INSERT INTO t VALUES (1, '0001-01-01'), (2, '2025-01-01'", "there would be 24289 partitions", "longer period")]
    public void What_cannot_be_partitioned_is_refused_with_the_reason(string columns, string reason, string action)
    {
        using var source = new PlanSource($"CREATE TABLE t({columns})") { PartitionBy = new() { ["t"] = "at:month" } };

        EmrFinding found = source.Plan().OnlyFound("PartitionRefused");

        Assert.Equal(EmrSeverity.Error, found.Severity);
        Assert.Contains(reason, found.Message);
        Assert.Contains(action, found.Action);
    }

    [Theory]
    [InlineData("nothing", "at:month", "'nothing'")]
    [InlineData("t", "when:month", "'when'")]
    [InlineData("t", "at:week", "'week'")]
    [InlineData("t", "at:1", "'1'")]
    [InlineData("t", "at", "'at'")]
    public void A_rule_that_names_what_is_not_there_is_an_error(string table, string rule, string named)
    {
        using var source = new PlanSource("CREATE TABLE t(at DATETIME)") { PartitionBy = new() { [table] = rule } };

        EmrSimException error = Assert.Throws<EmrSimException>(source.Plan);

        Assert.Equal(ErrorCode.InvalidArgument, error.ErrorCode);
        Assert.Contains(named, error.Message);
    }

    [Fact]
    [NotUnderWine("It needs PostgreSQL.")]
    public void An_empty_table_gets_one_partition_for_all_rows()
    {
        using var source = Partitioned(Messages);

        EmrMigrationPlan plan = source.Plan();

        plan.OnlyFound("NoPartitionsYet");
        using PlannedSchema schema = PlannedSchema.Of(plan, "INSERT INTO messages VALUES (1, 'a', now())");
    }

    [Fact]
    [NotUnderWine("It needs PostgreSQL.")]
    public void Foreign_keys_from_and_to_a_partitioned_table_hold()
    {
        using var source = Partitioned(
            "CREATE TABLE conversations(id INTEGER PRIMARY KEY); CREATE TABLE messages(id INTEGER, conversation INTEGER REFERENCES conversations ON DELETE CASCADE, created_at DATETIME NOT NULL, PRIMARY KEY (id, created_at)); " +
            "CREATE TABLE notes(m INTEGER, at DATETIME, FOREIGN KEY (m, at) REFERENCES messages); CREATE TABLE lost(m INTEGER REFERENCES messages(id)); " +
            "INSERT INTO conversations VALUES (1); INSERT INTO messages VALUES (1, 1, '2025-01-01Z')");

        EmrMigrationPlan plan = source.Plan();
        using PlannedSchema schema = PlannedSchema.Of(plan, "INSERT INTO conversations VALUES (1); INSERT INTO messages VALUES (1, 1, '2025-01-01Z'); INSERT INTO notes VALUES (1, '2025-01-01Z')");

        Assert.Equal("23503", schema.Refused("INSERT INTO messages VALUES (2, 5, now())"));
        Assert.Equal("23503", schema.Refused("INSERT INTO notes VALUES (1, '2025-01-02Z')"));
        Assert.Equal("lost", plan.OnlyFound("ForeignKeyNotCarried").Object);
    }

    [Fact]
    public void M52_new_months_do_not_change_the_hash_and_another_period_does()
    {
        using var source = Partitioned(Messages + "INSERT INTO messages VALUES (1, 'a', '2025-01-01 00:00:00')");
        EmrMigrationPlan before = source.Plan();
        source.Run("INSERT INTO messages VALUES (2, 'b', '2025-09-01 00:00:00')");

        EmrMigrationPlan after = source.Plan();
        source.PartitionBy["messages"] = "created_at:year";

        Assert.NotEqual(before.Ddl.Count, after.Ddl.Count);
        Assert.Equal(before.Hash, after.Hash);
        Assert.NotEqual(after.Hash, source.Plan().Hash);
    }

    [Fact]
    [NotUnderWine("It needs PostgreSQL.")]
    public void A_table_that_is_called_like_a_partition_keeps_its_name()
    {
        using var source = Partitioned(Messages + "CREATE TABLE messages_2025_01(x TEXT); CREATE INDEX messages_default ON messages(body); INSERT INTO messages VALUES (1, 'a', '2025-01-01 00:00:00')");

        EmrMigrationPlan plan = source.Plan();

        Assert.Contains("messages_2025_01", plan.Tables.Select(t => t.TargetName));
        using PlannedSchema schema = PlannedSchema.Of(plan);
    }

    private static PlanSource Partitioned(string sql, string rule = "created_at:month") => new(sql) { PartitionBy = new() { ["messages"] = rule } };
}
