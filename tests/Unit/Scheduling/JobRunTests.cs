using System.Diagnostics;
using EmrSim.Core.Files;
using EmrSim.Core.Scheduling;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Scheduling;

/// <summary>Jobs as a scheduler runs them: by the command line that was registered, with next to no environment.</summary>
public sealed class JobRunTests
{
    [Fact]
    public async Task A_job_backs_up_every_database_and_ends_with_0()
    {
        using ScheduleFixture machine = Machine();
        string odd = TestDatabase.Create(machine.Folder.File("it's [odd] 50% $x ü.db"));
        await machine.RegisterAsync(machine.Request(EmrScheduler.Cron, machine.Database, odd));

        (int exitCode, string output, _) = RunLine(machine);

        Assert.Equal(0, exitCode);
        Assert.Equal("", output);
        Assert.Equal(2, machine.Folder.Files("store").Count(f => f.EndsWith(".zst", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_pattern_finds_databases_that_came_after_the_registration_and_neither_logs_nor_what_a_restore_keeps()
    {
        using ScheduleFixture machine = Machine();
        foreach (string name in new[] { "b.db.emr-safety-20260101T020304005Z", "b.db.emr-replaced-20260101T020304005Z", "b.db.emr-restore.json" }) File.WriteAllText(machine.Folder.File(name), "no database");
        await machine.RegisterAsync(machine.Request(EmrScheduler.Cron, machine.Folder.File("*.db*")));
        using Microsoft.Data.Sqlite.SqliteConnection open = TestDatabase.Open(TestDatabase.Create(machine.Folder.File("late.db")));
        TestDatabase.AddPatients(open, 1);
        Assert.True(File.Exists(machine.Folder.File("late.db-wal")));

        Assert.Equal(0, RunLine(machine).ExitCode);

        Assert.Equal(["app", "late"], machine.Folder.Files("store").Where(f => f.EndsWith(".json", StringComparison.Ordinal) && !f.StartsWith('.')).Select(f => f.Split('-')[0]));
    }

    [Theory]
    [InlineData("tr_TR.UTF-8")]
    [InlineData("ar_SA.UTF-8")]
    [InlineData("")]
    public async Task B26_Names_and_dates_are_the_same_in_every_culture_and_without_a_home(string language)
    {
        using ScheduleFixture machine = Machine();
        await machine.RegisterAsync(machine.Request());

        Assert.Equal(0, RunLine(machine, language).ExitCode);

        string manifest = machine.Folder.Files("store").Single(f => f.EndsWith("Z.json", StringComparison.Ordinal));
        Assert.Matches($"^app-{DateTime.UtcNow.Year}[0-9]{{4}}T[0-9]{{9}}Z.json$", manifest);
        Assert.Equal("02:00", (await machine.ListAsync()).Single().Schedule!.At.ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_database_that_fails_makes_it_end_with_1_and_does_not_keep_the_others_from_their_backup()
    {
        using ScheduleFixture machine = Machine();
        string bad = TestDatabase.Create(machine.Folder.File("bad.db"));
        await machine.RegisterAsync(machine.Request(EmrScheduler.Cron, bad, machine.Database) with { Retries = 0 });
        File.WriteAllText(bad, "no database any more");

        (int exitCode, _, string errors) = RunLine(machine);

        Assert.Equal(1, exitCode);
        Assert.Contains("bad.db", errors, StringComparison.Ordinal);
        Assert.Equal(["app"], machine.Folder.Files("store").Where(f => f.EndsWith(".json", StringComparison.Ordinal) && !f.StartsWith('.')).Select(f => f.Split('-')[0]));
    }

    [Theory]
    [InlineData("none*.db")]
    [InlineData("gone/*.db")]
    public async Task A_pattern_that_finds_nothing_fails_and_does_not_keep_the_others_from_their_backup(string pattern)
    {
        using ScheduleFixture machine = Machine();
        string none = TestDatabase.Create(machine.Folder.File("none1.db"));
        Directory.CreateDirectory(machine.Folder.File("gone"));
        TestDatabase.Create(machine.Folder.File("gone", "a.db"));
        await machine.RegisterAsync(machine.Request(EmrScheduler.Cron, machine.Folder.File(pattern), machine.Database) with { Retries = 0 });
        File.Delete(none);
        Directory.Delete(machine.Folder.File("gone"), recursive: true);

        // A store that is not there yet has no history.
        Directory.CreateDirectory(machine.Store);

        (int exitCode, _, string errors) = RunLine(machine);

        Assert.Equal(1, exitCode);
        Assert.Contains($"There is no database at '{machine.Folder.File(pattern)}'", errors, StringComparison.Ordinal);
        Assert.Equal(["app"], Sets(machine));
        // It is a failed run of the store's history, as that of a database which is gone.
        Assert.Equal(["failed", "passed"], HistoryOf(machine).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_database_that_is_named_and_matched_and_linked_is_backed_up_once()
    {
        using ScheduleFixture machine = Machine();
        TestDatabase.Create(machine.Folder.File("other.db"));
        File.CreateSymbolicLink(machine.Folder.File("link.db"), machine.Database);
        Directory.CreateSymbolicLink(machine.Folder.File("door"), machine.Folder.Path);
        ScheduleRequest request = machine.Request(
            EmrScheduler.Cron, machine.Database, machine.Folder.File("app.db"), machine.Folder.File("door", "app.db"), machine.Folder.File("*.db"), machine.Folder.File("a*"));
        await machine.RegisterAsync(request with { Backup = request.Backup with { NoRotation = true } });

        Assert.Equal(0, RunLine(machine).ExitCode);

        Assert.Equal(["app", "other"], Sets(machine));
    }

    [Fact]
    public async Task What_succeeded_is_not_backed_up_again_when_another_database_is_tried_again()
    {
        using ScheduleFixture machine = Machine();
        string bad = TestDatabase.Create(machine.Folder.File("bad.db"));
        ScheduleRequest request = machine.Request(EmrScheduler.Cron, bad, machine.Database) with { Retries = 2, RetryDelay = TimeSpan.Zero };
        await machine.RegisterAsync(request with { Backup = request.Backup with { NoRotation = true } });
        File.WriteAllText(bad, "no database any more");

        (int exitCode, _, string errors) = RunLine(machine);

        Assert.Equal(1, exitCode);
        Assert.Equal(3, errors.Split("is not a SQLite database").Length - 1);
        Assert.Equal(["app"], Sets(machine));
    }

    [Fact]
    public async Task What_a_backup_warns_of_is_on_stderr_where_cron_mails_it_and_ends_with_0()
    {
        using ScheduleFixture machine = Machine();
        string notify = machine.Folder.File("notify");
        SecretFile.WriteNew(notify, "http://127.0.0.1:9/hook");
        ScheduleRequest request = machine.Request();
        SchedulePlan plan = machine.Plan(request with { Backup = request.Backup with { Secrets = [new("NotifyUri", notify, null)] } });
        // PowerShell's own host writes warnings to stdout; the one of these tests writes them to stderr without help.
        Assert.Contains("-ErrorVariable failures 3>&1 |", plan.Job.Content, StringComparison.Ordinal);
        await machine.RegisterAsync(plan.Request);

        (int exitCode, string output, string errors) = RunLine(machine);

        Assert.Equal((0, ""), (exitCode, output));
        Assert.Contains("WARNING: '127.0.0.1' could not be notified", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_that_fails_once_is_tried_again_and_ends_with_0()
    {
        using ScheduleFixture machine = Machine();
        await machine.RegisterAsync(machine.Request() with { Retries = 1, RetryDelay = TimeSpan.Zero });
        // The database is away at the first attempt, and back when the pause before the second one would be.
        string job = machine.Folder.File("root", "etc", "emrsim", "jobs", "nightly.ps1");
        File.Move(machine.Database, machine.Database + ".away");
        File.WriteAllText(job, File.ReadAllText(job).Replace("[Threading.Thread]::Sleep($pause)", $"[IO.File]::Move('{machine.Database}.away', '{machine.Database}')", StringComparison.Ordinal));

        (int exitCode, _, string errors) = RunLine(machine);

        Assert.Equal(0, exitCode);
        Assert.Contains("There is no database at", errors, StringComparison.Ordinal);
        Assert.Contains(machine.Folder.Files("store"), f => f.EndsWith(".zst", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("module")]
    [InlineData("database")]
    [InlineData("store")]
    public async Task Whatever_has_gone_since_the_registration_makes_it_end_with_1(string what)
    {
        using ScheduleFixture machine = Machine();
        string module = machine.Folder.File("EmrSim.psd1");
        await machine.RegisterAsync(machine.Request() with { Retries = 0 });
        string job = machine.Folder.File("root", "etc", "emrsim", "jobs", "nightly.ps1");
        if (what == "module") File.WriteAllText(job, File.ReadAllText(job).Replace(ScheduleFixture.ModulePath, module, StringComparison.Ordinal));
        else if (what == "database") File.Delete(machine.Database);
        else File.WriteAllText(machine.Store, "a file where the folder was");

        (int exitCode, _, string errors) = RunLine(machine);

        Assert.Equal(1, exitCode);
        Assert.NotEqual("", errors);
    }

    [Fact]
    public async Task Secrets_are_looked_up_by_the_job_and_are_in_no_file_of_the_schedule_and_on_no_command_line()
    {
        const string passphrase = "correct horse battery staple";
        using ScheduleFixture machine = Machine();
        machine.AddSystemd("ActiveState=active\\n");
        string file = machine.Folder.File("secret");
        SecretFile.WriteNew(file, passphrase);
        string vault = AddVault(machine, passphrase);
        var secrets = new ScheduledSecret[] { new("StoreSecret", file, null), new("Passphrase", null, "EmrSim passphrase") };
        foreach (EmrScheduler scheduler in new[] { EmrScheduler.Systemd, EmrScheduler.Cron, EmrScheduler.TaskScheduler })
        {
            ScheduleRequest request = machine.Request(scheduler);
            SchedulePlan plan = machine.Plan(request with { Backup = request.Backup with { Secrets = secrets } });
            await ScheduleExport.WriteAsync(plan, machine.Folder.File("out-" + scheduler), TestContext.Current.CancellationToken);
            Assert.DoesNotContain(passphrase, plan.Describe() + plan.Schedule.Command + plan.Schedule, StringComparison.Ordinal);
            Assert.Contains("StoreSecretFile = ", plan.Job.Content, StringComparison.Ordinal);
            Assert.Contains("Passphrase = Get-Secret -Name 'EmrSim passphrase'", plan.Job.Content, StringComparison.Ordinal);
        }

        // The check of the passphrase passes in the job itself, since the vault has it.
        string job = machine.Folder.File("out-Cron", "nightly.ps1");
        (int exitCode, string output, string errors) = Run(machine.Pwsh, ["-NoProfile", "-NonInteractive", "-File", WithVault(job, vault), "-SelfTest"]);
        Assert.Contains("Passphrase\tPassed", output + errors, StringComparison.Ordinal);
        Assert.Equal(0, exitCode);

        string[] written = [.. Directory.GetFiles(machine.Folder.Path, "*", SearchOption.AllDirectories).Where(f => f != file && !f.StartsWith(vault, StringComparison.Ordinal))];
        Assert.True(written.Length > 8);
        Assert.All(written, f =>
        {
            byte[] bytes = File.ReadAllBytes(f);
            Assert.Equal(-1, bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(passphrase)));
            Assert.Equal(-1, bytes.AsSpan().IndexOf(System.Text.Encoding.Unicode.GetBytes(passphrase)));
        });
        Assert.DoesNotContain(machine.Log.Events, e => e.Message.Contains(passphrase, StringComparison.Ordinal));
    }

    /// <summary>The set of each backup in the store.</summary>
    private static string[] Sets(ScheduleFixture machine) =>
        [.. machine.Folder.Files("store").Where(f => f.EndsWith("Z.json", StringComparison.Ordinal)).Select(f => f.Split('-')[0])];

    private static string[] HistoryOf(ScheduleFixture machine) =>
        [.. File.ReadLines(Path.Combine(machine.Store, "history.jsonl")).Select(l => System.Text.Json.JsonDocument.Parse(l).RootElement)
            .Where(r => r.GetProperty("kind").GetString() == "backup").Select(r => r.GetProperty("outcome").GetString()!)];

    private static ScheduleFixture Machine()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The mini host stands in for pwsh by a shell script.");
        var machine = new ScheduleFixture();
        machine.AddCron();
        return machine;
    }

    /// <summary>A vault of secrets, by the one command of SecretManagement that jobs use.</summary>
    private static string AddVault(ScheduleFixture machine, string secret)
    {
        string folder = machine.Folder.File("vault");
        Directory.CreateDirectory(folder);
        File.WriteAllText(
            Path.Combine(folder, "Vault.psm1"),
            $"function Get-Secret($Name, [switch] $AsPlainText) {{ $s = [securestring]::new(); foreach ($c in '{secret}'.ToCharArray()) {{ $s.AppendChar($c) }}; $s }}");
        return folder;
    }

    // The parameters that a job gives to a backup are a matter of the backup; here only the lookup is.
    private static string WithVault(string job, string vault)
    {
        string[] lines = File.ReadAllLines(job);
        string path = Path.Combine(Path.GetDirectoryName(job)!, "with-vault.ps1");
        File.WriteAllLines(path, lines.Where(l => !l.Contains("-WhatIf", StringComparison.Ordinal) && !l.Contains("StoreSecretFile", StringComparison.Ordinal))
            .Select(l => l.Contains("Import-Module", StringComparison.Ordinal) ? $"{l}; Import-Module '{vault}/Vault.psm1'" : l));
        return path;
    }

    /// <summary>Runs the line that cron was given, in the environment that cron gives.</summary>
    private static (int ExitCode, string Output, string Errors) RunLine(ScheduleFixture machine, string? language = null)
    {
        string line = File.ReadAllLines(machine.Folder.File("root", "etc", "cron.d", "emrsim-nightly"))[^1];
        return Run("/bin/sh", ["-c", line["0 2 * * * root ".Length..].Replace("\\%", "%", StringComparison.Ordinal)], language);
    }

    private static (int ExitCode, string Output, string Errors) Run(string program, string[] arguments, string? language = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        start.Environment["PATH"] = SchedulerHost.JobPath;
        if (language is null) start.Environment["HOME"] = Path.GetTempPath();
        else start.Environment["LANG"] = language;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
