using System.Diagnostics;
using EmrSim.Core.Scheduling;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Scheduling;

/// <summary>Units of systemd, judged by systemd's own tools.</summary>
public sealed class SystemdTests
{
    public static TheoryData<string> Nasty => NastyText.All;

    [Theory]
    [MemberData(nameof(Nasty))]
    public void Units_pass_systemd_analyze_whatever_the_paths_are_called(string text)
    {
        using var machine = new ScheduleFixture(pwshFolder: text.Trim());
        machine.AddSystemd();
        ScheduleRequest request = machine.Request(EmrScheduler.Systemd) with { RandomDelay = TimeSpan.FromMinutes(10) };

        SchedulePlan plan = machine.Plan(request with { Backup = request.Backup with { TimeZone = "Europe/Berlin" } });
        string[] units = [.. plan.Files.Select(f => Write(machine, f))];
        (int exitCode, string said) = Run("systemd-analyze", ["verify", "--man=no", .. units]);

        // It complains of a program that it does not find, so the path was read back as it was meant.
        Assert.Equal("", string.Join('\n', said.Split('\n').Where(l => l.Contains("emrsim", StringComparison.Ordinal))));
        Assert.Equal(0, exitCode);
        Assert.Contains("Persistent=true", plan.Files[1].Content, StringComparison.Ordinal);
    }

    [Fact]
    public void Systemd_analyze_does_find_a_wrong_program()
    {
        using var machine = new ScheduleFixture();
        machine.AddSystemd();
        SchedulePlan plan = machine.Plan(machine.Request(EmrScheduler.Systemd));
        string[] units = [.. plan.Files.Select(f => Write(machine, f with { Content = f.Content.Replace(machine.Pwsh, machine.Pwsh + "x", StringComparison.Ordinal) }))];

        (int exitCode, string said) = Run("systemd-analyze", ["verify", "--man=no", .. units]);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("pwshx", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "*-*-* 02:00:00")]
    [InlineData("UTC", "*-*-* 02:00:00 UTC")]
    [InlineData("Europe/Berlin", "*-*-* 02:00:00 Europe/Berlin")]
    [InlineData("W. Europe Standard Time", "*-*-* 02:00:00 Europe/Berlin")]
    public void Its_calendar_is_one_that_systemd_reads(string? zone, string expected)
    {
        if (zone is not (null or "UTC")) Wine.Cannot(TestZone.NoIana);
        using var machine = new ScheduleFixture();
        ScheduleRequest request = machine.Request(EmrScheduler.Systemd);

        string calendar = SystemdUnits.Calendar(request with { Backup = request.Backup with { TimeZone = zone } });

        Assert.Equal(expected, calendar);
        Assert.Equal(0, Run("systemd-analyze", ["calendar", calendar]).ExitCode);
    }

    [Fact]
    public void Percent_signs_dollars_and_quotes_of_arguments_are_escaped()
    {
        using var machine = new ScheduleFixture();

        string unit = SystemdUnits.Service(machine.Request(), "root", "/opt/a %h/pwsh", ["-File", "/x y/50% $HOME \"q\" \\.ps1"]);

        Assert.Contains("ExecStart=\"/opt/a %%h/pwsh\" -File \"/x y/50%% $$HOME \\\"q\\\" \\\\.ps1\"\n", unit, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/srv/app.db", "/srv/store", true)]
    [InlineData("/tmp/app.db", "/srv/store", false)]
    [InlineData("/srv/app.db", "/var/tmp/store", false)]
    public void A_job_has_a_temporary_folder_of_its_own_unless_it_needs_the_common_one(string database, string store, bool isPrivate)
    {
        var request = new ScheduleRequest("n", new ScheduledBackup([new ScheduledSource(database, false)], store), new TimeOnly(1, 0));

        string unit = SystemdUnits.Service(request, "root", "/usr/bin/pwsh", ["-File", "/x.ps1"]);

        Assert.Equal(isPrivate, unit.Contains("PrivateTmp=yes", StringComparison.Ordinal));
        Assert.Contains("User=root\n", unit, StringComparison.Ordinal);
    }

    [Fact]
    public void The_script_repeats_what_failed_and_systemd_starts_it_once_a_night_however_long_it_may_take()
    {
        using var machine = new ScheduleFixture();
        ScheduleRequest request = machine.Request(EmrScheduler.Systemd) with { TimeLimit = TimeSpan.FromHours(23), Retries = 10 };

        SchedulePlan plan = machine.Plan(request);

        Assert.Contains("TimeoutStartSec=82800\n", plan.Files[0].Content, StringComparison.Ordinal);
        Assert.DoesNotContain("Restart", plan.Files[0].Content, StringComparison.Ordinal);
        Assert.DoesNotContain("StartLimit", plan.Files[0].Content, StringComparison.Ordinal);
        Assert.Contains("$attempts = 11\n", plan.Job.Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schedule_is_registered_told_and_removed()
    {
        using var machine = new ScheduleFixture();
        machine.AddSystemd("ActiveState=active\\nLastTriggerUSec=Tue 2026-11-24 02:00:01 UTC\\nNextElapseUSecRealtime=Wed 2026-11-25 02:00:00 UTC\\nResult=exit-code\\n");

        EmrBackupSchedule made = await machine.RegisterAsync(machine.Request(EmrScheduler.Systemd));

        Assert.Equal(
            ["etc/emrsim/jobs/nightly.ps1", "etc/systemd/system/emrsim-nightly.service", "etc/systemd/system/emrsim-nightly.timer", "etc/systemd/system/timers.target.wants/emrsim-nightly.timer"],
            machine.Folder.Files("root"));
        Assert.Equal(made.Files, machine.Folder.Files("root")[..3].Select(f => machine.Folder.File("root", f)));
        Assert.Equal(["daemon-reload|", "enable|emrsim-nightly.timer|", "restart|emrsim-nightly.timer|"], machine.Recorded("systemctl").Where(l => !l.StartsWith("show", StringComparison.Ordinal) && !l.StartsWith('-')));
        Assert.True(made.Enabled);
        Assert.Equal(new DateTimeOffset(2026, 11, 24, 2, 0, 1, TimeSpan.Zero), made.LastRunUtc);
        Assert.Equal(new DateTimeOffset(2026, 11, 25, 2, 0, 0, TimeSpan.Zero), made.NextRunUtc);
        Assert.Equal(EmrOutcome.Failed, made.LastResult);
        Assert.Contains(EmrSim.Core.Logging.EventIds.ScheduleRegistered, machine.Log.Events.Select(e => e.Id));

        await machine.Engine.UnregisterAsync("nightly", TestContext.Current.CancellationToken);

        Assert.Empty(machine.Folder.Files("root"));
        Assert.Equal(["disable|--now|emrsim-nightly.timer|", "daemon-reload|"], machine.Recorded("systemctl")[^2..]);
    }

    [Fact]
    public async Task A_systemctl_that_refuses_leaves_nothing_behind()
    {
        using var machine = new ScheduleFixture();
        machine.AddSystemd();
        machine.Recorder("systemctl", "[ \"$1\" = enable ] && { echo 'Interactive authentication required.' >&2; exit 1; }; exit 0");

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => machine.RegisterAsync(machine.Request(EmrScheduler.Systemd)));

        Assert.Equal(ErrorCode.SchedulerFailed, error.ErrorCode);
        Assert.Contains("Interactive authentication required.", error.Message, StringComparison.Ordinal);
        Assert.Empty(machine.Folder.Files("root"));
    }

    [Fact]
    public async Task A_systemctl_that_refuses_a_replacement_leaves_the_old_schedule_whole()
    {
        using var machine = new ScheduleFixture();
        machine.AddSystemd();
        await machine.RegisterAsync(machine.Request(EmrScheduler.Systemd));
        string[] before = Contents(machine);
        machine.Recorder("systemctl", "[ \"$1\" = restart ] && exit 1; exit 0");

        await Assert.ThrowsAsync<EmrSimException>(() => machine.RegisterAsync(machine.Request(EmrScheduler.Systemd) with { At = new TimeOnly(5, 30), Force = true }));

        Assert.Equal(before, Contents(machine));
    }

    [Fact]
    public async Task A_user_has_units_of_its_own_and_is_told_of_lingering()
    {
        using var machine = new ScheduleFixture(privileged: false);
        machine.AddSystemd("ActiveState=active\\n");

        EmrBackupSchedule made = await machine.RegisterAsync(machine.Request(EmrScheduler.Systemd));

        Assert.Equal(["emrsim/jobs/nightly.ps1", "systemd/user/emrsim-nightly.service", "systemd/user/emrsim-nightly.timer"], machine.Folder.Files("settings"));
        Assert.Contains("--user|enable|emrsim-nightly.timer|", machine.Recorded("systemctl"));
        Assert.DoesNotContain("User=", File.ReadAllText(made.Files[1]), StringComparison.Ordinal);
        Assert.Contains(EmrSim.Core.Logging.EventIds.TimerNeedsLingering, machine.Log.Events.Select(e => e.Id));
    }

    [Fact]
    public async Task A_unit_that_somebody_else_has_made_is_never_touched()
    {
        using var machine = new ScheduleFixture();
        machine.AddSystemd();
        Directory.CreateDirectory(machine.Host.UnitFolder);
        string unit = Path.Combine(machine.Host.UnitFolder, "emrsim-nightly.timer");
        File.WriteAllText(unit, "[Timer]\n");

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => machine.RegisterAsync(machine.Request(EmrScheduler.Systemd) with { Force = true }));
        EmrSimException missing = await Assert.ThrowsAsync<EmrSimException>(() => machine.Engine.UnregisterAsync("nightly", TestContext.Current.CancellationToken));

        Assert.Equal(ErrorCode.ScheduleExists, error.ErrorCode);
        Assert.Equal(ErrorCode.ScheduleNotFound, missing.ErrorCode);
        Assert.Equal("[Timer]\n", File.ReadAllText(unit));
        Assert.Equal(["etc/systemd/system/emrsim-nightly.timer"], machine.Folder.Files("root"));
    }

    private static string[] Contents(ScheduleFixture machine) =>
        [.. machine.Folder.Files("root").Where(f => !f.Contains(".wants/", StringComparison.Ordinal)).Select(f => f + "\n" + File.ReadAllText(machine.Folder.File("root", f)))];

    private static string Write(ScheduleFixture machine, ScheduleFile file)
    {
        string path = machine.Folder.File(Path.GetFileName(file.Path));
        File.WriteAllText(path, file.Content);
        return path;
    }

    private static (int ExitCode, string Said) Run(string program, string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "systemd is of Linux.");
        using Process process = Process.Start(new ProcessStartInfo(ExternalTool.Require(program), arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, errors + output.Result);
    }
}
