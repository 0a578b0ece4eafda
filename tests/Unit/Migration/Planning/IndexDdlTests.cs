using EmrSim.Tests.Migration.Planning.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Migration.Planning;

/// <summary>Indexes.</summary>
public sealed class IndexDdlTests
{
    [Fact]
    public void M29_indexes_keep_what_they_are()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf(
            "CREATE TABLE t(a INTEGER UNIQUE, b TEXT, c TEXT COLLATE NOCASE); CREATE INDEX i1 ON t(a DESC, b); CREATE UNIQUE INDEX i2 ON t(b) WHERE a > 5; CREATE INDEX i3 ON t(c); CREATE INDEX i4 ON t(a + 1)");

        string[] sql = plan.Sql(EmrDdlPhase.Index);
        Assert.Contains("CREATE INDEX \"i1\" ON \"t\" (\"a\" DESC, \"b\")", sql);
        Assert.Contains("CREATE INDEX \"i3\" ON \"t\" (lower(\"c\" COLLATE \"C\"))", sql);
        Assert.Contains(sql, s => s.StartsWith("CREATE UNIQUE INDEX \"i2\" ON \"t\" (\"b\") WHERE ", StringComparison.Ordinal));
        Assert.Contains(sql, s => s.StartsWith("CREATE INDEX \"i4\" ON \"t\" ((", StringComparison.Ordinal));
        Assert.Equal(4, sql.Length);
        Assert.Equal("ALTER TABLE \"t\" ADD CONSTRAINT \"t_a_key\" UNIQUE (\"a\")", plan.OnlySql(EmrDdlPhase.Key));
    }

    [Fact]
    [NotUnderWine("It needs PostgreSQL.")]
    public void M29_PostgreSQL_takes_them_and_a_partial_unique_index_stays_partial()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf(
            "CREATE TABLE t(a INTEGER, b TEXT, c TEXT COLLATE NOCASE); CREATE INDEX i1 ON t(a DESC, b); CREATE UNIQUE INDEX i2 ON t(b) WHERE a > 5; CREATE UNIQUE INDEX i3 ON t(c); CREATE INDEX i4 ON t(a + 1, b COLLATE RTRIM)");

        using PlannedSchema schema = PlannedSchema.Of(plan, "INSERT INTO t VALUES (1, 'x', 'a'), (2, 'x', 'b'), (6, 'x', NULL)");

        Assert.Equal("23505", schema.Refused("INSERT INTO t VALUES (7, 'x', 'c')"));
        Assert.Equal("23505", schema.Refused("INSERT INTO t VALUES (1, 'y', 'A')"));
        Assert.Null(schema.Refused("INSERT INTO t VALUES (3, 'x', 'd')"));
    }

    [Fact]
    public void What_cannot_be_translated_is_left_out_and_told_with_its_DDL()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf("CREATE TABLE t(a TEXT); CREATE INDEX i ON t(strftime('%J', a)); CREATE UNIQUE INDEX j ON t(a) WHERE json_valid(a)");

        Assert.Empty(plan.Sql(EmrDdlPhase.Index));
        EmrFinding[] found = plan.Found("IndexNotCarried");
        Assert.Equal(["i", "j"], found.Select(f => f.Object));
        Assert.Contains("CREATE INDEX i ON t(strftime('%J', a))", found[0].Action);
        Assert.Contains("Nothing keeps doubles away", found[1].Action);
    }

    [Fact]
    [NotUnderWine("It needs PostgreSQL.")]
    public void M31_an_index_of_long_texts_becomes_a_hash()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf(
            $"CREATE TABLE t(a TEXT, b TEXT); INSERT INTO t VALUES ('{new string('x', 4000)}', 'b'); CREATE INDEX one ON t(a DESC); CREATE INDEX two ON t(a, b); CREATE INDEX three ON t(substr(a, 1, 10))");

        Assert.Contains("CREATE INDEX \"one\" ON \"t\" USING hash (\"a\")", plan.Sql(EmrDdlPhase.Index));
        plan.OnlyFound("IndexTooLong");
        Assert.Equal("two", plan.OnlyFound("IndexNotCarried").Object);
        Assert.Contains(plan.Sql(EmrDdlPhase.Index), s => s.StartsWith("CREATE INDEX \"three\"", StringComparison.Ordinal));
        using PlannedSchema schema = PlannedSchema.Of(plan, "INSERT INTO t SELECT string_agg(md5(i::text), ''), 'b' FROM generate_series(1, 300) i");
    }

    [Fact]
    public void M31_a_unique_index_of_long_texts_is_an_error()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf($"CREATE TABLE t(a TEXT); INSERT INTO t VALUES ('{new string('x', 4000)}'); CREATE UNIQUE INDEX one ON t(a)");

        Assert.Equal(EmrSeverity.Error, plan.OnlyFound("IndexTooLong").Severity);
        Assert.Empty(plan.Sql(EmrDdlPhase.Index));
    }

    [Fact]
    public void M31_rows_outside_a_partial_index_do_not_count()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf($"CREATE TABLE t(a TEXT, n INTEGER); INSERT INTO t VALUES ('{new string('x', 4000)}', 1); CREATE UNIQUE INDEX one ON t(a) WHERE n > 1");

        Assert.Empty(plan.Found("IndexTooLong"));
        Assert.Single(plan.Sql(EmrDdlPhase.Index));
    }

    [Fact]
    [NotUnderWine("It needs PostgreSQL.")]
    public void M31_an_entry_of_exactly_what_is_allowed_fits()
    {
        // Texts that do not shrink: what is allowed must fit without compression.
        string text = string.Concat(Enumerable.Range(0, 84).Select(i => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData([(byte)i]))))[..2672];
        EmrMigrationPlan plan = PlanSource.PlanOf($"CREATE TABLE t(a TEXT UNIQUE); INSERT INTO t VALUES ('{text}')");

        Assert.Single(plan.Sql(EmrDdlPhase.Key));
        using PlannedSchema schema = PlannedSchema.Of(plan, $"INSERT INTO t VALUES ('{text}')");
    }

    [Fact]
    public void M31_an_expression_that_grows_is_measured()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf(
            "CREATE TABLE t(b BLOB); INSERT INTO t VALUES (zeroblob(2000)); CREATE INDEX one ON t(hex(b)); CREATE INDEX two ON t(hex(b)) WHERE length(t.b) < 9");

        EmrFinding found = plan.OnlyFound("IndexNotCarried");
        Assert.Equal("one", found.Object);
        Assert.Contains("values of 4032 bytes", found.Message);
        Assert.StartsWith("CREATE INDEX \"two\"", plan.OnlySql(EmrDdlPhase.Index), StringComparison.Ordinal);
    }

    [Fact]
    public void M31_a_condition_may_call_the_table_by_its_name()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf(
            $"CREATE TABLE t(a TEXT, kind TEXT); INSERT INTO t VALUES ('{new string('x', 4000)}', 'long'), ('x', 'short'); CREATE UNIQUE INDEX ui ON t(a) WHERE t.kind = 'short'");

        Assert.Empty(plan.Found("IndexTooLong"));
        Assert.Single(plan.Sql(EmrDdlPhase.Index));
    }
}
