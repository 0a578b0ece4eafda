using System.Management.Automation;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Commands;

/// <summary>The cmdlets of schedules and runbooks. Nothing is registered with this machine; tests of the engine do that in folders of their own.</summary>
public sealed class ScheduleCommandTests : IDisposable
{
    private readonly CommandFolder _folder = new();

    public ScheduleCommandTests() => _folder.MakeDatabases("app.db", "it's [odd].db");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("TaskScheduler", "nightly.ps1 nightly.xml README.txt")]
    [InlineData("Systemd", "README.txt emrsim-nightly.service emrsim-nightly.timer nightly.ps1")]
    [InlineData("Cron", "README.txt emrsim-nightly nightly.ps1")]
    public void OutFile_writes_every_file_and_how_to_put_it_in_place(string scheduler, string files)
    {
        SessionResult result = _folder.Run("Register-EmrBackupSchedule app.db store -At 02:00 -Name nightly -As $args[0] -OutFile out", scheduler).ThrowOnError();

        Assert.Equal(files.Split(' ').Order(StringComparer.Ordinal), _folder.Files("out"));
        Assert.Equal(["False"], result.Values("Enabled"));
        Assert.Equal([scheduler], result.Values("As"));
        Assert.Equal(["TargetExists"], _folder.Run("Register-EmrBackupSchedule app.db store -At 02:00 -Name nightly -As $args[0] -OutFile out", scheduler).ErrorIds);
        _folder.Run("Register-EmrBackupSchedule app.db store -At 02:00 -Name nightly -As $args[0] -OutFile out -Force", scheduler).ThrowOnError();
    }

    [Theory]
    [InlineData("all.txt", "# ---- ")]
    [InlineData("one.timer", "# EmrSim backup schedule app")]
    [InlineData("deep/one.ps1", "# EmrSim backup schedule 'app'")]
    public void OutFile_as_a_file_is_one_part_or_all_to_read(string file, string start)
    {
        _folder.Run("Register-EmrBackupSchedule app.db store -At 2:00 -As Systemd -OutFile $args[0]", file).ThrowOnError();

        Assert.StartsWith(start, File.ReadAllText(_folder.File(file)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_that_was_written_runs_in_a_session_of_its_own_and_ends_with_0_or_1()
    {
        _folder.Run(
            "$args | ForEach-Object { [IO.FileInfo] $_ } | Register-EmrBackupSchedule -Destination store -At 02:00 -Name nightly -As Cron -RetryCount 0 -NoRotation -OutFile out",
            _folder.File("app.db"), _folder.File("it's [odd].db")).ThrowOnError();
        string run = $"& '{_folder.File("out", "nightly.ps1")}'; exit $LASTEXITCODE";

        ShellResult good = ShellProcess.Run(run);
        Assert.Equal(0, good.ExitCode);
        Assert.Equal(2, _folder.Files("store").Count(f => f.EndsWith(".zst", StringComparison.Ordinal)));

        File.WriteAllText(_folder.File("app.db"), "damaged");
        ShellResult bad = ShellProcess.Run(run);
        Assert.Equal(1, bad.ExitCode);
        Assert.Equal(3, _folder.Files("store").Count(f => f.EndsWith(".zst", StringComparison.Ordinal)));

        ShellResult test = ShellProcess.Run($"& '{_folder.File("out", "nightly.ps1")}' -SelfTest; exit $LASTEXITCODE");
        Assert.Equal(1, test.ExitCode);
        Assert.Contains("SelfTestFailed", test.Errors, StringComparison.Ordinal);
        Assert.Contains(test.Lines, l => l.StartsWith("Library\tPassed\t", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("25:00")]
    [InlineData("noon")]
    [InlineData("2")]
    [InlineData("([timespan] '1.00:00:00')")]
    public void What_is_no_time_of_day_is_refused_in_plain_words(string at)
    {
        SessionResult result = _folder.Run($"Register-EmrBackupSchedule app.db store -At {at} -As Cron -OutFile out");

        Assert.Equal(["ParameterArgumentTransformationError"], result.ErrorIds);
        Assert.Contains("is no time of day. Write hours and minutes from 00:00 to 23:59", result.Errors.Single().ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("out")));
    }

    [Theory]
    [InlineData("2:30")]
    [InlineData("'02:30'")]
    [InlineData("([datetime] '2026-01-01 02:30')")]
    [InlineData("([timespan] '02:30')")]
    [InlineData("([TimeOnly]::new(2, 30))")]
    public void A_time_of_day_is_taken_in_every_form_that_PowerShell_has(string at) =>
        Assert.Equal(["02:30"], _folder.Run($"(Register-EmrBackupSchedule app.db store -At {at} -As Cron -OutFile out).At.ToString('HH:mm', [cultureinfo]::InvariantCulture)").ThrowOnError().Output.Select(o => o.ToString()));

    [Fact]
    public void WhatIf_shows_every_file_and_command_and_changes_nothing()
    {
        string[] before = _folder.Files();

        ShellResult shown = ShellProcess.Run(
            $"Import-Module '{ModuleSession.ManifestPath}'; Register-EmrBackupSchedule app.db store -At 02:00 -Name emrsim-test -As Systemd -PassphraseFile none -WhatIf", _folder.Folder.FullName).ThrowOnError();

        Assert.Contains("What if: Register the schedule 'emrsim-test'.", shown.Output, StringComparison.Ordinal);
        Assert.Contains("OnCalendar=*-*-* 02:00:00", shown.Output, StringComparison.Ordinal);
        Assert.Contains("PassphraseFile = ", shown.Output, StringComparison.Ordinal);
        Assert.Contains("daemon-reload", shown.Output, StringComparison.Ordinal);
        Assert.Equal(before, _folder.Files());
        _folder.Run("Register-EmrBackupSchedule app.db store -At 02:00 -OutFile out -WhatIf; Export-EmrRunbook app.db store -OutFile r.ps1 -WhatIf").ThrowOnError();
        Assert.Equal(before, _folder.Files());
    }

    [Theory]
    [InlineData("Register-EmrBackupSchedule app.db store -At 02:00:30 -OutFile out", "InvalidArgument")]
    [InlineData("Register-EmrBackupSchedule app.db store -At 02:00 -Name 'a b' -OutFile out", "InvalidArgument")]
    [InlineData("Register-EmrBackupSchedule 'a*/app.db' store -At 02:00 -OutFile out", "InvalidArgument")]
    [InlineData("Register-EmrBackupSchedule app.db,b.db store -At 02:00 -SetName x -OutFile out", "NameNeedsOneSource")]
    [InlineData("Register-EmrBackupSchedule app.db store -At 02:00 -SetName 'a:b' -OutFile out", "InvalidSetName")]
    [InlineData("Register-EmrBackupSchedule app.db store -At 02:00 -TimeZone Nowhere -OutFile out", "InvalidArgument")]
    [InlineData("Register-EmrBackupSchedule app.db store -At 02:00 -KeepDaily 0 -KeepWeekly 0 -KeepMonthly 0 -OutFile out", "EmptyPolicy")]
    [InlineData("Register-EmrBackupSchedule app.db store -At 02:00 -PwshPath ./none -OutFile out", "SchedulerFailed")]
    [InlineData("Register-EmrBackupSchedule app.db store -At 25:00", "ParameterArgumentTransformationError|CannotConvertArgumentNoMessage")]
    [InlineData("Register-EmrBackupSchedule app.db store -At 02:00 -Passphrase x", "AmbiguousParameter|NamedParameterNotFound")]
    [InlineData("Get-EmrBackupSchedule no-such-schedule", "ScheduleNotFound")]
    [InlineData("Test-EmrBackupSchedule no-such-schedule", "ScheduleNotFound")]
    [InlineData("Unregister-EmrBackupSchedule no-such-schedule -Confirm:$false", "ScheduleNotFound")]
    [InlineData("Test-EmrBackupSchedule -Path none.db -Destination store", "SelfTestFailed")]
    [InlineData("Test-EmrBackupSchedule -Path app.db -Destination store -PassphraseFile none", "SelfTestFailed")]
    [InlineData("Test-EmrBackupSchedule -Path app.db -Destination store -Recipient age1wrong", "SelfTestFailed")]
    [InlineData("Test-EmrBackupSchedule -Path app.db -Destination store -NotifyUri ''", "SelfTestFailed")]
    [InlineData("Export-EmrRunbook app.db store -OutFile app.db", "TargetExists")]
    [InlineData("Register-EmrBackupSchedule app.db 'https://a.blob.core.windows.net/c?sv=1&sig=x' -At 02:00 -OutFile out", "InvalidDestination")]
    [InlineData("Register-EmrBackupSchedule app.db 'https://a.blob.core.windows.net/c?sv=1&sig=x' -At 02:00 -WhatIf", "InvalidDestination")]
    [InlineData("Register-EmrBackupSchedule app.db store -MirrorTo 'https://a.blob.core.windows.net/c?sv=1&sig=x' -At 02:00 -OutFile out", "InvalidDestination")]
    [InlineData("Register-EmrBackupSchedule app.db store -Recipient AGE-SECRET-KEY-1X -At 02:00 -OutFile out", "InvalidRecipient")]
    [InlineData("Register-EmrBackupSchedule app.db store -Recipient 'a passphrase' -At 02:00 -OutFile out", "InvalidRecipient")]
    [InlineData("Export-EmrRunbook app.db 'https://a.blob.core.windows.net/c?sv=1&sig=x' -OutFile out", "InvalidDestination")]
    [InlineData("Export-EmrRunbook app.db store -Recipient AGE-SECRET-KEY-1X -OutFile out", "InvalidRecipient")]
    [InlineData("Test-EmrBackupSchedule -Path app.db -Destination 'https://a.blob.core.windows.net/c?sv=1&sig=x'", "InvalidDestination")]
    public void Every_error_has_its_id(string script, string ids)
    {
        string id = Assert.Single(_folder.Run(script).ErrorIds);

        Assert.Contains(id, ids.Split('|'));
        Assert.False(Directory.Exists(_folder.File("out")));
    }

    [Fact]
    public void A_pattern_that_matches_nothing_now_lists_no_schedule_and_is_no_error() =>
        Assert.Empty(_folder.Run("Get-EmrBackupSchedule no-such-*; Get-EmrBackupSchedule no-such-* | Unregister-EmrBackupSchedule").ThrowOnError().Output);

    [Fact]
    public void Brackets_mean_themselves_and_the_self_test_reads_the_database()
    {
        SessionResult result = _folder.Run("""Test-EmrBackupSchedule -Path "it's [odd].db", '*.db' -Destination store""").ThrowOnError();

        Assert.Equal(["Library", "Database", "Database", "Destination"], result.Values("Name"));
        Assert.All(result.Values("Outcome"), o => Assert.Equal("Passed", o));
        Assert.False(Directory.Exists(_folder.File("store")));
    }

    [Fact]
    public void A_runbook_runs_in_the_engine_tests_itself_gives_backups_and_throws_when_one_fails()
    {
        _folder.Run("Export-EmrRunbook -LiteralPath app.db,\"it's [odd].db\" -Destination store -OutFile runbook.ps1").ThrowOnError();

        Assert.Empty(_folder.Run("& ./runbook.ps1 -SelfTestOnly $true").ThrowOnError().Output);
        Assert.False(Directory.Exists(_folder.File("store")));
        Assert.Equal(["app", "it's [odd]"], _folder.Run("& ./runbook.ps1").ThrowOnError().Values("Name"));

        _folder.Run("Backup-EmrDatabase -LiteralPath $args[0] other -Name app; Export-EmrRunbook -LiteralPath app.db,$args[0] -Destination other -OutFile fails.ps1", "it's [odd].db").ThrowOnError();
        SessionResult failed = _folder.Run("& ./fails.ps1");
        Assert.Contains("SetBelongsToAnotherSource", failed.Terminating!.ToString(), StringComparison.Ordinal);
        Assert.Contains(_folder.Files("other"), f => f.StartsWith("it's [odd]-", StringComparison.Ordinal));

        File.Delete(_folder.File("app.db"));
        Assert.Equal("SelfTestFailed", _folder.Run("& ./runbook.ps1 -SelfTestOnly $true").Terminating!.FullyQualifiedErrorId.Split(',')[0]);
        SessionResult one = _folder.Run("& ./runbook.ps1");
        Assert.StartsWith("2 problems: SelfTestFailed: ", one.Terminating!.ToString(), StringComparison.Ordinal);
        Assert.Contains("SourceNotFound: There is no database at", one.Terminating.ToString(), StringComparison.Ordinal);
        Assert.Single(_folder.Files("store"), f => f.StartsWith("it's [odd]-", StringComparison.Ordinal) && f.EndsWith(".zst", StringComparison.Ordinal));
    }

    [Fact]
    public void A_pattern_of_a_runbook_that_finds_nothing_fails_and_does_not_keep_the_others_from_their_backup()
    {
        _folder.Run("Export-EmrRunbook -Path none*.db,app.db,a*.db -Destination store -OutFile runbook.ps1").ThrowOnError();

        SessionResult failed = _folder.Run("& ./runbook.ps1");

        Assert.Contains($"There is no database at '{_folder.File("none*.db")}'", failed.Terminating!.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, _folder.Files("store").Count(f => f.StartsWith("app-", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_schedule_is_shown_in_six_columns()
    {
        SessionResult result = _folder.Run("Register-EmrBackupSchedule app.db store -At 02:00 -As Cron -OutFile out").ThrowOnError();

        PSObject schedule = Assert.Single(result.Output);
        Assert.Equal("app", schedule.ToString());
        Assert.Equal(_folder.File("store"), schedule.Properties["Destination"].Value);
        ShellResult shown = ShellProcess.Run(
            $"Import-Module '{ModuleSession.ManifestPath}'; Register-EmrBackupSchedule app.db store -At 02:00 -As Cron -OutFile out2", _folder.Folder.FullName).ThrowOnError();
        Assert.Matches(@"Name\s+As\s+Next run\s+Last run\s+Last result\s+Destination", shown.Output);
        Assert.Contains("not enabled", shown.Output, StringComparison.Ordinal);
    }
}
