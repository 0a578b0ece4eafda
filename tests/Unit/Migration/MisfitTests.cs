using System.Diagnostics;
using EmrSim.Core.Migration;
using EmrSim.Core.Migration.Planning;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Migration;

/// <summary>Values that do not fit: named, left out, made NULL, or given a wider type, as was asked for.</summary>
[NotUnderWine("PostgreSQL runs on Linux there")]
public sealed class MisfitTests
{
    private const string Mixed = "CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER, x TEXT); INSERT INTO t VALUES (1, 5, 'a'), (2, 'abc', 'b'), (3, NULL, 'c');";

    [Fact]
    public async Task M5_By_default_the_first_one_is_named_with_table_key_and_column_and_nothing_is_made()
    {
        using MigrationFixture fixture = new MigrationFixture().With(Mixed);
        long before = fixture.Objects;

        EmrSimException error = await fixture.FailAsync();

        Assert.Equal(ErrorCode.MigrationNotPossible, error.ErrorCode);
        Assert.Contains("t.n", error.Message, StringComparison.Ordinal);
        Assert.Contains("id=2", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, fixture.Objects);
    }

    [Fact]
    public async Task M5_M45_One_that_came_after_the_plan_was_made_is_named_too()
    {
        using MigrationFixture fixture = new MigrationFixture().With("CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, 5)");
        EmrMigration rehearsed = await fixture.PassAsync(fixture.Request with { Rehearse = true });
        fixture.With("INSERT INTO t VALUES (2, 'abc')");
        long before = fixture.Objects;

        EmrSimException error = await fixture.FailAsync(fixture.Request with { GivenPlan = rehearsed.Plan });

        Assert.Equal(ErrorCode.ValueDoesNotFit, error.ErrorCode);
        Assert.Contains("'t' the row id=2 has in 'n' (bigint)", error.Message, StringComparison.Ordinal);
        Assert.Contains("abc", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, fixture.Objects);
    }

    [Fact]
    public async Task M45_Rejected_rows_are_left_out_and_can_be_loaded_once_they_are_corrected()
    {
        using MigrationFixture fixture = new MigrationFixture().With(Mixed);
        string file = fixture.Folder.File("rejects.sql");

        MigrationResult result = await fixture.RunAsync(fixture.Request with { Plan = fixture.Plan with { OnMisfit = EmrMisfitAction.Reject }, RejectPath = file });

        Assert.Equal(ErrorCode.RowsRejected, result.Error!.ErrorCode);
        Assert.Equal(EmrOutcome.Inconclusive, result.Migration.Outcome);
        Assert.Equal(file, result.Migration.RejectPath);
        EmrMigrationTableResult table = result.Migration.Tables.Single();
        Assert.Equal((3, 2, 1, true), (table.SourceRows, table.TargetRows, table.Rejected, table.Equal));
        string script = File.ReadAllText(file);
        Assert.Contains("-- id=2: n is no integer", script, StringComparison.Ordinal);
        Assert.NotEqual("", Psql(fixture, file));
        File.WriteAllText(file, script.Replace("correct_this('abc')", "7", StringComparison.Ordinal));
        Assert.Equal("", Psql(fixture, file));
        Assert.Equal("5,7,", fixture.Ask("SELECT string_agg(coalesce(n::text, ''), ',' ORDER BY id) FROM t"));
    }

    [Fact]
    public async Task M5_Values_that_become_NULL_can_be_given_back_once_they_are_corrected()
    {
        using MigrationFixture fixture = new MigrationFixture().With(Mixed);
        string file = fixture.Folder.File("rejects.sql");

        MigrationResult result = await fixture.RunAsync(fixture.Request with { Plan = fixture.Plan with { OnMisfit = EmrMisfitAction.Null }, RejectPath = file });

        Assert.Equal(ErrorCode.RowsRejected, result.Error!.ErrorCode);
        Assert.Equal(",,5", fixture.Ask("SELECT string_agg(coalesce(n::text, ''), ',' ORDER BY id DESC) FROM t"));
        File.WriteAllText(file, File.ReadAllText(file).Replace("correct_this('abc')", "7", StringComparison.Ordinal));
        Assert.Equal("", Psql(fixture, file));
        Assert.Equal(7L, fixture.Ask("SELECT n FROM t WHERE id = 2"));
    }

    [Fact]
    public async Task M5_A_widened_column_holds_all_its_values()
    {
        using MigrationFixture fixture = new MigrationFixture().With(Mixed);

        await fixture.PassAsync(fixture.Request with { Plan = fixture.Plan with { OnMisfit = EmrMisfitAction.Widen } });

        Assert.Equal("5,abc,", fixture.Ask("SELECT string_agg(coalesce(n, ''), ',' ORDER BY id) FROM t"));
    }

    [Fact]
    public async Task M45_More_rejects_than_are_allowed_stop_it()
    {
        using MigrationFixture fixture = new MigrationFixture().With(Mixed + "INSERT INTO t VALUES (4, 'more', 'd')");

        EmrSimException error = await fixture.FailAsync(fixture.Request with { Plan = fixture.Plan with { OnMisfit = EmrMisfitAction.Reject }, MaximumRejects = 1 });

        Assert.Equal(ErrorCode.TooManyRejects, error.ErrorCode);
        Assert.DoesNotContain(fixture.Folder.Files(), f => f.Contains("rejects", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("CAST(x'610062' AS TEXT)", "U+0000 at byte 1")]
    [InlineData("CAST(x'61ff' AS TEXT)", "no UTF-8 from byte 1")]
    public async Task M13_M14_A_text_that_PostgreSQL_cannot_hold_is_named_with_its_byte(string text, string reason)
    {
        using MigrationFixture fixture = new MigrationFixture().With($"CREATE TABLE t(id TEXT PRIMARY KEY NOT NULL, x TEXT); INSERT INTO t VALUES ('k1', 'fine'), ('k2', {text})");

        EmrSimException stopped = await fixture.FailAsync();
        Assert.Contains("k2", stopped.Message, StringComparison.Ordinal);

        MigrationResult result = await fixture.RunAsync(fixture.Request with { Plan = fixture.Plan with { OnMisfit = EmrMisfitAction.Reject } });
        Assert.Contains(reason, File.ReadAllText(result.Migration.RejectPath!), StringComparison.Ordinal);
        Assert.Equal(1L, fixture.Ask("SELECT count(*) FROM t"));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(result.Migration.RejectPath!));
    }

    [Fact]
    public async Task M45_What_fits_of_a_rejected_row_is_loaded_as_it_would_have_been_copied_whatever_the_zone_of_who_loads_it()
    {
        using MigrationFixture fixture = new MigrationFixture().With(
            "CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER, at DATETIME, ms DATETIME, ok BOOLEAN, r REAL, b BLOB, d NUMERIC(8, 2), z \"TIMESTAMP WITHOUT TIME ZONE\", w REAL); INSERT INTO t VALUES " +
            "(1, 1, '2025-07-01 12:00:00', 1751371200123, 1, 0.5, x'00', 1.5, '2025-01-01T10:00:00+02:00', 1), (2, 'bad', '2025-07-01 12:00:00', 1751371200123, 0, 9e999, x'00ff', 2, '2025-01-01T10:00:00+02:00', 1152921504606846976)");
        string file = fixture.Folder.File("rejects.sql");
        MigrationPlanRequest plan = fixture.Plan with { OnMisfit = EmrMisfitAction.Reject, TypeMap = new Dictionary<string, string> { ["t.w"] = "numeric" } };
        await fixture.RunAsync(fixture.Request with { Plan = plan, RejectPath = file });
        File.WriteAllText(file, File.ReadAllText(file).Replace("correct_this('bad')", "2", StringComparison.Ordinal));

        Assert.Equal("", Psql(fixture, file, "America/New_York"));

        Assert.Equal(
            "2025-07-01 12:00:00/2025-07-01 12:00:00.123/false/Infinity/\\x00ff/2.00/2025-01-01 08:00:00/1152921504606846976",
            fixture.Ask("SELECT concat_ws('/', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), to_char(ms AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS'), ok::text, r, b, d, to_char(z, 'YYYY-MM-DD HH24:MI:SS'), w) FROM t WHERE id = 2"));
    }

    [Fact]
    public async Task M5_A_value_whose_row_is_no_longer_there_stops_the_file()
    {
        using MigrationFixture fixture = new MigrationFixture().With(Mixed);
        string file = fixture.Folder.File("rejects.sql");
        await fixture.RunAsync(fixture.Request with { Plan = fixture.Plan with { OnMisfit = EmrMisfitAction.Null }, RejectPath = file });
        fixture.Ask("DELETE FROM t WHERE id = 2");
        File.WriteAllText(file, File.ReadAllText(file).Replace("correct_this('abc')", "7", StringComparison.Ordinal));

        Assert.Contains("division by zero", Psql(fixture, file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("app.db")]
    [InlineData("app.db-wal")]
    [InlineData("old.sql")]
    public async Task M45_Rejects_replace_no_file(string name)
    {
        using MigrationFixture fixture = new MigrationFixture().With(Mixed);
        File.WriteAllText(fixture.Folder.File("old.sql"), "rows of another run");
        string before = fixture.SourceState.Digest;

        EmrSimException error = await fixture.FailAsync(fixture.Request with { Plan = fixture.Plan with { OnMisfit = EmrMisfitAction.Reject }, RejectPath = fixture.Folder.File(name) });

        Assert.Equal(ErrorCode.TargetExists, error.ErrorCode);
        Assert.Equal(before, fixture.SourceState.Digest);
        Assert.Equal("rows of another run", File.ReadAllText(fixture.Folder.File("old.sql")));
    }

    [Fact]
    public async Task M45_A_disk_that_is_full_of_rejects_stops_it_and_keeps_none_of_them()
    {
        using MigrationFixture fixture = new MigrationFixture().With(
            "CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t(n) WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 2000) SELECT hex(randomblob(1000)) FROM c");
        using SmallDisk disk = SmallDisk.Mount(fixture.Folder.File("small"), 1);

        EmrSimException error = await fixture.FailAsync(
            fixture.Request with { Plan = fixture.Plan with { OnMisfit = EmrMisfitAction.Reject }, RejectPath = Path.Combine(disk.Path, "rejects.sql") });

        Assert.Equal(ErrorCode.DiskFull, error.ErrorCode);
        Assert.Empty(Directory.GetFiles(disk.Path));
    }

    [Fact]
    public async Task M11_A_second_among_milliseconds_is_named_and_not_a_day_of_1970()
    {
        using MigrationFixture fixture = new MigrationFixture().With("CREATE TABLE t(id INTEGER PRIMARY KEY, ts DATETIME); INSERT INTO t(ts) VALUES (1700000000123), (1700000001123)");
        EmrMigration rehearsed = await fixture.PassAsync(fixture.Request with { Rehearse = true });
        fixture.With("INSERT INTO t(ts) VALUES (1700000003)");

        EmrSimException error = await fixture.FailAsync(fixture.Request with { GivenPlan = rehearsed.Plan });

        Assert.Equal(ErrorCode.ValueDoesNotFit, error.ErrorCode);
        Assert.Contains("milliseconds", error.Message, StringComparison.Ordinal);
        MigrationResult result = await fixture.RunAsync(
            fixture.Request with { Plan = fixture.Plan with { OnMisfit = EmrMisfitAction.Reject, TypeMap = new Dictionary<string, string> { ["t.ts"] = "timestamptz" } } });
        Assert.Equal((3, 2, 1), result.Migration.Tables.Select(t => (t.SourceRows, t.TargetRows, t.Rejected)).Single());
    }

    [Theory]
    [InlineData("BLOB", "x'616263'", "'abc'", EmrMisfitAction.Widen)]
    [InlineData("TEXT", "'abc'", "x'616263'", EmrMisfitAction.Widen)]
    [InlineData("BOOLEAN", "1", "'true'", EmrMisfitAction.Stop)]
    [InlineData("INTEGER", "1", "'x'", EmrMisfitAction.Widen)]
    public async Task M15_A_class_that_was_not_there_when_the_plan_was_made_is_named(string declared, string planned, string later, EmrMisfitAction action)
    {
        using MigrationFixture fixture = new MigrationFixture().With($"CREATE TABLE t(id INTEGER PRIMARY KEY, x {declared}); INSERT INTO t(x) VALUES ({planned})");
        MigrationRequest request = fixture.Request with { Plan = fixture.Plan with { OnMisfit = action } };
        EmrMigration rehearsed = await fixture.PassAsync(request with { Rehearse = true });
        fixture.With($"INSERT INTO t(x) VALUES ({later})");

        EmrSimException error = await fixture.FailAsync(request with { GivenPlan = rehearsed.Plan });

        Assert.Equal(ErrorCode.ValueDoesNotFit, error.ErrorCode);
        Assert.Contains("the column held none when the plan was made", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task M33_A_row_whose_computed_columns_would_be_others_is_left_out_as_a_whole()
    {
        using MigrationFixture fixture = new MigrationFixture().With("CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER, m INTEGER AS (n + 1)); INSERT INTO t(n) VALUES (1), (70000)");

        MigrationResult result = await fixture.RunAsync(
            fixture.Request with { Plan = fixture.Plan with { OnMisfit = EmrMisfitAction.Null, TypeMap = new Dictionary<string, string> { ["t.n"] = "smallint" } } });

        Assert.Equal(ErrorCode.RowsRejected, result.Error!.ErrorCode);
        Assert.Equal((2, 1, 1), result.Migration.Tables.Select(t => (t.SourceRows, t.TargetRows, t.Rejected)).Single());
    }

    [Fact]
    public async Task M45_A_row_that_PostgreSQL_refuses_is_named()
    {
        using MigrationFixture fixture = new MigrationFixture().With("CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER CHECK (n > 0)); INSERT INTO t(n) VALUES (1), (2)");
        EmrMigration rehearsed = await fixture.PassAsync(fixture.Request with { Rehearse = true });
        fixture.With("PRAGMA ignore_check_constraints = ON; INSERT INTO t(id, n) VALUES (17, -1), (18, 1)");

        EmrSimException error = await fixture.FailAsync(fixture.Request with { GivenPlan = rehearsed.Plan });

        Assert.Contains("the row id=17 of 't'", error.Message, StringComparison.Ordinal);
    }

    // What psql says on its error stream; nothing where it has run all of the file.
    private static string Psql(MigrationFixture fixture, string file, string zone = "UTC")
    {
        using Process process = Process.Start(
            new ProcessStartInfo(ExternalTool.Require("psql"), ["-qX", fixture.Database.Uri, "-f", file]) { RedirectStandardError = true, Environment = { ["PGTZ"] = zone } })!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(process.ExitCode == 0, errors.Length == 0);
        return errors;
    }

    [Fact]
    public async Task Rejected_rows_that_others_refer_to_stop_it_before_anything_is_copied()
    {
        using MigrationFixture fixture = new MigrationFixture().With(
            "CREATE TABLE p(id INTEGER PRIMARY KEY, n INTEGER); CREATE TABLE c(id INTEGER PRIMARY KEY, p INTEGER REFERENCES p); " +
            "INSERT INTO p VALUES (1, 5), (2, 'abc'), (3, 'def'); INSERT INTO c VALUES (1, 1), (2, 2)");
        MigrationRequest request = fixture.Request with { Plan = fixture.Plan with { OnMisfit = EmrMisfitAction.Reject } };

        EmrSimException error = await fixture.FailAsync(request);

        Assert.Equal(ErrorCode.MigrationNotPossible, error.ErrorCode);
        Assert.Contains("id=2", error.Message, StringComparison.Ordinal);
        fixture.With("UPDATE c SET p = 1");
        Assert.Equal(ErrorCode.RowsRejected, (await fixture.RunAsync(request)).Error!.ErrorCode);
        Assert.Equal(2L, fixture.Ask("SELECT count(*) FROM c"));
    }
}
