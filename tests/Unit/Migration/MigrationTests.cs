using EmrSim.Core.Migration;
using EmrSim.Core.Migration.Planning;
using EmrSim.Core.Migration.Proof;
using EmrSim.Core.Samples;
using EmrSim.Tests.Migration.Planning;
using EmrSim.Tests.Migration.Proof;
using EmrSim.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmrSim.Tests.Migration;

/// <summary>Whole migrations into a real PostgreSQL.</summary>
[NotUnderWine("PostgreSQL runs on Linux there")]
public sealed class MigrationTests
{
    [Fact]
    public async Task The_sample_database_arrives_whole_and_is_proved()
    {
        using var fixture = new MigrationFixture();
        await new SampleEngine(NullLoggerFactory.Instance).CreateAsync(new SampleRequest(fixture.Source, 3000, 7, false), null, default);
        (string, DateTime) before = fixture.SourceState;

        EmrMigration migration = await fixture.PassAsync();

        Assert.Equal(before, fixture.SourceState);
        Assert.Equal(["personas", "scenarios", "sessions", "turns"], migration.Tables.Select(t => t.Name));
        Assert.All(migration.Tables, t => Assert.True(t.Equal && t.SourceRows == t.TargetRows && t.Rejected == 0));
        Assert.Equal(3000L, fixture.Ask("SELECT count(*) FROM turns"));
        Assert.Equal(TestDatabase.Scalar(fixture.Source, "SELECT sum(length(text)) FROM turns"), fixture.Ask("SELECT sum(length(text))::bigint FROM turns"));
        Assert.Equal(
            ["Preflight", "Plan", "Tables", "Copy", "Keys", "Indexes", "ForeignKeys", "Validate", "Sequences", "Views", "Analyze", "Proof", "Commit"],
            migration.Phases.Select(p => p.Name));
        // The statistics are there, and the unique index.
        Assert.Equal(3000f, fixture.Ask("SELECT reltuples FROM pg_class WHERE relname = 'turns'"));
        Assert.Equal(true, fixture.Ask("SELECT indisunique FROM pg_index WHERE indexrelid = 'idx_turns_fingerprint'::regclass"));
    }

    [Fact]
    public async Task M36_A_virtual_table_with_rows_of_its_own_stops_the_migration_even_where_it_was_empty_when_the_plan_was_made()
    {
        using MigrationFixture fixture = new MigrationFixture().With(
            "CREATE TABLE note_content(id INTEGER PRIMARY KEY, body TEXT); INSERT INTO note_content VALUES (1, 'kept');" +
            "CREATE VIRTUAL TABLE note USING fts5(body, content='note_content', content_rowid='id'); CREATE VIRTUAL TABLE box USING rtree(id, a, b)");
        EmrMigrationPlan plan = await new MigrationPlanner(NullLoggerFactory.Instance).PlanAsync(fixture.Plan, null, default);
        fixture.With("INSERT INTO box VALUES (1, 2, 3)");

        foreach (MigrationRequest request in (MigrationRequest[])[fixture.Request, fixture.Request with { GivenPlan = plan }])
        {
            EmrSimException error = await fixture.FailAsync(request);
            Assert.Equal(ErrorCode.MigrationNotPossible, error.ErrorCode);
            Assert.Contains("'box'", error.Message);
        }

        Assert.Equal(0L, fixture.Objects);
        await fixture.PassAsync(fixture.Request with { Plan = fixture.Plan with { SkipVirtualTables = true } });
        Assert.Equal("kept", fixture.Ask("SELECT body FROM note_content"));
    }

    [Fact]
    public async Task M5_M33_Computed_columns_that_PostgreSQL_would_compute_otherwise_are_copied()
    {
        using MigrationFixture fixture = new MigrationFixture().With(
            "CREATE TABLE t(id INTEGER PRIMARY KEY, a FLOATING POINT, half REAL AS (a / 2) STORED, r REAL, zero REAL AS (r - r) STORED, b BOOLEAN, word TEXT AS (iif(b, 'on', 'off')));" +
            "INSERT INTO t(a, r, b) VALUES (5, 9e999, 'true'), (7, 1.5, 'false')");

        await fixture.PassAsync();

        Assert.Equal("2/NULL/off 3/0/off", fixture.Ask("SELECT string_agg(concat_ws('/', half, coalesce(zero::text, 'NULL'), word), ' ' ORDER BY id) FROM t"));
    }

    [Fact]
    public async Task M12_M16_Texts_arrive_byte_for_byte_and_NULL_empty_text_and_empty_blob_stay_three_things()
    {
        using MigrationFixture fixture = new MigrationFixture().With(
            "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b BLOB); INSERT INTO t(a, b) VALUES " +
            "('2025-01-01', NULL), ('\\N', x''), ('\\.', x'00'), (char(9) || char(13) || char(10) || '''', x'ff'), ('🩺e' || char(769), NULL), (char(65279) || 'x ', NULL), ('', x''), (NULL, NULL)");

        await fixture.PassAsync();

        foreach (int id in Enumerable.Range(1, 8))
        {
            Assert.Equal(
                TestDatabase.Scalar(fixture.Source, $"SELECT iif(a IS NULL, 'null', lower(hex(a))) || '/' || iif(b IS NULL, 'null', lower(hex(b))) FROM t WHERE id = {id}"),
                fixture.Ask($"SELECT coalesce(encode(convert_to(a, 'UTF8'), 'hex'), 'null') || '/' || coalesce(encode(b, 'hex'), 'null') FROM t WHERE id = {id}"));
        }
    }

    [Fact]
    public async Task M1_M2_M3_Numbers_arrive_with_all_their_bits()
    {
        using MigrationFixture fixture = new MigrationFixture().With(
            "CREATE TABLE t(id INTEGER PRIMARY KEY, i INTEGER, r REAL); INSERT INTO t(i, r) VALUES " +
            "(9007199254740993, 0.1 + 0.2), (9223372036854775807, 5e-324), (-9223372036854775808, 1.7976931348623157e308), (0, 9e999), (1, -9e999), (NULL, 9223372036854775808.0)");

        await fixture.PassAsync();

        Assert.Equal(9007199254740993L, fixture.Ask("SELECT i FROM t WHERE id = 1"));
        Assert.Equal(0.1 + 0.2, fixture.Ask("SELECT r FROM t WHERE id = 1"));
        Assert.Equal(long.MaxValue, fixture.Ask("SELECT i FROM t WHERE id = 2"));
        Assert.Equal(double.Epsilon, fixture.Ask("SELECT r FROM t WHERE id = 2"));
        Assert.Equal(long.MinValue, fixture.Ask("SELECT i FROM t WHERE id = 3"));
        Assert.Equal(double.PositiveInfinity, fixture.Ask("SELECT r FROM t WHERE id = 4"));
        Assert.Equal(9223372036854775808.0, fixture.Ask("SELECT r FROM t WHERE id = 6"));
    }

    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("Pacific/Apia")]
    [InlineData("America/New_York")]
    public void M10_Both_forms_of_time_of_one_column_become_one_instant_each_whatever_the_zone(string zone)
    {
        using MigrationFixture fixture = new MigrationFixture().With(
            "CREATE TABLE t(id INTEGER PRIMARY KEY, at DATETIME); INSERT INTO t(at) VALUES ('2025-03-30 02:30:00'), ('2025-03-30T02:30:00.000Z'), ('2025-03-30T04:30:00+02:00')");
        fixture.Ask($"ALTER ROLE CURRENT_USER SET TimeZone TO '{zone}'");
        using (OtherProcess migration = OtherProcess.StartIn(new Dictionary<string, string> { ["TZ"] = zone }, "migrate", fixture.Source, fixture.Connection))
        {
            while (migration.ReadLine() is { } line && line != "Passed") Assert.NotEqual(nameof(ErrorCode.InternalError), line);
        }

        Assert.Equal("2025-03-30 02:30:00", fixture.Ask("SELECT string_agg(DISTINCT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), ',') FROM t"));
    }

    [Theory]
    [InlineData("INTEGER PRIMARY KEY AUTOINCREMENT", "INSERT INTO t(id) VALUES (100); DELETE FROM t", 101L)]
    [InlineData("INTEGER PRIMARY KEY AUTOINCREMENT", "", 1L)]
    [InlineData("INTEGER PRIMARY KEY", "INSERT INTO t(id) VALUES (100); DELETE FROM t", 1L)]
    [InlineData("INTEGER PRIMARY KEY", "INSERT INTO t(id) VALUES (7)", 8L)]
    [InlineData("INTEGER PRIMARY KEY", "INSERT INTO t(id) VALUES (-7)", 1L)]
    public async Task M21_M22_The_next_number_is_the_one_that_SQLite_would_give(string declared, string sql, long next)
    {
        using MigrationFixture fixture = new MigrationFixture().With($"CREATE TABLE t(id {declared}, x TEXT); {sql}");

        await fixture.PassAsync();

        Assert.Equal(next, fixture.Ask("INSERT INTO t(x) VALUES ('new') RETURNING id"));
        Assert.Equal(500L, fixture.Ask("INSERT INTO t(id, x) VALUES (500, 'with an id') RETURNING id"));
    }

    [Fact]
    public async Task M40_Rows_that_are_written_meanwhile_are_not_in_it()
    {
        using MigrationFixture fixture = new MigrationFixture().With("PRAGMA journal_mode=WAL; CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)");
        var writing = new Writes(() => TestDatabase.Run(fixture.Source, "INSERT INTO t DEFAULT VALUES"));

        MigrationResult result = await fixture.RunAsync(progress: writing);

        Assert.True(writing.Count > 1);
        Assert.Equal(EmrOutcome.Passed, result.Migration.Outcome);
        Assert.InRange(result.Migration.Tables.Single().TargetRows, 1, writing.Count);
    }

    [Fact]
    public async Task M42_A_schema_that_holds_anything_is_refused_and_stays_as_it_is()
    {
        using MigrationFixture fixture = new MigrationFixture().With("CREATE TABLE t(id INTEGER PRIMARY KEY)");
        fixture.Ask("CREATE TABLE theirs(id int); INSERT INTO theirs VALUES (1)");
        long before = fixture.Objects;

        EmrSimException error = await fixture.FailAsync();

        Assert.Equal(ErrorCode.TargetNotEmpty, error.ErrorCode);
        Assert.Contains("theirs", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, fixture.Objects);
        Assert.Equal(1L, fixture.Ask("SELECT count(*) FROM theirs"));
    }

    [Fact]
    public async Task M44_A_second_run_after_success_is_refused()
    {
        using MigrationFixture fixture = new MigrationFixture().With("CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)");
        await fixture.PassAsync();

        Assert.Equal(ErrorCode.TargetNotEmpty, (await fixture.FailAsync()).ErrorCode);
        Assert.Equal(1L, fixture.Ask("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task M44_Two_runs_at_once_do_not_mix()
    {
        using MigrationFixture fixture = new MigrationFixture().With(
            "CREATE TABLE t(id INTEGER PRIMARY KEY, x TEXT); INSERT INTO t(x) WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 20000) SELECT hex(randomblob(100)) FROM c");

        Task<MigrationResult>[] runs = [fixture.RunAsync(), fixture.RunAsync()];
        ErrorCode[] errors = [.. (await Task.WhenAll(runs.Select(Outcome))).OfType<ErrorCode>()];

        Assert.Contains(Assert.Single(errors), new[] { ErrorCode.TargetLocked, ErrorCode.TargetNotEmpty });
        Assert.Equal(20000L, fixture.Ask("SELECT count(*) FROM t"));

        static async Task<ErrorCode?> Outcome(Task<MigrationResult> run)
        {
            try
            {
                await run;
                return null;
            }
            catch (EmrSimException e)
            {
                return e.ErrorCode;
            }
        }
    }

    [Fact]
    public async Task M52_A_rehearsal_has_the_hash_of_the_real_run_and_leaves_nothing()
    {
        using MigrationFixture fixture = new MigrationFixture().With("CREATE TABLE t(id INTEGER PRIMARY KEY, x TEXT); INSERT INTO t VALUES (1, 'a')");
        long before = fixture.Objects;

        EmrMigration rehearsed = await fixture.PassAsync(fixture.Request with { Rehearse = true });

        Assert.True(rehearsed.Rehearsal);
        Assert.Equal(before, fixture.Objects);
        fixture.With("INSERT INTO t VALUES (2, 'b')");
        EmrMigration real = await fixture.PassAsync(fixture.Request with { GivenPlan = rehearsed.Plan });
        Assert.Equal(rehearsed.Plan.Hash, real.Plan.Hash);
        Assert.Equal(2, real.Tables.Single().TargetRows);
        Assert.Equal(rehearsed.Plan.Hash, (await fixture.PassAsync(fixture.Request with { Rehearse = true, Plan = fixture.Plan with { Schema = "other" } })).Plan.Hash);
    }

    [Fact]
    public async Task M52_A_source_whose_schema_is_not_that_of_the_plan_is_refused()
    {
        using MigrationFixture fixture = new MigrationFixture().With("CREATE TABLE t(id INTEGER PRIMARY KEY)");
        EmrMigration rehearsed = await fixture.PassAsync(fixture.Request with { Rehearse = true });
        fixture.With("ALTER TABLE t ADD COLUMN more TEXT");

        Assert.Equal(ErrorCode.PlanOutdated, (await fixture.FailAsync(fixture.Request with { GivenPlan = rehearsed.Plan })).ErrorCode);
    }

    [Theory]
    [InlineData(EmrMapping.Faithful)]
    [InlineData(EmrMapping.Idiomatic)]
    public async Task M26_M28_M33_M39_The_schema_that_the_team_plans_arrives_whole_with_messages_by_month(EmrMapping mapping)
    {
        using MigrationFixture fixture = new MigrationFixture().With(
            PlannerTests.Planned + "INSERT INTO messages(id, conversation_id, role, content, tokens, created_at) WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) " +
            "SELECT i, 'c1', 'user', hex(randomblob(i % 50)), i, datetime('2024-01-15', '+' || (i % 600) || ' days') FROM n");
        MigrationPlanRequest plan = fixture.Plan with { Mapping = mapping, PartitionBy = new Dictionary<string, string> { ["messages"] = "created_at:month" } };

        await fixture.PassAsync(fixture.Request with { Plan = plan });

        Assert.Equal(2993L, fixture.Ask("SELECT count(*) FROM messages"));
        Assert.Equal(0L, fixture.Ask("SELECT count(*) FROM messages WHERE tableoid <> ('messages_' || to_char(created_at AT TIME ZONE 'UTC', 'YYYY_MM'))::regclass"));
        Assert.Equal("M-1/1", fixture.Ask("SELECT label FROM patient_records"));
        CompareResult compared = await new CompareEngine(NullLoggerFactory.Instance).CompareAsync(
            new CompareRequest(CompareSource.Sqlite(fixture.Source), CompareFixture.Source(fixture.Database)), null, default);
        Assert.Empty(compared.Differences);
    }

    [Fact]
    public async Task M48_A_thousand_tables_with_and_without_rows_arrive()
    {
        using MigrationFixture fixture = new MigrationFixture().With(
            "BEGIN;" + string.Concat(Enumerable.Range(0, 1000).Select(i => $"CREATE TABLE t{i}(id INTEGER PRIMARY KEY, x TEXT);" + (i % 2 == 0 ? "" : $"INSERT INTO t{i}(x) VALUES ('{i}');"))) + "COMMIT");

        EmrMigration migration = await fixture.PassAsync();

        Assert.Equal(1000, migration.Tables.Count);
        Assert.Equal(500, migration.Tables.Sum(t => t.TargetRows));
        Assert.Equal("999", fixture.Ask("SELECT x FROM t999"));
    }

    [Fact]
    public async Task M6_M7_Nothing_is_cut_and_no_space_is_added_or_taken()
    {
        using MigrationFixture fixture = new MigrationFixture().With("CREATE TABLE t(a VARCHAR(3), b CHAR(5), c CHAR(2)); INSERT INTO t VALUES ('longer', 'ab ', 'de'), ('abc', 'abcde', 'fg')");

        await fixture.PassAsync();

        Assert.Equal("[longer][ab ][de],[abc][abcde][fg]", fixture.Ask("SELECT string_agg('[' || a || '][' || b || '][' || c || ']', ',' ORDER BY a COLLATE \"C\" DESC) FROM t"));
    }

    [Fact]
    public async Task M52_A_plan_of_which_something_was_taken_out_is_refused()
    {
        using MigrationFixture fixture = new MigrationFixture().With("CREATE TABLE a(id INTEGER PRIMARY KEY); CREATE TABLE b(id INTEGER PRIMARY KEY); INSERT INTO b VALUES (1)");
        EmrMigration rehearsed = await fixture.PassAsync(fixture.Request with { Rehearse = true });

        Assert.Equal(ErrorCode.PlanChanged, (await fixture.FailAsync(fixture.Request with { GivenPlan = rehearsed.Plan with { Tables = [rehearsed.Plan.Tables[0]] } })).ErrorCode);
    }

    [Fact]
    public async Task M43_Functions_and_operators_that_somebody_made_in_the_schema_are_not_taken_for_those_of_PostgreSQL()
    {
        using MigrationFixture fixture = new MigrationFixture().With(
            "CREATE TABLE t(id INTEGER PRIMARY KEY, email TEXT COLLATE NOCASE UNIQUE, age INTEGER CHECK (age > 5)); INSERT INTO t VALUES (1, 'A', 6)");
        fixture.Database.RunAsSuperuser(
            "CREATE FUNCTION public.lower(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''x''::text'; CREATE FUNCTION public.yes(bigint, int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true';" +
            "CREATE OPERATOR public.> (FUNCTION = public.yes, LEFTARG = bigint, RIGHTARG = int)");

        await fixture.PassAsync();

        Assert.Equal(0L, fixture.Ask("SELECT count(*) FROM pg_depend WHERE refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass) AND classid IN ('pg_class'::regclass, 'pg_constraint'::regclass) AND refobjid >= 16384"));
        using MigrationFixture alike = new MigrationFixture().With("CREATE TABLE pg_user(id INTEGER PRIMARY KEY)");
        alike.Database.RunAsSuperuser("CREATE FUNCTION public.lower(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''x''::text'");
        Assert.Equal(ErrorCode.TargetNotEmpty, (await alike.FailAsync()).ErrorCode);
        alike.Database.RunAsSuperuser("DROP FUNCTION public.lower(text)");
        await alike.PassAsync();
        Assert.Equal(0L, alike.Ask("SELECT count(*) FROM public.pg_user"));
    }

    [Fact]
    public async Task A_source_that_is_damaged_after_the_plan_was_made_is_said_to_be_damaged()
    {
        using MigrationFixture fixture = new MigrationFixture().With(
            "CREATE TABLE t(id INTEGER PRIMARY KEY, x TEXT); INSERT INTO t(x) WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 2000) SELECT hex(randomblob(50)) FROM c");
        EmrMigration rehearsed = await fixture.PassAsync(fixture.Request with { Rehearse = true });
        using (FileStream file = File.OpenWrite(fixture.Source))
        {
            file.Position = file.Length - 4096;
            file.Write(new byte[4096]);
        }

        Assert.Equal(ErrorCode.SourceCorrupt, (await fixture.FailAsync(fixture.Request with { GivenPlan = rehearsed.Plan })).ErrorCode);
    }

    private sealed class Writes(Action write) : IProgress<EmrSim.Core.Progress.OperationProgress>
    {
        public int Count { get; private set; } = 1;

        public void Report(EmrSim.Core.Progress.OperationProgress value)
        {
            write();
            Count++;
        }
    }

    [Fact]
    public async Task A_plan_stays_true_when_the_statistics_of_the_source_come_or_go()
    {
        using MigrationFixture fixture = new MigrationFixture().With("CREATE TABLE t(id INTEGER PRIMARY KEY, x TEXT); CREATE INDEX i ON t(x); INSERT INTO t VALUES (1, 'a')");
        EmrMigrationPlan before = (await fixture.PassAsync(fixture.Request with { Rehearse = true })).Plan;
        fixture.With("ANALYZE");

        EmrMigrationPlan after = (await fixture.PassAsync(fixture.Request with { Rehearse = true })).Plan;

        Assert.Equal(before.Hash, after.Hash);
        await fixture.PassAsync(fixture.Request with { GivenPlan = before });
    }
}
