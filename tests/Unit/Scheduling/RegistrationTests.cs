using EmrSim.Core.Files;
using EmrSim.Core.Scheduling;
using EmrSim.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace EmrSim.Tests.Scheduling;

/// <summary>What holds of every scheduler: the self-test, existing schedules, accounts, and kills.</summary>
public sealed class RegistrationTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly ScheduleFixture _machine = new();

    public RegistrationTests() => _machine.AddCron();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task A_job_script_can_be_read_by_its_owner_only()
    {
        ScheduleFixture.RequireShell();
        EmrBackupSchedule made = await _machine.RegisterAsync(_machine.Request());

        if (!OperatingSystem.IsWindows()) Assert.Equal(OwnerOnly, File.GetUnixFileMode(made.JobPath));
        Assert.False(Directory.Exists(_machine.Store));
    }

    [Fact]
    public async Task A_second_schedule_of_the_name_is_refused_and_replaced_by_force()
    {
        ScheduleFixture.RequireShell();
        await _machine.RegisterAsync(_machine.Request());
        string[] before = _machine.Folder.Files("root");

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => _machine.RegisterAsync(_machine.Request()));
        EmrBackupSchedule replaced = await _machine.RegisterAsync(_machine.Request() with { At = new TimeOnly(23, 59), Force = true });

        Assert.Equal(ErrorCode.ScheduleExists, error.ErrorCode);
        Assert.Equal(new TimeOnly(23, 59), replaced.At);
        Assert.Equal(before, _machine.Folder.Files("root"));
        Assert.Contains("\n59 23 * * * ", File.ReadAllText(replaced.Files[1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schedule_moves_from_one_scheduler_to_another_by_force()
    {
        ScheduleFixture.RequireShell();
        await _machine.RegisterAsync(_machine.Request());
        _machine.AddSystemd("ActiveState=active\\n");

        EmrBackupSchedule moved = await _machine.RegisterAsync(_machine.Request(EmrScheduler.Systemd) with { Force = true });

        Assert.Equal(EmrScheduler.Systemd, moved.As);
        Assert.False(File.Exists(_machine.Folder.File("root", "etc", "cron.d", "emrsim-nightly")));
        Assert.Equal(["nightly"], (await _machine.ListAsync()).Select(e => e.Name));
    }

    public static TheoryData<string> Faults => ["database", "pattern", "no database", "destination", "mirror", "secret", "exposed", "parameter", "module"];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_self_test_that_fails_says_what_is_wrong_and_registers_nothing(string fault)
    {
        ScheduleFixture.RequireShell();
        string secret = _machine.Folder.File("secret");
        SecretFile.WriteNew(secret, "hunter2");
        if (fault == "exposed" && !OperatingSystem.IsWindows()) File.SetUnixFileMode(secret, OwnerOnly | UnixFileMode.OtherRead);
        File.WriteAllText(_machine.Folder.File("text.db"), "no database at all");
        ScheduledBackup good = _machine.Request().Backup;
        (ScheduleRequest request, string said) = fault switch
        {
            "database" => (_machine.Request() with { Backup = good with { Sources = [new(_machine.Folder.File("none.db"), false)] } }, "none.db"),
            "pattern" => (_machine.Request() with { Backup = good with { Sources = [new(_machine.Folder.File("*.none"), true)] } }, "There is no database at"),
            "no database" => (_machine.Request() with { Backup = good with { Sources = [new(_machine.Folder.File("text.db"), false)] } }, "is not a SQLite database"),
            "destination" => (_machine.Request() with { Backup = good with { Destination = _machine.Folder.File("text.db", "x") } }, "Destination"),
            "mirror" => (_machine.Request() with { Backup = good with { MirrorTo = _machine.Folder.File("text.db", "x") } }, "Mirror"),
            "secret" => (_machine.Request() with { Backup = good with { Secrets = [new("Passphrase", _machine.Folder.File("none"), null)] } }, "Passphrase"),
            "exposed" => (_machine.Request() with { Backup = good with { Secrets = [new("Passphrase", secret, null)] } }, "chmod 600"),
            "parameter" => (_machine.Request() with { Backup = good with { CompressionLevel = 99 } }, "CompressionLevel"),
            _ => (_machine.Request() with { ModulePath = _machine.Folder.File("none.psd1") }, "none.psd1"),
        };

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => _machine.RegisterAsync(request));

        Assert.Equal(ErrorCode.SelfTestFailed, error.ErrorCode);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_machine.Folder.Files("root"));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_that_a_job_needs_is_tried_out()
    {
        string secret = _machine.Folder.File("secret");
        SecretFile.WriteNew(secret, "hunter2");
        File.WriteAllText(_machine.Folder.File("app.db-journal.txt"), "");
        ScheduledBackup backup = _machine.Request().Backup with
        {
            Sources = [new(_machine.Folder.File("*.db"), true)],
            MirrorTo = _machine.Folder.File("mirror", "deep"),
            WorkPath = _machine.Folder.File("work"),
            LogPath = _machine.Folder.File("logs", "log.json"),
            Secrets = [new("Passphrase", secret, null)],
            Recipients = ["age1one"],
        };
        var probed = new List<string>();
        var test = new SelfTest(new Microsoft.Extensions.Logging.LoggerFactory())
        {
            Hooks = new SelfTestHooks { RequireRecipient = probed.Add, ProbeStoreAsync = (url, file, _) => { probed.Add($"{url} {file}"); return Task.CompletedTask; } },
        };

        IReadOnlyList<EmrBackupCheck> checks = await test.RunAsync(
            new SelfTestRequest(backup) { NamedSecrets = new Dictionary<string, bool> { ["StoreSecret"] = true } }, TestContext.Current.CancellationToken);

        Assert.Equal(["Library", "Database", "Destination", "Mirror", "WorkPath", "LogPath", "Passphrase", "StoreSecret", "Recipient"], checks.Select(c => c.Name));
        Assert.All(checks, c => Assert.Equal(EmrOutcome.Passed, c.Outcome));
        Assert.Equal(["age1one"], probed);
        Assert.Equal(["app.db", "app.db-journal.txt", "secret"], _machine.Folder.Files().Where(f => !f.StartsWith("bin", StringComparison.Ordinal)));
        Assert.False(Directory.Exists(_machine.Folder.File("mirror")));
        Assert.Null(SelfTest.Error(checks));
    }

    [Fact]
    public async Task What_was_not_tried_out_is_Inconclusive_and_a_warning()
    {
        using var log = new ListLoggerProvider();
        using var loggers = new Microsoft.Extensions.Logging.LoggerFactory([log]);
        ScheduledBackup backup = _machine.Request().Backup with { Destination = "https://account.blob.core.windows.net/c", Recipients = ["age1wrong"] };

        IReadOnlyList<EmrBackupCheck> checks = await new SelfTest(loggers) { Hooks = new SelfTestHooks { ProbeStoreAsync = null } }.RunAsync(
            new SelfTestRequest(backup) { NamedSecrets = new Dictionary<string, bool> { ["Passphrase"] = false } }, TestContext.Current.CancellationToken);

        Assert.Equal(
            [EmrOutcome.Passed, EmrOutcome.Passed, EmrOutcome.Inconclusive, EmrOutcome.Failed, EmrOutcome.Failed], checks.Select(c => c.Outcome));
        Assert.Single(log.Events, e => e.Level == Microsoft.Extensions.Logging.LogLevel.Warning);
        EmrSimException error = SelfTest.Error(checks)!;
        Assert.Equal(ErrorCode.SelfTestFailed, error.ErrorCode);
        Assert.Contains("-Passphrase is empty", error.Message, StringComparison.Ordinal);
        Assert.Contains("age1wrong", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schedule_can_be_tested_later()
    {
        ScheduleFixture.RequireShell();
        await _machine.RegisterAsync(_machine.Request());
        IReadOnlyList<EmrBackupCheck> checks = await _machine.Engine.TestAsync("nightly", TestContext.Current.CancellationToken);
        File.Delete(_machine.Database);

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => _machine.Engine.TestAsync("nightly", TestContext.Current.CancellationToken));
        EmrSimException missing = await Assert.ThrowsAsync<EmrSimException>(() => _machine.Engine.TestAsync("none", TestContext.Current.CancellationToken));

        Assert.Equal(["Library", "Database", "Destination", "Programs"], checks.Select(c => c.Name));
        Assert.Equal(ErrorCode.SelfTestFailed, error.ErrorCode);
        Assert.Equal(ErrorCode.ScheduleNotFound, missing.ErrorCode);
    }

    [Fact]
    public async Task A_job_is_tested_as_the_account_that_will_run_it_and_is_that_accounts_own()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root" && File.Exists("/usr/sbin/runuser"), "It takes root to be somebody else.");
        _machine.Host = _machine.Host with { Programs = [.. _machine.Host.Programs, "/usr/sbin", "/usr/bin"] };
        _machine.Program("as", "");
        string pwsh = _machine.Program("pwsh", "printf 'Library\\tPassed\\t%s in %s\\n' \"$(id -un)\" \"$HOME\"; cat \"$4\" >/dev/null");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_machine.Folder.Path, File.GetUnixFileMode(_machine.Folder.Path) | UnixFileMode.OtherExecute);
        }

        EmrBackupSchedule made = await _machine.RegisterAsync(_machine.Request() with { RunAs = "nobody", PwshPath = pwsh });

        EmrBackupCheck check = Assert.Single(await _machine.Engine.TestAsync("nightly", TestContext.Current.CancellationToken));
        Assert.Equal("nobody in /nonexistent", check.Detail);
        Assert.Contains(" nobody timeout ", File.ReadAllText(made.Files[1]), StringComparison.Ordinal);
        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => _machine.RegisterAsync(_machine.Request() with { Name = "x", RunAs = "no-such-account" }));
        Assert.Equal(ErrorCode.InvalidArgument, error.ErrorCode);
    }

    [Fact]
    public async Task A_script_that_its_account_has_changed_makes_root_run_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root" && File.Exists("/usr/sbin/runuser"), "It takes root to be somebody else.");
        _machine.Host = _machine.Host with { Programs = [.. _machine.Host.Programs, "/usr/sbin", "/usr/bin"] };
        string pwsh = _machine.Program("pwsh", "printf 'Library\\tPassed\\t\\n'");
        File.Delete(_machine.Folder.File("bin", "stat"));
        string ran = _machine.Folder.File("ran");
        string trap = _machine.Program("trap", $"id -un > '{ran}'");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_machine.Folder.Path, File.GetUnixFileMode(_machine.Folder.Path) | UnixFileMode.OtherExecute);
        EmrBackupSchedule made = await _machine.RegisterAsync(_machine.Request() with { RunAs = "nobody", PwshPath = pwsh });
        string script = File.ReadAllText(made.JobPath);

        // As nobody could: the file stays theirs.
        File.WriteAllText(made.JobPath, script.Replace("\"nobody\"", "\"root\"", StringComparison.Ordinal).Replace(pwsh, trap, StringComparison.Ordinal));
        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => _machine.Engine.TestAsync("nightly", TestContext.Current.CancellationToken));

        Assert.Equal(ErrorCode.AccessDenied, error.ErrorCode);
        Assert.False(File.Exists(ran));
        File.WriteAllText(made.JobPath, script);
        Assert.Single(await _machine.Engine.TestAsync("nightly", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Where_nobody_can_become_the_account_of_the_job_root_does_not_run_it_in_its_place()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "It takes root to be somebody else.");
        _machine.Program("chown", "");
        File.Delete(_machine.Folder.File("bin", "sudo"));
        string pwsh = _machine.Program("pwsh", $"id -un > '{_machine.Folder.File("ran")}'; printf 'Library\\tPassed\\t\\n'");

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => _machine.RegisterAsync(_machine.Request() with { RunAs = "nobody", PwshPath = pwsh }));

        Assert.Equal(ErrorCode.SchedulerFailed, error.ErrorCode);
        Assert.Contains("neither runuser nor sudo", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_machine.Folder.File("ran")));
    }

    [Fact]
    public async Task A_folder_that_others_can_write_to_is_no_place_for_jobs()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes are those of Unix");
        Directory.CreateDirectory(_machine.Host.JobFolder);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_machine.Host.JobFolder, (UnixFileMode)0b111_111_111);

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => _machine.RegisterAsync(_machine.Request()));

        Assert.Equal(ErrorCode.AccessDenied, error.ErrorCode);
        Assert.Contains("chmod go-w", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_another_account_is_no_place_for_jobs_of_root()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "It takes root to give a folder away.");
        Directory.CreateDirectory(_machine.Host.JobFolder);
        Give(_machine.Host.JobFolder);

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => _machine.RegisterAsync(_machine.Request()));

        Assert.Equal(ErrorCode.AccessDenied, error.ErrorCode);
        Assert.Contains($"chown root '{_machine.Host.JobFolder}'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bin", "everybody", true)]
    [InlineData("bin/pwsh", "everybody", true)]
    [InlineData("bin/pwsh", "nobody", false)]
    [InlineData("deep/lib/Some.dll", "everybody", true)]
    [InlineData("deep/lib/Some.dll", "nobody", false)]
    [InlineData("deep", "nobody", false)]
    [InlineData("link", "nobody", false)]
    [InlineData("root/etc", "everybody", true)]
    public async Task What_others_can_change_of_what_root_runs_is_warned_of_by_name(string exposed, string who, bool byMode)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells whose a file is.");
        Assert.SkipUnless(byMode || Environment.UserName == "root", "It takes root to give a file away.");
        string pwsh = _machine.Program("pwsh", "printf 'Library\\tPassed\\tx\\n'");
        Directory.CreateDirectory(_machine.Folder.File("deep", "lib"));
        File.WriteAllText(_machine.Folder.File("deep", "EmrSim.psd1"), "");
        File.WriteAllText(_machine.Folder.File("deep", "lib", "Some.dll"), "");
        File.CreateSymbolicLink(_machine.Folder.File("link"), pwsh);
        await _machine.RegisterAsync(_machine.Request() with { PwshPath = _machine.Folder.File("link"), ModulePath = _machine.Folder.File("deep", "EmrSim.psd1") });
        EmrBackupCheck before = (await _machine.Engine.TestAsync("nightly", TestContext.Current.CancellationToken))[^1];
        Assert.DoesNotContain(_machine.Log.Events, e => e.Level == Microsoft.Extensions.Logging.LogLevel.Warning);

        string path = _machine.Folder.File(exposed);
        if (byMode && !OperatingSystem.IsWindows()) File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.OtherWrite);
        else Give(path);
        EmrBackupCheck after = (await _machine.Engine.TestAsync("nightly", TestContext.Current.CancellationToken))[^1];

        Assert.Equal(("Programs", EmrOutcome.Passed), (before.Name, before.Outcome));
        Assert.Equal(("Programs", EmrOutcome.Inconclusive), (after.Name, after.Outcome));
        Assert.Contains($"'{path}' by {who}", after.Detail, StringComparison.Ordinal);
        Assert.Contains(_machine.Log.Events, e => e.Level == Microsoft.Extensions.Logging.LogLevel.Warning && e.Message.Contains($"'{path}' by {who}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_job_of_another_account_runs_is_that_accounts_own_matter()
    {
        using var machine = new ScheduleFixture(privileged: false);
        machine.Host = machine.Host with { Account = "somebody" };
        machine.AddSystemd("ActiveState=active\n");
        await machine.RegisterAsync(machine.Request(EmrScheduler.Systemd));

        IReadOnlyList<EmrBackupCheck> checks = await machine.Engine.TestAsync("nightly", TestContext.Current.CancellationToken);

        Assert.DoesNotContain("Programs", checks.Select(c => c.Name));
    }

    [Fact]
    public async Task What_a_kill_left_is_no_schedule_and_in_nobodys_way()
    {
        ScheduleFixture.RequireShell();
        SchedulePlan plan = _machine.Plan(_machine.Request());
        Directory.CreateDirectory(_machine.Host.JobFolder);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_machine.Host.JobFolder, (UnixFileMode)0b111_001_001);
        File.WriteAllText(plan.Job.Path, plan.Job.Content);
        File.WriteAllText(new JobFolder(_machine.Host).StagedPathOf("nightly"), "half a scr");
        File.WriteAllText(Path.Combine(_machine.Host.CronFolder, "emrsim-nightly.emrsim.partial"), "half a li");

        Assert.Empty(await _machine.ListAsync());
        await _machine.RegisterAsync(_machine.Request());
        Assert.Equal(["etc/cron.d/emrsim-nightly", "etc/emrsim/jobs/nightly.ps1"], _machine.Folder.Files("root"));

        File.Delete(Path.Combine(_machine.Host.CronFolder, "emrsim-nightly"));
        Assert.Empty(await _machine.ListAsync());
        await _machine.Engine.UnregisterAsync("nightly", TestContext.Current.CancellationToken);
        Assert.Empty(_machine.Folder.Files("root"));
    }

    [Fact]
    public async Task A_schedule_that_has_lost_its_script_is_an_error_and_can_be_removed()
    {
        ScheduleFixture.RequireShell();
        EmrBackupSchedule made = await _machine.RegisterAsync(_machine.Request());
        File.Delete(made.JobPath);

        ScheduleEntry entry = Assert.Single(await _machine.ListAsync());
        await _machine.Engine.UnregisterAsync("nightly", TestContext.Current.CancellationToken);

        Assert.Equal(ErrorCode.SchedulerFailed, entry.Error!.ErrorCode);
        Assert.Empty(_machine.Folder.Files("root"));
    }

    [Fact]
    public async Task A_script_that_was_not_made_by_EmrSim_is_neither_replaced_nor_removed()
    {
        Directory.CreateDirectory(_machine.Host.JobFolder);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_machine.Host.JobFolder, (UnixFileMode)0b111_001_001);
        string theirs = Path.Combine(_machine.Host.JobFolder, "nightly.ps1");
        File.WriteAllText(theirs, "'mine'");

        EmrSimException register = await Assert.ThrowsAsync<EmrSimException>(() => _machine.RegisterAsync(_machine.Request() with { Force = true }));
        EmrSimException unregister = await Assert.ThrowsAsync<EmrSimException>(() => _machine.Engine.UnregisterAsync("nightly", TestContext.Current.CancellationToken));

        Assert.Equal([ErrorCode.SchedulerFailed, ErrorCode.SchedulerFailed], [register.ErrorCode, unregister.ErrorCode]);
        Assert.Equal("'mine'", File.ReadAllText(theirs));
    }

    [Fact]
    public async Task A_machine_without_PowerShell_says_so()
    {
        EmrSimException none = await Assert.ThrowsAsync<EmrSimException>(() =>
        {
            File.Delete(_machine.Pwsh);
            return _machine.RegisterAsync(_machine.Request() with { PwshPath = null });
        });
        EmrSimException wrong = Assert.Throws<EmrSimException>(() => _machine.Plan(_machine.Request() with { PwshPath = "/none/pwsh" }));

        Assert.SkipWhen(File.Exists("/usr/bin/pwsh"), "There is one.");
        Assert.Equal([ErrorCode.SchedulerFailed, ErrorCode.SchedulerFailed], [none.ErrorCode, wrong.ErrorCode]);
        Assert.Contains("-PwshPath", none.Message, StringComparison.Ordinal);
    }

    private static void Give(string path)
    {
        using System.Diagnostics.Process chown = System.Diagnostics.Process.Start("chown", ["-h", "nobody", path]);
        chown.WaitForExit();
        Assert.Equal(0, chown.ExitCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a.b")]
    [InlineData("../a")]
    [InlineData("-a")]
    [InlineData("CON")]
    [InlineData("ü")]
    public void A_name_that_some_scheduler_would_not_take_is_refused(string name) =>
        Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<EmrSimException>(() => _machine.Plan(_machine.Request() with { Name = name })).ErrorCode);

    [Fact]
    public void Limits_that_make_no_sense_and_zones_that_do_not_exist_are_refused()
    {
        ScheduleRequest good = _machine.Request();
        ScheduleRequest[] bad =
        [
            good with { At = new TimeOnly(2, 0, 30) },
            good with { TimeLimit = TimeSpan.FromDays(1) },
            good with { RetryDelay = TimeSpan.FromSeconds(-1) },
            good with { Backup = good.Backup with { TimeZone = "Mars/Olympus" } },
            good with { Backup = good.Backup with { Sources = [] } },
        ];

        Assert.All(bad, r => Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<EmrSimException>(() => _machine.Plan(r)).ErrorCode));
        Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<EmrSimException>(() => ScheduledSource.OfPath("/a*/b.db")).ErrorCode);
        Assert.Equal(
            ErrorCode.NameNeedsOneSource,
            Assert.Throws<EmrSimException>(() => _machine.Plan(_machine.Request(EmrScheduler.Cron, "/a.db", "/b.db") with { Backup = _machine.Request(EmrScheduler.Cron, "/a.db", "/b.db").Backup with { SetName = "x" } })).ErrorCode);
    }

    [Theory]
    [InlineData("2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z")]
    [InlineData("2026-03-29T12:00:00Z", "2026-03-30T00:30:00Z")]
    [InlineData("2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z")]
    [InlineData("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z")]
    public void The_next_run_is_told_across_changes_of_the_clock(string now, string next)
    {
        var time = new FakeTimeProvider(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture));

        DateTimeOffset run = NextRun.After(time.GetUtcNow(), new TimeOnly(2, 30), TestZone.Berlin);

        Assert.Equal(DateTimeOffset.Parse(next, System.Globalization.CultureInfo.InvariantCulture), run);
    }
}
