using EmrSim.Tests.Migration.Planning.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Migration.Planning;

/// <summary>Primary keys and unique constraints.</summary>
public sealed class KeyDdlTests
{
    private static readonly string s_long = new('x', 3000);

    [Fact]
    public void M20_NULLs_in_a_primary_key_are_named_by_their_rowids()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf("CREATE TABLE t(id TEXT PRIMARY KEY, x); INSERT INTO t VALUES ('a', 1), (NULL, 2), (NULL, 3)");

        EmrFinding found = plan.OnlyFound("NullInKey");
        Assert.Equal(EmrSeverity.Error, found.Severity);
        Assert.Contains("2 rows", found.Message);
        Assert.Contains("rowid=2; rowid=3", found.Message);
        Assert.Contains("WHERE \"id\" IS NULL", found.Action);
        Assert.Empty(plan.Tables[0].Key);
    }

    [Fact]
    public void M25_a_primary_key_keeps_the_order_of_its_columns()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf("CREATE TABLE t(a TEXT, b TEXT, PRIMARY KEY (b, a)); CREATE TABLE w(a INTEGER, b TEXT, PRIMARY KEY (b, a)) WITHOUT ROWID, STRICT");

        Assert.Equal("ALTER TABLE \"t\" ADD CONSTRAINT \"t_pkey\" PRIMARY KEY (\"b\", \"a\")", plan.Sql(EmrDdlPhase.Key)[0]);
        Assert.Equal(["b", "a"], plan.Tables[0].Key);
        Assert.Equal(["b", "a"], plan.Tables[1].Key);
    }

    [Fact]
    public void M24_a_table_without_a_key_is_compared_as_a_multiset()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf("CREATE TABLE t(a TEXT); INSERT INTO t VALUES ('x'), ('x'); CREATE TABLE e(a TEXT)");

        EmrFinding found = plan.OnlyFound("NoKey");
        Assert.Equal(EmrSeverity.Information, found.Severity);
        Assert.Equal("t", found.Object);
    }

    [Theory]
    [InlineData("a TEXT NOT NULL UNIQUE, b TEXT", "a")]
    [InlineData("a TEXT UNIQUE, b TEXT NOT NULL, UNIQUE (b)", "b")]
    [InlineData("id TEXT PRIMARY KEY, b TEXT NOT NULL UNIQUE", "id")]
    [InlineData("a TEXT UNIQUE", "")]
    public void The_key_of_a_row_is_what_is_unique_and_never_NULL(string columns, string key) =>
        Assert.Equal(key, string.Join(',', PlanSource.PlanOf($"CREATE TABLE t({columns})").Tables[0].Key));

    [Fact]
    public void A_unique_index_is_a_key_too_where_it_is_whole()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf(
            "CREATE TABLE t(a TEXT NOT NULL, b TEXT NOT NULL); CREATE UNIQUE INDEX i ON t(a) WHERE b > ''; CREATE UNIQUE INDEX j ON t(lower(a)); CREATE UNIQUE INDEX k ON t(b)");

        Assert.Equal(["b"], plan.Tables[0].Key);
    }

    [Fact]
    [NotUnderWine("It needs PostgreSQL.")]
    public void M30_a_unique_constraint_that_folds_letters_folds_the_same_ones()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf("CREATE TABLE t(id TEXT PRIMARY KEY COLLATE NOCASE, mail TEXT COLLATE NOCASE UNIQUE, code TEXT UNIQUE COLLATE RTRIM)");

        using PlannedSchema schema = PlannedSchema.Of(plan);
        schema.Run("INSERT INTO t VALUES ('a', 'x@y', 'c')");

        Assert.Equal("23505", schema.Refused("INSERT INTO t VALUES ('A', 'z', 'd')"));
        Assert.Equal("23505", schema.Refused("INSERT INTO t VALUES ('b', 'X@Y', 'd')"));
        Assert.Null(schema.Refused("INSERT INTO t VALUES ('ä', 'Ä', NULL), ('Ä', 'ä', NULL)"));
        Assert.Equal(3, plan.Found("KeyFoldsLetters").Length);
        Assert.Equal(3, plan.Found("CollationNotCarried").Length);
    }

    [Fact]
    public void M35_ON_CONFLICT_of_a_key_is_told()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf("CREATE TABLE t(id TEXT PRIMARY KEY ON CONFLICT REPLACE, a TEXT UNIQUE ON CONFLICT IGNORE)");

        Assert.Equal(["IGNORE", "REPLACE"], plan.Found("OnConflictNotCarried").Select(f => f.Message.Split("ON CONFLICT ")[1].Split(';')[0]).Order());
    }

    [Theory]
    [InlineData("id TEXT PRIMARY KEY UNIQUE ON CONFLICT REPLACE", "t", "REPLACE")]
    [InlineData("id INTEGER PRIMARY KEY, UNIQUE (id) ON CONFLICT IGNORE", "t", "IGNORE")]
    [InlineData("a INT, b INT, PRIMARY KEY (a, b), UNIQUE (a, b) ON CONFLICT FAIL", "t", "FAIL")]
    [InlineData("a TEXT NOT NULL ON CONFLICT REPLACE DEFAULT 'x'", "t.a", "REPLACE")]
    [InlineData("a TEXT NOT NULL ON CONFLICT IGNORE", "t.a", "IGNORE")]
    [InlineData("a TEXT CONSTRAINT filled NOT NULL ON CONFLICT ROLLBACK", "t.a", "ROLLBACK")]
    public void M35_ON_CONFLICT_is_told_wherever_it_stands(string columns, string about, string action)
    {
        EmrFinding found = PlanSource.PlanOf($"CREATE TABLE t({columns})").OnlyFound("OnConflictNotCarried");

        Assert.Equal((EmrSeverity.Warning, about), (found.Severity, found.Object));
        Assert.Contains($"ON CONFLICT {action}", found.Message);
    }

    [Theory]
    [InlineData("a TEXT NOT NULL ON CONFLICT ABORT")]
    [InlineData("a TEXT PRIMARY KEY ON CONFLICT ABORT NOT NULL, UNIQUE (a) ON CONFLICT ABORT")]
    [InlineData("a TEXT NULL ON CONFLICT IGNORE")]
    public void M35_ON_CONFLICT_ABORT_is_what_PostgreSQL_does(string columns) => Assert.Empty(PlanSource.PlanOf($"CREATE TABLE t({columns})").Found("OnConflictNotCarried"));

    [Fact]
    public void M31_a_key_longer_than_an_entry_of_an_index_is_an_error()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf($"CREATE TABLE t(id TEXT PRIMARY KEY); INSERT INTO t VALUES ('{s_long}')");

        EmrFinding found = plan.OnlyFound("KeyTooLong");
        Assert.Equal(EmrSeverity.Error, found.Severity);
        Assert.Empty(plan.Sql(EmrDdlPhase.Key));
    }

    [Fact]
    public void M31_long_values_of_different_rows_are_not_added_up()
    {
        string half = new('x', 2000);
        EmrMigrationPlan plan = PlanSource.PlanOf($"CREATE TABLE t(a TEXT, b TEXT, UNIQUE (a, b)); INSERT INTO t VALUES ('{half}', 'b'), ('a', '{half}')");

        Assert.Empty(plan.Found("KeyTooLong"));
        Assert.Single(plan.Sql(EmrDdlPhase.Key));
    }

    [Fact]
    public void A_key_of_more_columns_than_an_index_has_is_an_error()
    {
        string[] columns = [.. Enumerable.Range(0, 33).Select(i => $"c{i}")];

        Assert.Equal(EmrSeverity.Error, PlanSource.PlanOf($"CREATE TABLE t({string.Join(", ", columns)}, UNIQUE ({string.Join(", ", columns)}))").OnlyFound("KeyTooWide").Severity);
    }

    [Fact]
    public void Keys_that_only_their_storage_class_tells_apart_are_an_error()
    {
        using var source = new PlanSource("CREATE TABLE t(a UNIQUE); INSERT INTO t VALUES (1), ('1'), ('2')") { OnMisfit = EmrMisfitAction.Widen, TypeMap = new() { ["t.a"] = "text" } };

        Assert.Equal(EmrSeverity.Error, source.Plan().OnlyFound("KeysCollide").Severity);
    }

    [Fact]
    public void A_key_of_json_is_told_since_PostgreSQL_cannot_compare_it()
    {
        using var source = new PlanSource("CREATE TABLE t(a TEXT UNIQUE)") { TypeMap = new() { ["t.a"] = "json" } };

        EmrMigrationPlan plan = source.Plan();

        plan.OnlyFound("KeyNotCarried");
        Assert.Empty(plan.Sql(EmrDdlPhase.Key));
    }

    [Fact]
    [NotUnderWine("It needs PostgreSQL.")]
    public void Constraints_keep_their_names_and_none_comes_twice()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf(
            "CREATE TABLE a(x TEXT, y TEXT, CONSTRAINT same PRIMARY KEY (x), CONSTRAINT other UNIQUE (y)); CREATE TABLE b(x TEXT, CONSTRAINT same PRIMARY KEY (x)); CREATE INDEX a_x_key ON b(x)");

        using PlannedSchema schema = PlannedSchema.Of(plan);

        Assert.Equal(["other", "same", "same1"], schema.Texts("SELECT conname FROM pg_constraint WHERE connamespace = current_schema()::regnamespace AND contype IN ('p', 'u') ORDER BY 1"));
        Assert.Contains("'same1'", plan.OnlyFound("Renamed").Message);
    }

    [Fact]
    [NotUnderWine("It needs PostgreSQL.")]
    public void A_condition_or_a_foreign_key_that_is_called_like_a_key_gives_way_and_is_told()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf(
            "CREATE TABLE a(x TEXT, CONSTRAINT c CHECK (x > ''), CONSTRAINT c UNIQUE (x)); CREATE TABLE bb(id TEXT PRIMARY KEY, CONSTRAINT bb_pkey CHECK (id > '')); " +
            "CREATE TABLE d(id TEXT PRIMARY KEY, CONSTRAINT d_pkey FOREIGN KEY (id) REFERENCES bb)");

        using PlannedSchema schema = PlannedSchema.Of(plan);

        Assert.Equal(
            ["a c u", "a c1 c", "bb bb_pkey p", "bb bb_pkey1 c", "d d_pkey p", "d d_pkey1 f"],
            schema.Texts("SELECT conrelid::regclass::text || ' ' || conname || ' ' || contype::text FROM pg_constraint WHERE connamespace = current_schema()::regnamespace AND contype <> 'n' ORDER BY 1"));
        Assert.Equal(["a.c", "bb.bb_pkey", "d.d_pkey"], plan.Found("Renamed").Select(f => f.Object));
        Assert.Contains("two things of one name in a table", plan.Found("Renamed")[0].Message);
    }

    [Theory]
    [InlineData("UTF-16le")]
    [InlineData("UTF-16be")]
    public void M31_a_key_is_measured_as_UTF_8_whatever_the_encoding(string encoding)
    {
        using var source = new PlanSource($"CREATE TABLE t(id TEXT UNIQUE); INSERT INTO t VALUES ('{new string('漢', 1300)}'), (NULL)", encoding);
        using var shorter = new PlanSource($"CREATE TABLE t(id TEXT UNIQUE); INSERT INTO t VALUES ('{new string('x', 2000)}')", encoding);

        Assert.Contains("values of 3932 bytes", source.Plan().OnlyFound("KeyTooLong").Message);
        Assert.Empty(shorter.Plan().Found("KeyTooLong"));
    }

    [Theory]
    [InlineData("UTF-8")]
    [InlineData("UTF-16le")]
    public void Keys_that_become_the_same_bytes_are_an_error_whatever_the_encoding(string encoding)
    {
        using var source = new PlanSource("CREATE TABLE t(a UNIQUE); INSERT INTO t VALUES ('ä'), (x'c3a4'), (x'61')", encoding) { OnMisfit = EmrMisfitAction.Widen, TypeMap = [] };
        using var other = new PlanSource("CREATE TABLE t(a UNIQUE); INSERT INTO t VALUES ('ä'), (x'e400'), (x'61')", encoding) { OnMisfit = EmrMisfitAction.Widen, TypeMap = [] };

        Assert.Equal("bytea", source.Plan().Tables[0].Columns[0].TargetType);
        Assert.Equal(EmrSeverity.Error, source.Plan().OnlyFound("KeysCollide").Severity);
        Assert.Empty(other.Plan().Found("KeysCollide"));
    }
}
