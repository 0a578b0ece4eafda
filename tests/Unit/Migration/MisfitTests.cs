using System.Diagnostics;
using EmrSim.Core.Migration;
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
        File.WriteAllText(file, script.Replace("'abc'", "7", StringComparison.Ordinal));
        Psql(fixture, file);
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
        File.WriteAllText(file, File.ReadAllText(file).Replace("'abc'", "7", StringComparison.Ordinal));
        Psql(fixture, file);
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

    private static void Psql(MigrationFixture fixture, string file)
    {
        using Process process = Process.Start(new ProcessStartInfo(ExternalTool.Require("psql"), ["-qX", fixture.Database.Uri, "-f", file]) { RedirectStandardError = true })!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
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
