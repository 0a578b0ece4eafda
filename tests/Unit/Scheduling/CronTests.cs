using System.Diagnostics;
using EmrSim.Core.Scheduling;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Scheduling;

/// <summary>What cron is given.</summary>
public sealed class CronTests
{
    public static TheoryData<string> Nasty => NastyText.All;

    [Theory]
    [MemberData(nameof(Nasty))]
    public void The_shell_that_cron_starts_runs_the_program_with_its_arguments_as_they_are(string text)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "cron is of Unix.");
        using var machine = new ScheduleFixture();
        string program = machine.Program("pw" + text + "sh", $"printf '%s\\n' \"$@\" > '{machine.Folder.File("said")}'");
        string[] arguments = ["-File", $"/x/{text}/nightly.ps1"];

        string line = CronTable.Line(machine.Request(), "root", CronTable.Command(machine.Request(), program, arguments));

        Assert.StartsWith("0 2 * * * root ", line, StringComparison.Ordinal);
        string command = AsCronReads(line["0 2 * * * root ".Length..]);
        using Process shell = Process.Start("/bin/sh", ["-c", command])!;
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
        Assert.Equal(arguments, File.ReadAllLines(machine.Folder.File("said")));
    }

    [Fact]
    public async Task Root_has_a_file_in_cron_d_that_is_told_and_removed()
    {
        ScheduleFixture.RequireShell();
        using var machine = new ScheduleFixture();
        machine.AddCron();

        EmrBackupSchedule made = await machine.RegisterAsync(machine.Request());

        Assert.Equal(["etc/cron.d/emrsim-nightly", "etc/emrsim/jobs/nightly.ps1"], machine.Folder.Files("root"));
        string[] lines = File.ReadAllLines(machine.Folder.File("root", "etc", "cron.d", "emrsim-nightly"));
        Assert.Contains("SHELL=/bin/sh", lines);
        Assert.StartsWith($"0 2 * * * root timeout -k 60 21600 {machine.Pwsh} -NoProfile -NonInteractive -File {made.JobPath} >/dev/null; ", lines[^1], StringComparison.Ordinal);
        Assert.True(made.Enabled);
        Assert.Equal(EmrScheduler.Cron, made.As);
        Assert.Equal([machine.Database], made.Path);
        Assert.Equal(machine.Store, made.Destination);
        Assert.NotNull(made.NextRunUtc);
        Assert.Null(made.LastRunUtc);
        Assert.Equal([made], (await machine.ListAsync()).Select(e => e.Schedule! with { Path = made.Path, Files = made.Files }));

        await machine.Engine.UnregisterAsync("nightly", TestContext.Current.CancellationToken);

        Assert.Empty(machine.Folder.Files("root"));
    }

    [Theory]
    [InlineData("exit 0", 0, "")]
    [InlineData("exit 1", 1, "")]
    [InlineData("sleep 60", 124, "EmrSim schedule nightly was ended, exit code 124 (124: it took longer than 1 s)\n")]
    [InlineData("kill -9 $$", 137, "EmrSim schedule nightly was ended, exit code 137 (124: it took longer than 1 s)\n")]
    public void A_run_that_is_ended_from_outside_is_said_in_crons_mail_and_in_the_systems_log(string script, int exitCode, string said)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "macOS has no timeout, and Windows no cron.");
        using var machine = new ScheduleFixture();
        string program = machine.Program("pwsh", script);
        machine.Recorder("logger");
        ScheduleRequest request = machine.Request() with { TimeLimit = TimeSpan.FromSeconds(1) };
        var start = new ProcessStartInfo("/bin/sh", ["-c", AsCronReads(CronTable.Command(request, program, ["-File", "/x/nightly.ps1"]))]) { RedirectStandardError = true };
        start.Environment["PATH"] = machine.Folder.File("bin") + ":" + SchedulerHost.JobPath;

        using Process shell = Process.Start(start)!;
        string errors = shell.StandardError.ReadToEnd();
        shell.WaitForExit();

        // The shell itself says who was killed, after cron's manner: that line is the system's, the other one is ours.
        Assert.Equal(said, string.Concat(errors.Split('\n').Where(l => l.StartsWith("EmrSim", StringComparison.Ordinal)).Select(l => l + "\n")));
        Assert.Equal(exitCode, shell.ExitCode);
        Assert.Equal(said.Length == 0 ? [] : [$"-t|emrsim|-p|user.err|{said.TrimEnd()}|"], machine.Recorded("logger"));
    }

    [Fact]
    public async Task A_line_that_was_commented_out_is_not_enabled()
    {
        ScheduleFixture.RequireShell();
        using var machine = new ScheduleFixture();
        machine.AddCron();
        await machine.RegisterAsync(machine.Request());
        string file = machine.Folder.File("root", "etc", "cron.d", "emrsim-nightly");
        File.WriteAllText(file, File.ReadAllText(file).Replace("0 2 * * *", "#0 2 * * *", StringComparison.Ordinal));

        EmrBackupSchedule schedule = Assert.Single(await machine.ListAsync()).Schedule!;

        Assert.False(schedule.Enabled);
        Assert.Null(schedule.NextRunUtc);
    }

    [Fact]
    public async Task A_user_has_two_lines_in_a_real_crontab_and_all_others_stay_byte_by_byte()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "It takes root to use the crontab of nobody.");
        string crontab = ExternalTool.Require("crontab");
        Assert.SkipWhen(Crontab("-l", "").ExitCode == 0, "nobody has a crontab already.");
        using var machine = new ScheduleFixture(privileged: false);
        machine.Program("cron", "");
        machine.Program("crontab", $"exec {crontab} -u nobody \"$@\"");
        byte[] theirs = [.. "# mine, in Latin 1: \u00fc\nMAILTO=\"\"\n@daily echo 50\\% >/dev/null\n"u8, 0x23, 0xfc, 0x0a];
        try
        {
            EmrBackupSchedule made = await machine.RegisterAsync(machine.Request());
            Assert.True(made.Enabled);
            await machine.Engine.UnregisterAsync("nightly", TestContext.Current.CancellationToken);
            Assert.Equal("", Crontab("-l", "").Output.Trim());

            File.WriteAllBytes(machine.Folder.File("theirs"), theirs);
            Crontab(machine.Folder.File("theirs"), "");
            await machine.RegisterAsync(machine.Request());
            await machine.RegisterAsync(machine.Request() with { At = new TimeOnly(4, 5), Force = true });
            string table = Crontab("-l", "").Output;
            Assert.Equal(1, table.Split('\n').Count(l => l.StartsWith(CronTable.Marker, StringComparison.Ordinal)));
            Assert.Contains("\n5 4 * * * timeout", table, StringComparison.Ordinal);
            Assert.DoesNotContain("\n0 2 * * *", table, StringComparison.Ordinal);

            await machine.Engine.UnregisterAsync("nightly", TestContext.Current.CancellationToken);
            Assert.Equal(System.Text.Encoding.Latin1.GetString(theirs), Crontab("-l", "").Output);
            Assert.Empty(machine.Folder.Files("settings"));
        }
        finally
        {
            Crontab("-r", "");
        }
    }

    [Fact]
    public void What_somebody_has_put_between_our_lines_stays()
    {
        string table = CronTable.With("# first", "nightly", "0 2 * * * pwsh -File /j/nightly.ps1").Replace("0 2", "1 1 * * * theirs\n0 2", StringComparison.Ordinal);

        Assert.Equal("# first\n1 1 * * * theirs\n0 2 * * * pwsh -File /j/nightly.ps1\n", CronTable.Without(table, "nightly"));
        Assert.Equal(table, CronTable.Without(table, "night"));
    }

    [Fact]
    public async Task A_crontab_that_cannot_be_read_is_not_taken_for_an_empty_one()
    {
        using var machine = new ScheduleFixture(privileged: false);
        machine.Program("cron", "");
        machine.Recorder("crontab", "echo 'You (x) are not allowed to use this program (crontab)' >&2; exit 1");

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => machine.RegisterAsync(machine.Request()));

        Assert.Equal(ErrorCode.SchedulerFailed, error.ErrorCode);
        Assert.Contains("not allowed", error.Message, StringComparison.Ordinal);
        Assert.All(machine.Recorded("crontab"), l => Assert.Equal("-l|", l));
    }

    [Fact]
    public async Task A_machine_without_cron_or_systemd_or_tasks_says_so()
    {
        using var machine = new ScheduleFixture();
        Directory.CreateDirectory(machine.Host.CronFolder);

        foreach (EmrScheduler scheduler in Enum.GetValues<EmrScheduler>())
        {
            EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => machine.RegisterAsync(machine.Request(scheduler)));
            Assert.Equal(ErrorCode.SchedulerFailed, error.ErrorCode);
            Assert.Contains("-OutFile", error.Message, StringComparison.Ordinal);
        }

        Assert.Empty(machine.Folder.Files("root"));
    }

    [Theory]
    [InlineData("Asia/Kathmandu", 0, null)]
    [InlineData(null, 5, null)]
    [InlineData(null, 0, "app")]
    public void What_cron_cannot_do_is_refused(string? zone, int delay, string? account)
    {
        Assert.SkipWhen(TimeZoneInfo.Local.Id == zone, "That is the zone of this machine.");
        using var machine = new ScheduleFixture(privileged: account is null);
        ScheduleRequest request = machine.Request() with { RandomDelay = TimeSpan.FromMinutes(delay), RunAs = account };

        EmrSimException error = Assert.Throws<EmrSimException>(() => machine.Plan(request with { Backup = request.Backup with { TimeZone = zone } }));

        Assert.Equal(account is null ? ErrorCode.InvalidArgument : ErrorCode.AccessDenied, error.ErrorCode);
    }

    /// <summary>cron(8) takes a backslash away from before a percent sign; one without would end the command.</summary>
    private static string AsCronReads(string command)
    {
        Assert.DoesNotMatch(@"(?<!\\)%", command);
        return command.Replace("\\%", "%", StringComparison.Ordinal);
    }

    private static (int ExitCode, string Output) Crontab(string argument, string input)
    {
        var start = new ProcessStartInfo(ExternalTool.Require("crontab"), ["-u", "nobody", argument])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = System.Text.Encoding.Latin1,
        };
        using Process process = Process.Start(start)!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
