using EmrSim.Tests.Migration.Planning.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Migration.Planning;

/// <summary>Tables and their columns.</summary>
public sealed class TableDdlTests
{
    [Fact]
    public void A_table_is_written_with_types_order_of_bytes_and_NOT_NULL() => Assert.Equal(
        "CREATE TABLE \"t\" (\n  \"id\" text COLLATE \"C\" NOT NULL,\n  \"n\" bigint NOT NULL,\n  \"r\" double precision,\n  \"b\" bytea\n)",
        PlanSource.PlanOf("CREATE TABLE t(id TEXT PRIMARY KEY, n INTEGER NOT NULL, r REAL, b BLOB)").OnlySql(EmrDdlPhase.Table));

    [Fact]
    [NotUnderWine("It needs PostgreSQL.")]
    public void M22_rows_come_with_their_numbers_and_get_one_where_they_have_none()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf("CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, x TEXT)");

        using PlannedSchema schema = PlannedSchema.Of(plan, "INSERT INTO t(id, x) VALUES (7, 'given')");
        schema.Run("SELECT setval(pg_get_serial_sequence('t', 'id'), 7); INSERT INTO t(x) VALUES ('next')");

        Assert.Equal(["7", "8"], schema.Texts("SELECT id FROM t ORDER BY id"));
        Assert.True(plan.Tables[0].Columns[0].Identity);
        Assert.False(plan.Tables[0].Columns[0].Nullable);
    }

    [Fact]
    public void M23_INT_PRIMARY_KEY_is_no_rowid_and_gets_no_numbers()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf("CREATE TABLE t(id INT PRIMARY KEY, x TEXT); CREATE TABLE w(id INTEGER PRIMARY KEY, x) WITHOUT ROWID");

        Assert.DoesNotContain("IDENTITY", string.Concat(plan.Sql(EmrDdlPhase.Table)));
        Assert.All(plan.Tables, t => Assert.False(t.Columns[0].Identity));
    }

    [Fact]
    public void M21_a_number_without_a_next_one_is_told()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf("CREATE TABLE t(id INTEGER PRIMARY KEY, x TEXT); INSERT INTO t VALUES (9223372036854775807, 'last'), (-5, 'first')");

        Assert.Equal("t.id", plan.OnlyFound("NumbersUsedUp").Object);
    }

    [Fact]
    public void A_rowid_that_becomes_text_is_no_longer_numbered()
    {
        using var source = new PlanSource("CREATE TABLE t(id INTEGER PRIMARY KEY, x TEXT)") { TypeMap = new() { ["T.ID"] = "text" } };

        EmrMigrationPlan plan = source.Plan();

        Assert.False(plan.Tables[0].Columns[0].Identity);
        plan.OnlyFound("NumberingNotCarried");
    }

    [Fact]
    [NotUnderWine("It needs PostgreSQL.")]
    public void M38_a_table_that_is_called_like_the_sequence_of_another_gets_its_name_all_the_same()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf("CREATE TABLE t(id INTEGER PRIMARY KEY, x TEXT); CREATE TABLE t_id_seq(a); CREATE VIEW u_id_seq AS SELECT 1 AS one; CREATE TABLE u(id INTEGER PRIMARY KEY)");

        using PlannedSchema schema = PlannedSchema.Of(plan, "INSERT INTO t(x) VALUES ('a'); INSERT INTO u DEFAULT VALUES");

        Assert.Equal(["1"], schema.Texts("SELECT id FROM t"));
        Assert.Contains("t_id_seq", plan.Tables.Select(t => t.TargetName));
    }

    [Fact]
    public void M33_a_computed_column_is_computed_where_it_can_be_and_else_copied_and_told()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf(
            "CREATE TABLE t(a INTEGER, b INTEGER GENERATED ALWAYS AS (a + 1) STORED, c INTEGER AS (b * 2) VIRTUAL, d TEXT AS (strftime('%Y', a)))");
        EmrMigrationTable table = Assert.Single(plan.Tables);

        Assert.Equal([false, true, false, false], table.Columns.Select(c => c.Generated));
        Assert.Equal(["t.c", "t.d"], plan.Found("ComputedColumnCopied").Select(f => f.Object));
        Assert.Contains("\"b\" bigint GENERATED ALWAYS AS (", plan.OnlySql(EmrDdlPhase.Table));
        Assert.Contains("\"c\" bigint,", plan.OnlySql(EmrDdlPhase.Table));
    }

    [Fact]
    [NotUnderWine("It needs PostgreSQL.")]
    public void M38_tables_that_are_called_like_types_are_in_no_expression_s_way()
    {
        const string Uuid = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
        EmrMigrationPlan plan = PlanSource.PlanOf(
            string.Concat("text date uuid bytea timestamptz json jsonb".Split(' ').Select(n => $"CREATE TABLE {n}(a INTEGER);")) +
            "CREATE TABLE t(n INTEGER CHECK (n || '' <> ''), d DATE DEFAULT CURRENT_DATE CHECK (d > '2000-01-01'), u UUID CHECK (u <> '00000000-0000-4000-8000-000000000000' AND u || '' <> ''), " +
            "b BLOB DEFAULT x'00ff' CHECK (b <> x'61'), at DATETIME, s TEXT AS ((n > 1) || '!') STORED, e TEXT DEFAULT (strftime('%s', 'now')));" +
            $"INSERT INTO t(n, d, u, b, at) VALUES (5, '2024-01-05', '{Uuid}', x'62', '2024-01-05 10:00:00');" +
            "CREATE INDEX i ON t(n || '') WHERE d > '2000-01-01'; CREATE VIEW v AS SELECT 'x' AS x, n || '' AS y, u || '' AS z, d, at, b, u FROM t WHERE d > '2000-01-01' AND b <> x'61' " +
            "UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL");

        Assert.DoesNotContain(plan.Findings, f => f.Id.EndsWith("NotCarried", StringComparison.Ordinal) || f.Id == "ComputedColumnCopied");
        using PlannedSchema schema = PlannedSchema.Of(plan, $"INSERT INTO t(n, u) VALUES (5, '{Uuid}')");
        Assert.Equal(["1!"], schema.Texts("SELECT s FROM t"));
        Assert.Equal(["NULL", "x"], schema.Texts("SELECT x FROM v ORDER BY x NULLS FIRST"));
    }

    [Fact]
    [NotUnderWine("It needs PostgreSQL.")]
    public void M33_PostgreSQL_computes_what_SQLite_does()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf("CREATE TABLE t(a INTEGER, b INTEGER GENERATED ALWAYS AS (a + 1) STORED)");

        using PlannedSchema schema = PlannedSchema.Of(plan, "INSERT INTO t(a) VALUES (41), (NULL)");

        Assert.Equal(["42", "NULL"], schema.Texts("SELECT b FROM t ORDER BY a"));
    }

    [Fact]
    public void M34_defaults_are_carried_or_told()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf(
            "CREATE TABLE t(a TEXT DEFAULT 'it''s', b INTEGER DEFAULT 5, c TEXT DEFAULT CURRENT_TIMESTAMP, d TEXT DEFAULT (randomblob(4)), e TEXT DEFAULT 'null')");

        string sql = plan.OnlySql(EmrDdlPhase.Table);
        Assert.Contains("\"a\" text COLLATE \"C\" DEFAULT 'it''s'", sql);
        Assert.Contains("\"b\" bigint DEFAULT 5", sql);
        Assert.Contains("to_char(", sql);
        Assert.Contains("DEFAULT 'null'", sql);
        EmrFinding lost = plan.OnlyFound("DefaultNotCarried");
        Assert.Equal("t.d", lost.Object);
        Assert.Contains("randomblob(4)", lost.Message);
    }

    [Fact]
    public void M35_conditions_are_carried_or_told_with_their_SQL()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf("CREATE TABLE t(a INTEGER CHECK (a > 0), b TEXT CHECK (json_valid(b)), CONSTRAINT \"both\" CHECK (a < 10 OR b IS NULL))");

        string sql = plan.OnlySql(EmrDdlPhase.Table);
        Assert.Contains("CONSTRAINT \"t_a_check\" CHECK (", sql);
        Assert.Contains("CONSTRAINT \"both\" CHECK (", sql);
        Assert.Contains("json_valid(b)", plan.OnlyFound("CheckNotCarried").Message);
    }

    [Fact]
    public void M35_rows_that_break_a_condition_are_named()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf(
            "CREATE TABLE t(id INTEGER PRIMARY KEY, a INTEGER CHECK (a > 0)); PRAGMA ignore_check_constraints=1; INSERT INTO t VALUES (1, 1), (2, -1), (3, 0), (4, NULL)");

        EmrFinding broken = plan.OnlyFound("CheckBroken");
        Assert.Equal(EmrSeverity.Error, broken.Severity);
        Assert.Contains("2 rows", broken.Message);
        Assert.Contains("id=2; id=3", broken.Message);
    }

    [Fact]
    public void NULLs_in_a_column_that_is_NOT_NULL_are_named()
    {
        using var source = new PlanSource("CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, 'x'), (2, NULL)");
        source.Run("PRAGMA writable_schema=1; UPDATE sqlite_schema SET sql = 'CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT NOT NULL)' WHERE name = 't'");

        EmrFinding found = source.Plan().OnlyFound("NullInColumn");

        Assert.Equal("t.a", found.Object);
        Assert.Contains("id=2", found.Message);
    }

    [Fact]
    public void M32_a_table_of_more_columns_than_PostgreSQL_has_is_an_error()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf($"CREATE TABLE t({string.Join(", ", Enumerable.Range(0, 1601).Select(i => $"c{i} TEXT"))})");

        Assert.Equal(EmrSeverity.Error, plan.OnlyFound("TooManyColumns").Severity);
    }

    [Fact]
    public void M32_a_row_that_may_not_fit_on_a_page_is_told()
    {
        string columns = string.Join(", ", Enumerable.Range(0, 1500).Select(i => $"c{i} TEXT"));
        EmrMigrationPlan plan = PlanSource.PlanOf($"CREATE TABLE t({columns}); INSERT INTO t VALUES ({string.Join(", ", Enumerable.Repeat("'twenty characters ...'", 1500))})");

        Assert.Equal(EmrSeverity.Warning, plan.OnlyFound("RowMayBeTooWide").Severity);
    }

    [Fact]
    [NotUnderWine("It needs PostgreSQL.")]
    public void A_table_that_is_called_like_a_type_hides_it_from_no_column()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf("CREATE TABLE text(id TEXT PRIMARY KEY, b BLOB); CREATE TABLE date(a TEXT); CREATE TABLE bytea(a BLOB)");

        using PlannedSchema schema = PlannedSchema.Of(plan, "INSERT INTO \"text\" VALUES ('a', '\\x00'); INSERT INTO \"date\" VALUES ('x')");

        Assert.Equal(["a"], schema.Texts("SELECT id FROM \"text\""));
    }

    [Theory]
    [InlineData("q.a > 0")]
    [InlineData("\"q\".a > 0")]
    [InlineData("a > 0")]
    public void Rows_that_break_a_condition_are_found_however_it_names_its_columns(string condition)
    {
        EmrMigrationPlan plan = PlanSource.PlanOf($"CREATE TABLE q(id INTEGER PRIMARY KEY, a INTEGER, CHECK ({condition})); PRAGMA ignore_check_constraints=ON; INSERT INTO q VALUES (1, 1), (2, -1)");

        EmrFinding found = plan.OnlyFound("CheckBroken");
        Assert.Equal(EmrSeverity.Error, found.Severity);
        Assert.Contains("id=2", found.Message);
    }

    [Theory]
    [InlineData("3000000000", "NumbersTooLarge", EmrSeverity.Error)]
    [InlineData("2147483647", "NumbersUsedUp", EmrSeverity.Warning)]
    public void M21_the_last_number_of_a_row_that_is_gone_counts_too(string last, string id, EmrSeverity severity)
    {
        using var source = new PlanSource($"CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, x TEXT); INSERT INTO t VALUES (1, 'a'); UPDATE sqlite_sequence SET seq = {last}") { TypeMap = new() { ["t.id"] = "integer" } };

        EmrFinding found = source.Plan().OnlyFound(id);

        Assert.Equal((severity, "t.id"), (found.Severity, found.Object));
        source.Run("UPDATE sqlite_sequence SET seq = 5");
        Assert.Empty(source.Plan().Found(id));
    }

    [Fact]
    public void Widening_is_not_advised_where_the_type_was_given()
    {
        const string Sql = "CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER NOT NULL); INSERT INTO t VALUES (1, 'abc')";
        using var source = new PlanSource(Sql) { OnMisfit = EmrMisfitAction.Null };
        using var given = new PlanSource(Sql) { OnMisfit = EmrMisfitAction.Null, TypeMap = new() { ["T.n"] = "integer" } };

        Assert.Contains("Widen", source.Plan().OnlyFound("NullNotAllowed").Action);
        Assert.DoesNotContain("Widen", given.Plan().OnlyFound("NullNotAllowed").Action);
        Assert.Contains("another type with -TypeMap", given.Plan().OnlyFound("NullNotAllowed").Action);
    }
}
