using EmrSim.Tests.Migration.Planning.Support;
using EmrSim.Tests.Support;
using Microsoft.Data.Sqlite;

namespace EmrSim.Tests.Migration.Planning;

/// <summary>M28: foreign keys.</summary>
public sealed class ForeignKeyDdlTests
{
    private const string Parent = "CREATE TABLE p(id INTEGER PRIMARY KEY, code TEXT UNIQUE, x INTEGER); ";

    [Fact]
    public void A_foreign_key_is_added_first_and_validated_later()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf(Parent + "CREATE TABLE c(id INTEGER PRIMARY KEY, p INTEGER REFERENCES p ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED)");

        Assert.Equal(
            "ALTER TABLE \"c\" ADD CONSTRAINT \"c_p_fkey\" FOREIGN KEY (\"p\") REFERENCES \"p\" (\"id\") ON UPDATE SET NULL ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED NOT VALID",
            plan.OnlySql(EmrDdlPhase.ForeignKey));
        Assert.Equal("ALTER TABLE \"c\" VALIDATE CONSTRAINT \"c_p_fkey\"", plan.OnlySql(EmrDdlPhase.Validate));
        Assert.Equal(EmrSeverity.Information, plan.OnlyFound("ForeignKeysHold").Severity);
    }

    [Fact]
    [NotUnderWine("It needs PostgreSQL.")]
    public void Cycles_self_references_and_composite_keys_hold_in_PostgreSQL()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf(
            "CREATE TABLE a(id INTEGER PRIMARY KEY, b INTEGER REFERENCES b, up INTEGER REFERENCES a); CREATE TABLE b(id INTEGER PRIMARY KEY, a INTEGER REFERENCES a(id)); " +
            "CREATE TABLE k(x TEXT, y TEXT, PRIMARY KEY (x, y)); CREATE TABLE l(n INTEGER, y TEXT, x TEXT, CONSTRAINT named FOREIGN KEY (y, x) REFERENCES k(y, x))");

        using PlannedSchema schema = PlannedSchema.Of(plan, "INSERT INTO a VALUES (1, 1, 1); INSERT INTO b VALUES (1, 1); INSERT INTO k VALUES ('x', 'y'); INSERT INTO l VALUES (1, 'y', 'x'), (2, NULL, 'q')");

        Assert.Equal("23503", schema.Refused("INSERT INTO l VALUES (3, 'x', 'y')"));
        Assert.Equal("23503", schema.Refused("INSERT INTO a VALUES (2, 1, 9)"));
        Assert.Equal(
            ["a_b_fkey true", "a_up_fkey true", "b_a_fkey true", "named true"],
            schema.Texts("SELECT conname || ' ' || convalidated FROM pg_constraint WHERE connamespace = current_schema()::regnamespace AND contype = 'f' ORDER BY 1"));
    }

    [Fact]
    public void Orphans_are_counted_and_named_beforehand()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf(
            Parent + "CREATE TABLE c(id TEXT NOT NULL PRIMARY KEY, p INTEGER REFERENCES p); INSERT INTO p(id) VALUES (1); INSERT INTO c VALUES ('a', 1), ('b', 2), ('c', NULL), ('d', 3), ('e', 4), ('f', 5)");

        EmrFinding found = plan.OnlyFound("OrphanRows");
        Assert.Equal(EmrSeverity.Error, found.Severity);
        Assert.Contains("4 rows refer by p to rows of 'p'", found.Message);
        Assert.Contains("id='b'; id='d'; id='e' and 1 more", found.Message);
    }

    [Fact]
    public void The_query_for_orphans_in_the_finding_gives_them()
    {
        using var source = new PlanSource(Parent + "CREATE TABLE c(id INTEGER PRIMARY KEY, p INTEGER REFERENCES p); INSERT INTO c VALUES (1, 7), (2, NULL)");

        string action = source.Plan().OnlyFound("OrphanRows").Action;

        Assert.Equal(1L, TestDatabase.Scalar(source.Path, $"SELECT count(*) FROM ({action[action.IndexOf("SELECT", StringComparison.Ordinal)..].TrimEnd('.')})"));
    }

    [Theory]
    [InlineData("p INTEGER REFERENCES missing", "no table 'missing'")]
    [InlineData("p INTEGER REFERENCES p(absent)", "no column 'absent'")]
    [InlineData("p INTEGER REFERENCES p(x)", "no key there")]
    [InlineData("p TEXT REFERENCES p(id)", "text and 'p.id' is bigint")]
    [InlineData("a INTEGER, b INTEGER, FOREIGN KEY (a, b) REFERENCES p", "another number")]
    public void What_PostgreSQL_cannot_have_is_left_out_and_told(string columns, string reason)
    {
        EmrMigrationPlan plan = PlanSource.PlanOf(Parent + $"CREATE TABLE c(id INTEGER PRIMARY KEY, {columns})");

        EmrFinding found = plan.OnlyFound("ForeignKeyNotCarried");
        Assert.Equal(EmrSeverity.Warning, found.Severity);
        Assert.Contains(reason, found.Message);
        Assert.Empty(plan.Sql(EmrDdlPhase.ForeignKey));
    }

    [Fact]
    [NotUnderWine("It needs PostgreSQL.")]
    public void A_parent_may_be_known_by_a_unique_index_or_by_a_key_that_folds_letters()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf(
            "CREATE TABLE p(id TEXT PRIMARY KEY COLLATE NOCASE, code TEXT); CREATE UNIQUE INDEX u ON p(code); CREATE TABLE c(a TEXT REFERENCES p, b TEXT REFERENCES p(code))");

        using PlannedSchema schema = PlannedSchema.Of(plan);

        Assert.Equal(2, plan.Sql(EmrDdlPhase.Validate).Length);
    }

    [Fact]
    public void A_child_that_refers_by_other_letters_is_an_orphan_in_PostgreSQL()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf(
            "CREATE TABLE p(id TEXT PRIMARY KEY COLLATE NOCASE); INSERT INTO p VALUES ('a'), ('b'); CREATE TABLE c(n INTEGER PRIMARY KEY, a TEXT REFERENCES p); INSERT INTO c VALUES (1, 'a'), (2, 'B')");

        Assert.Contains("1 rows", plan.OnlyFound("OrphanRows").Message);
        Assert.Contains("n=2", plan.OnlyFound("OrphanRows").Message);
    }

    [Fact]
    [NotUnderWine("It needs PostgreSQL.")]
    public void A_child_gets_the_type_that_its_parent_was_given()
    {
        using var source = new PlanSource(
            "CREATE TABLE u(id TEXT PRIMARY KEY); CREATE TABLE s(id TEXT PRIMARY KEY REFERENCES u); CREATE TABLE r(id TEXT PRIMARY KEY, s TEXT REFERENCES s); " +
            "INSERT INTO u VALUES ('0b5e4e2c-3c1b-4a8e-9a57-3d1f0f6a7c42')")
        { TypeMap = new() { ["u.id"] = "uuid" } };

        EmrMigrationPlan plan = source.Plan();

        Assert.Equal("uuid", plan.Tables.Single(t => t.Name == "s").Columns[0].TargetType);
        EmrMigrationColumn far = plan.Tables.Single(t => t.Name == "r").Columns[1];
        Assert.Equal("uuid", far.TargetType);
        Assert.Equal("As s.id, to which it refers.", far.Reason);
        using PlannedSchema schema = PlannedSchema.Of(plan);
    }

    [Fact]
    public void A_child_with_orphans_keeps_its_own_type()
    {
        using var source = new PlanSource("CREATE TABLE u(id TEXT PRIMARY KEY); CREATE TABLE s(u TEXT REFERENCES u); INSERT INTO s VALUES ('nobody')") { TypeMap = new() { ["u.id"] = "uuid" } };

        EmrMigrationPlan plan = source.Plan();

        Assert.Equal("text", plan.Tables.Single(t => t.Name == "s").Columns[0].TargetType);
        plan.OnlyFound("ForeignKeyNotCarried");
        Assert.Equal(EmrSeverity.Error, plan.OnlyFound("OrphanRows").Severity);
    }

    [Fact]
    public void SET_DEFAULT_whose_default_is_lost_is_told()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf(Parent + "CREATE TABLE c(p TEXT DEFAULT (hex(randomblob(4)) || date('now')) REFERENCES p(code) ON DELETE SET DEFAULT)");

        Assert.Equal("c.p", plan.OnlyFound("DefaultOfActionLost").Object);
    }

    [Theory]
    [InlineData("p INTEGER REFERENCES p(x)", "9")]
    [InlineData("a INTEGER, b INTEGER, FOREIGN KEY (a, b) REFERENCES p(x, id)", "9, 1")]
    [InlineData("p BLOB REFERENCES p(code)", "'gone'")]
    public void Orphans_of_a_key_that_is_left_out_are_told_as_well(string columns, string values)
    {
        using var source = new PlanSource(
            Parent + $"CREATE TABLE c(id INTEGER PRIMARY KEY, {columns}); INSERT INTO p VALUES (1, 'a', NULL), (2, 'b', 7); INSERT INTO c VALUES (1, {values}), (2, {string.Join(", ", values.Split(',').Select(_ => "NULL"))})")
        { OnMisfit = EmrMisfitAction.Widen, TypeMap = new() { ["p.code"] = "char(1)" } };

        EmrMigrationPlan plan = source.Plan();

        plan.OnlyFound("ForeignKeyNotCarried");
        EmrFinding found = plan.OnlyFound("OrphanRows");
        Assert.Equal(EmrSeverity.Warning, found.Severity);
        Assert.Contains(": id=1.", found.Message);
        Assert.Equal(1L, TestDatabase.Scalar(source.Path, $"SELECT count(*) FROM ({found.Action[found.Action.IndexOf("SELECT", StringComparison.Ordinal)..].TrimEnd('.')})"));
    }

    [Fact]
    public void Rows_that_refer_to_what_is_there_are_no_orphans_of_a_key_that_is_left_out()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf(Parent + "CREATE TABLE c(id INTEGER PRIMARY KEY, p TEXT REFERENCES p(x)); INSERT INTO p VALUES (1, 'a', NULL), (2, 'b', 7), (3, 'c', 7); INSERT INTO c VALUES (1, '7')");

        plan.OnlyFound("ForeignKeyNotCarried");
        Assert.Empty(plan.Found("OrphanRows"));
    }

    [Fact]
    public void Orphans_of_a_table_that_refers_to_itself_or_has_the_name_p_are_found()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf(
            "CREATE TABLE p(id INTEGER PRIMARY KEY, up INTEGER REFERENCES p, q INTEGER REFERENCES parent); CREATE TABLE parent(id INTEGER PRIMARY KEY, p INTEGER REFERENCES p); " +
            "INSERT INTO parent VALUES (1, 1), (2, 8); INSERT INTO p VALUES (1, NULL, 1), (2, 1, 2), (3, 9, NULL)");

        Assert.Equal(["parent: id=2", "p: id=3"], plan.Found("OrphanRows").Select(f => $"{f.Object}: {f.Message.Split(": ")[^1].TrimEnd('.')}").OrderDescending());
    }

    [Fact]
    public void An_orphan_changes_neither_the_foreign_key_nor_its_own_severity_whatever_the_mapping()
    {
        using var source = new PlanSource(
            "CREATE TABLE u(id TEXT PRIMARY KEY); CREATE TABLE s(id TEXT PRIMARY KEY REFERENCES u); CREATE TABLE r(n INTEGER PRIMARY KEY, s TEXT REFERENCES s); " +
            "INSERT INTO u VALUES ('0b5e4e2c-3c1b-4a8e-9a57-3d1f0f6a7c42'); INSERT INTO s SELECT id FROM u; INSERT INTO r VALUES (1, '0b5e4e2c-3c1b-4a8e-9a57-3d1f0f6a7c42'), (2, 'gone')")
        { Mapping = EmrMapping.Idiomatic };

        EmrMigrationPlan plan = source.Plan();

        Assert.Equal("n=2", plan.OnlyFound("OrphanRows").Message.Split(": ")[^1].TrimEnd('.'));
        Assert.Empty(plan.Found("ForeignKeyNotCarried"));
        Assert.Equal(2, plan.Sql(EmrDdlPhase.ForeignKey).Length);
        // All that are linked keep one type.
        Assert.Equal(["text", "text", "text"], plan.Tables.Select(t => t.Columns[^1].TargetType));
        Assert.Contains("as uuid it would lose the foreign key of 'r.s'", plan.Tables.Single(t => t.Name == "s").Columns[0].Reason);
        source.Run("DELETE FROM r WHERE n = 2");
        Assert.Equal(["uuid", "uuid", "uuid"], source.Plan().Tables.Select(t => t.Columns[^1].TargetType));
    }

    [Fact]
    [NotUnderWine("It needs PostgreSQL.")]
    public void A_parent_is_not_promoted_away_from_a_child_whose_type_was_given()
    {
        using var source = new PlanSource(
            "CREATE TABLE u(id TEXT PRIMARY KEY, at TEXT); CREATE TABLE s(u TEXT REFERENCES u); INSERT INTO u VALUES ('0b5e4e2c-3c1b-4a8e-9a57-3d1f0f6a7c42', '2025-01-01'); INSERT INTO s SELECT id FROM u")
        { Mapping = EmrMapping.Idiomatic, TypeMap = new() { ["s.u"] = "text" } };

        EmrMigrationPlan plan = source.Plan();

        Assert.Equal(["text", "date"], plan.Tables.Single(t => t.Name == "u").Columns.Select(c => c.TargetType));
        plan.OnlySql(EmrDdlPhase.ForeignKey);
        using PlannedSchema schema = PlannedSchema.Of(plan);
    }

    [Fact]
    public void A_collation_of_the_applications_keeps_nobody_from_planning()
    {
        using var source = new PlanSource("CREATE TABLE other(a)");
        using (SqliteConnection connection = TestDatabase.Open(source.Path))
        {
            connection.CreateCollation("MYC", string.CompareOrdinal);
            TestDatabase.Run(
                connection,
                "PRAGMA foreign_keys=OFF; CREATE TABLE p(id TEXT PRIMARY KEY COLLATE MYC, x NOT NULL UNIQUE COLLATE MYC); CREATE INDEX i ON p(x COLLATE MYC, id); " +
                "CREATE TABLE c(n INTEGER PRIMARY KEY, p TEXT COLLATE MYC NOT NULL REFERENCES p, CHECK (p > '')); CREATE UNIQUE INDEX j ON c(p) WHERE p > 'a'; " +
                "INSERT INTO p VALUES ('a', 1), ('b', '1'), (NULL, 2); INSERT INTO c VALUES (1, 'a'), (2, 'B')");
        }

        EmrMigrationPlan plan = source.Plan();

        Assert.Contains(": n=2.", plan.OnlyFound("OrphanRows").Message);
        plan.OnlyFound("NullInKey");
        plan.OnlySql(EmrDdlPhase.ForeignKey);
    }

    [Fact]
    public void Rows_that_refer_to_rejected_ones_are_an_error_beforehand()
    {
        using var source = new PlanSource(
            Parent + "CREATE TABLE c(id INTEGER PRIMARY KEY, p INTEGER REFERENCES p, n INTEGER); INSERT INTO p VALUES (1, 'a', 5), (2, 'b', 'abc'), (3, 'c', 'def'); " +
            "INSERT INTO c VALUES (1, 1, 1), (2, 3, 1), (3, 2, 'no'), (4, NULL, 1)")
        { OnMisfit = EmrMisfitAction.Reject };

        EmrFinding found = source.Plan().OnlyFound("ParentIsRejected");

        Assert.Equal((EmrSeverity.Error, "c"), (found.Severity, found.Object));
        // The row 3 is left out itself.
        Assert.StartsWith("1 rows refer by p to rows of 'p' that are left out", found.Message, StringComparison.Ordinal);
        Assert.EndsWith(": id=2.", found.Message, StringComparison.Ordinal);
        source.Run("UPDATE c SET p = 1 WHERE id = 2");
        Assert.Empty(source.Plan().Found("ParentIsRejected"));
    }

    [Theory]
    [InlineData("", "become NULL", 1)]
    [InlineData(", g AS (id + 1)", "left out", 1)]
    public void Rows_that_refer_to_a_value_that_becomes_NULL_are_an_error_beforehand(string computed, string what, int count)
    {
        using var source = new PlanSource(
            $"CREATE TABLE p(id INTEGER PRIMARY KEY, code TEXT UNIQUE{computed}); CREATE TABLE c(id INTEGER PRIMARY KEY, code TEXT REFERENCES p(code)); " +
            "INSERT INTO p(id, code) VALUES (1, 'abc'), (2, 'too long'), (3, NULL); INSERT INTO c VALUES (1, 'abc'), (2, 'too long'), (3, NULL)")
        { OnMisfit = EmrMisfitAction.Null, TypeMap = new() { ["p.code"] = "varchar(3)" } };

        EmrFinding found = source.Plan().OnlyFound("ParentIsRejected");

        Assert.StartsWith($"{count} rows", found.Message, StringComparison.Ordinal);
        Assert.Contains(what, found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_rejected_parents_are_found_by_a_key_of_several_columns()
    {
        using var source = new PlanSource(
            "CREATE TABLE k(x TEXT, y INTEGER, n INTEGER, PRIMARY KEY (x, y)); CREATE TABLE l(y INTEGER, x TEXT, FOREIGN KEY (x, y) REFERENCES k); " +
            "INSERT INTO k WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 1200) SELECT 'it''s ' || i, i, iif(i = 7, 7, 'no') FROM c; INSERT INTO l SELECT y, x FROM k")
        { OnMisfit = EmrMisfitAction.Reject };

        EmrFinding found = source.Plan().OnlyFound("ParentIsRejected");

        Assert.StartsWith("1199 rows refer by x, y", found.Message, StringComparison.Ordinal);
        Assert.EndsWith("rowid=1; rowid=2; rowid=3 and 1196 more.", found.Message, StringComparison.Ordinal);
    }
}
