using System.Security.Cryptography;
using EmrSim.Core.Migration.Planning;
using EmrSim.Core.Samples;
using EmrSim.Tests.Migration.Planning.Support;
using EmrSim.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmrSim.Tests.Migration.Planning;

/// <summary>Whole plans.</summary>
public sealed class PlannerTests
{
    // What the team means to have: https://github.com/danstonedev/EMRsim-chat names these tables.
    internal const string Planned =
        """
        CREATE TABLE users(id TEXT PRIMARY KEY NOT NULL, email TEXT NOT NULL UNIQUE COLLATE NOCASE, displayName TEXT, is_active BOOLEAN DEFAULT 1, created_at DATETIME DEFAULT CURRENT_TIMESTAMP);
        CREATE TABLE conversations(id TEXT PRIMARY KEY NOT NULL, user_id TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE, title TEXT, created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP);
        CREATE INDEX idx_conversations_user ON conversations(user_id, created_at DESC);
        CREATE TABLE messages(
          id INTEGER NOT NULL, conversation_id TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE, role TEXT NOT NULL CHECK (role IN ('user', 'assistant', 'system')),
          content TEXT NOT NULL, metadata JSON, tokens INTEGER CHECK (tokens >= 0), created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, PRIMARY KEY (id, created_at));
        CREATE INDEX idx_messages_conversation ON messages(conversation_id, created_at);
        CREATE INDEX idx_messages_errors ON messages(created_at) WHERE role = 'system';
        CREATE TABLE patient_records(
          id INTEGER PRIMARY KEY AUTOINCREMENT, conversation_id TEXT REFERENCES conversations ON DELETE SET NULL, mrn VARCHAR(20) UNIQUE, weight DECIMAL(5,2), born DATE, note TEXT,
          label TEXT GENERATED ALWAYS AS (mrn || '/' || id) STORED);
        CREATE TABLE user_sessions(token TEXT PRIMARY KEY NOT NULL, user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE, expires_at DATETIME) WITHOUT ROWID;
        INSERT INTO users(id, email) VALUES ('u1', 'A@x'), ('u2', 'b@x');
        INSERT INTO conversations(id, user_id, created_at) VALUES ('c1', 'u1', '2025-01-01 00:00:00');
        INSERT INTO messages(id, conversation_id, role, content, metadata, created_at) VALUES (1, 'c1', 'user', 'hello', '{"a":1}', '2025-01-01T00:00:01.000Z'), (2, 'c1', 'assistant', '', NULL, '2025-03-01 12:00:00');
        INSERT INTO patient_records(conversation_id, mrn, weight, born) VALUES ('c1', 'M-1', 70.25, '1980-02-29');
        """;

    [Theory]
    [InlineData(EmrMapping.Faithful)]
    [InlineData(EmrMapping.Idiomatic)]
    [NotUnderWine("It needs PostgreSQL.")]
    public async Task The_schema_of_the_sample_runs_on_PostgreSQL(EmrMapping mapping)
    {
        using var folder = new TempFolder();
        string path = folder.File("sample.db");
        await new SampleEngine(NullLoggerFactory.Instance).CreateAsync(new SampleRequest(path, 200, 1, false), null, CancellationToken.None);
        var request = new MigrationPlanRequest(path, "public", null, mapping, EmrMisfitAction.Stop, new Dictionary<string, string>(), new Dictionary<string, string>(), TimeSpan.FromSeconds(5));

        EmrMigrationPlan plan = await new MigrationPlanner(NullLoggerFactory.Instance).PlanAsync(request, null, CancellationToken.None);

        using PlannedSchema schema = PlannedSchema.Of(plan);
        Assert.Equal(["personas", "scenarios", "sessions", "turns"], plan.Tables.Select(t => t.Name));
        Assert.Equal(200, plan.Tables[3].Rows);
        Assert.Equal(["id"], plan.Tables[3].Key);
        Assert.Equal(EmrSeverity.Warning, plan.Findings.Select(f => f.Severity).Append(EmrSeverity.Warning).Max());
        Assert.Equal("CREATE UNIQUE INDEX \"idx_turns_fingerprint\" ON \"turns\" (\"fingerprint\")", plan.OnlySql(EmrDdlPhase.Index));
        Assert.Equal(4, plan.Sql(EmrDdlPhase.Key).Length);
    }

    [Theory]
    [InlineData(EmrMapping.Faithful)]
    [InlineData(EmrMapping.Idiomatic)]
    [NotUnderWine("It needs PostgreSQL.")]
    public void The_planned_schema_runs_on_PostgreSQL_with_messages_by_month(EmrMapping mapping)
    {
        using var source = new PlanSource(Planned) { Mapping = mapping, PartitionBy = new() { ["messages"] = "created_at:month" } };

        EmrMigrationPlan plan = source.Plan();

        Assert.DoesNotContain(plan.Findings, f => f.Severity == EmrSeverity.Error);
        using PlannedSchema schema = PlannedSchema.Of(plan);
        Assert.Equal(7, schema.Texts("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'messages'::regclass").Length);
        Assert.Equal(4, schema.Texts("SELECT conname FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 AND connamespace = current_schema()::regnamespace AND convalidated").Length);
        schema.Run("INSERT INTO users(id, email) VALUES ('u9', 'z@x'); INSERT INTO conversations(id, user_id) VALUES ('c9', 'u9'); INSERT INTO messages(id, conversation_id, role, content) VALUES (9, 'c9', 'user', 'x')");
        schema.Run("DELETE FROM users");
        Assert.Equal(["0"], schema.Texts("SELECT count(*) FROM messages"));
    }

    [Fact]
    public void The_same_input_gives_the_same_plan_and_other_rows_the_same_hash()
    {
        using var source = new PlanSource(Planned);
        using var other = new PlanSource(Planned);
        EmrMigrationPlan first = source.Plan();

        Assert.Equal(PlanFile.Serialize(first), PlanFile.Serialize(source.Plan()));
        other.Run("INSERT INTO messages(id, conversation_id, role, content) VALUES (99, 'c1', 'user', 'more')");
        Assert.Equal(first.Hash, other.Plan().Hash);
        other.Run("CREATE INDEX another ON messages(content)");
        Assert.NotEqual(first.Hash, other.Plan().Hash);
    }

    [Fact]
    public void M41_the_source_is_not_written()
    {
        using var source = new PlanSource(Planned);
        (byte[] Digest, DateTime Written) before = State(source.Path);

        source.Plan();

        (byte[] digest, DateTime written) = State(source.Path);
        Assert.Equal(before.Digest, digest);
        Assert.Equal(before.Written, written);
    }

    [Fact]
    public async Task M40_writers_go_on_while_it_is_read_and_what_is_read_is_one_state()
    {
        using var source = new PlanSource(Planned);
        using SqliteConnection writer = TestDatabase.Open(source.Path);
        bool wrote = false;
        var progress = new Synchronous(_ =>
        {
            if (wrote) return;
            wrote = true;
            TestDatabase.Run(writer, "INSERT INTO users(id, email) VALUES ('late', 'late@x'); INSERT INTO user_sessions VALUES ('t', 'nobody', NULL)");
        });
        // Once it has read, the database counts as open.
        TestDatabase.Run(writer, "PRAGMA foreign_keys=OFF; UPDATE users SET displayName = 'x'");

        EmrMigrationPlan plan = await new MigrationPlanner(NullLoggerFactory.Instance).PlanAsync(source.Request, progress, CancellationToken.None);

        Assert.True(wrote);
        Assert.Equal(2, plan.Tables.Single(t => t.Name == "users").Rows);
        Assert.Empty(plan.Found("OrphanRows"));
    }

    [Fact]
    public void M35_triggers_and_M36_virtual_tables_are_listed_with_their_DDL()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf(
            "CREATE TABLE t(a TEXT); CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET a = 'x'; END; CREATE VIRTUAL TABLE f USING fts5(a); CREATE VIRTUAL TABLE r USING rtree(id, lo, hi); INSERT INTO t VALUES ('y'); ANALYZE");

        Assert.Equal(["t"], plan.Tables.Select(t => t.Name));
        Assert.Contains("AFTER INSERT ON t", plan.OnlyFound("TriggerNotCarried").Message);
        Assert.Equal(["f", "r"], plan.Found("VirtualTableNotCarried").Select(f => f.Object));
        Assert.Equal(8, plan.Found("ShadowTableNotCarried").Length);
        Assert.Equal("sqlite_stat1", plan.Found("StatisticsNotCarried")[0].Object);
    }

    [Theory]
    [InlineData("CREATE VIRTUAL TABLE v USING fts5(a); INSERT INTO v VALUES ('x')")]
    [InlineData("CREATE VIRTUAL TABLE v USING fts4(a); INSERT INTO v VALUES ('x')")]
    [InlineData("CREATE VIRTUAL TABLE v USING fts3(content=t); INSERT INTO v VALUES ('x')")]
    [InlineData("CREATE VIRTUAL TABLE v USING rtree(id, lo, hi); INSERT INTO v VALUES (1, 2, 3)")]
    [InlineData("CREATE VIRTUAL TABLE v USING fts5(a, b UNINDEXED, content='', contentless_unindexed=1); INSERT INTO v VALUES ('x', 'y')")]
    [InlineData("PRAGMA writable_schema=1; INSERT INTO sqlite_schema VALUES('table', 'v', 'v', 0, 'CREATE VIRTUAL TABLE v USING geohash(a)')")]
    public void M36_a_virtual_table_with_the_only_copy_of_its_rows_stops_the_migration_unless_the_user_leaves_it_behind(string sql)
    {
        using var source = new PlanSource("CREATE TABLE t(a TEXT); " + sql);
        using var consenting = new PlanSource("CREATE TABLE t(a TEXT); " + sql) { SkipVirtualTables = true };

        EmrFinding finding = source.Plan().OnlyFound("VirtualTableHoldsRows");
        EmrMigrationPlan consented = consenting.Plan();

        Assert.Equal((EmrSeverity.Error, "v"), (finding.Severity, finding.Object));
        Assert.Contains("-SkipVirtualTables", finding.Action);
        Assert.Equal(EmrSeverity.Warning, consented.OnlyFound("VirtualTableNotCarried").Severity);
        Assert.DoesNotContain(consented.Findings, f => f.Severity == EmrSeverity.Error);
        Assert.True(consented.SkipVirtualTables);
        Assert.NotEqual(source.Plan().Hash, consented.Hash);
    }

    [Theory]
    [InlineData("CREATE VIRTUAL TABLE v USING fts5(a, content=t); INSERT INTO v(v) VALUES ('rebuild')")]
    [InlineData("CREATE VIRTUAL TABLE v USING fts5(a, content=''); INSERT INTO v VALUES ('x')")]
    [InlineData("CREATE VIRTUAL TABLE v USING fts4(a, content=t); INSERT INTO v(v) VALUES ('rebuild')")]
    [InlineData("CREATE VIRTUAL TABLE v USING rtree(id, lo, hi); INSERT INTO v VALUES (1, 2, 3); DELETE FROM v")]
    public void M36_a_virtual_table_without_rows_of_its_own_is_only_listed(string sql)
    {
        EmrMigrationPlan plan = PlanSource.PlanOf("CREATE TABLE t(a TEXT); INSERT INTO t VALUES ('y'); " + sql);

        Assert.Equal(EmrSeverity.Warning, plan.OnlyFound("VirtualTableNotCarried").Severity);
        Assert.DoesNotContain(plan.Findings, f => f.Severity == EmrSeverity.Error);
        Assert.All(plan.Found("ShadowTableNotCarried"), f => Assert.Contains("serves the virtual table 'v' only", f.Message));
    }

    [Fact]
    [NotUnderWine("It needs PostgreSQL.")]
    public void M35_views_are_made_in_the_order_in_which_they_need_each_other_or_are_listed()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf(
            "CREATE TABLE t(a INTEGER, b TEXT); CREATE VIEW a_last AS SELECT n FROM b_first WHERE n > 1; CREATE VIEW b_first AS SELECT a AS n FROM t; CREATE VIEW other AS SELECT strftime('%J', b) FROM t");

        Assert.Equal(["b_first", "a_last"], plan.Ddl.Where(s => s.Phase == EmrDdlPhase.View).Select(s => s.Object));
        Assert.Equal("other", plan.OnlyFound("ViewNotCarried").Object);
        using PlannedSchema schema = PlannedSchema.Of(plan, "INSERT INTO t VALUES (1, 'x'), (2, 'y')");
        Assert.Equal(["2"], schema.Texts("SELECT n FROM a_last"));
    }

    [Fact]
    public void Findings_come_with_the_worst_first_and_then_by_what_they_are_about()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf("CREATE TABLE z(id TEXT PRIMARY KEY); INSERT INTO z VALUES (NULL); CREATE TABLE a(b TEXT COLLATE NOCASE, \"C\" TEXT)");

        EmrSeverity[] severities = [.. plan.Findings.Select(f => f.Severity)];
        Assert.Equal(severities.OrderDescending(), severities);
        Assert.Equal(3, severities.Distinct().Count());
    }

    [Fact]
    public void A_database_without_tables_gives_an_empty_plan()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf("CREATE TABLE t(a); DROP TABLE t");

        Assert.Empty(plan.Tables);
        Assert.Empty(plan.Ddl);
        Assert.Equal(64, plan.Hash.Length);
    }

    [Fact]
    public void A_database_that_is_not_there_is_an_error() => Assert.Equal(
        ErrorCode.SourceNotFound,
        Assert.ThrowsAny<EmrSimException>(() =>
        {
            using var source = new PlanSource("CREATE TABLE t(a)");
            File.Delete(source.Path);
            source.Plan();
        }).ErrorCode);

    private static (byte[] Digest, DateTime Written) State(string path) => (SHA256.HashData(File.ReadAllBytes(path)), File.GetLastWriteTimeUtc(path));
}
