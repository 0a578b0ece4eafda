using System.Globalization;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Commands;

/// <summary>Get-EmrHistory, Get-EmrBackupStatus, and what Backup-EmrDatabase says to others.</summary>
public sealed class AlarmCommandTests : IDisposable
{
    private readonly CommandFolder _folder = new();

    public AlarmCommandTests()
    {
        _folder.MakeDatabases("app.db", "app two.db");
        _folder.Run("Backup-EmrDatabase *.db store -NoRotation").ThrowOnError();
    }

    private string HistoryPath => _folder.File("store", "history.jsonl");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Get-EmrHistory store", 2)]
    [InlineData("Get-EmrHistory store app", 1)]
    [InlineData("Get-EmrHistory store APP*", 2)]
    [InlineData("Get-EmrHistory store -Newest 1", 1)]
    [InlineData("Get-EmrHistory store -Kind Test, Removal", 0)]
    [InlineData("Get-EmrBackup store | Test-EmrBackup -Level Checksum | Out-Null; Get-EmrHistory store -Kind Test", 2)]
    [InlineData("Get-EmrHistory store -Since '2099-01-01'", 0)]
    [InlineData("Get-EmrBackupStatus store", 2)]
    [InlineData("Get-EmrBackupStatus store app", 1)]
    [InlineData("'store' | Get-EmrBackupStatus -Name app*", 2)]
    public void Lists_what_was_asked_for(string script, int count) => Assert.Equal(count, _folder.Run(script).ThrowOnError().Output.Length);

    [Theory]
    [InlineData("Get-EmrHistory none", "DestinationNotFound")]
    [InlineData("Get-EmrHistory store none", "BackupNotFound")]
    [InlineData("Get-EmrBackupStatus none", "DestinationNotFound")]
    [InlineData("Get-EmrBackupStatus store none", "BackupsNotHealthy")]
    [InlineData("Get-EmrBackupStatus store app -MaxAge 0:0:0", "InvalidArgument")]
    [InlineData("Get-EmrBackupStatus store app -MaxAge 0:0:0.0000001", "BackupsNotHealthy")]
    [InlineData("Get-EmrBackupStatus store app -RequireProof", "BackupsNotHealthy")]
    [InlineData("Get-EmrBackupStatus store app -RequireProof -ErrorAction Stop", "BackupsNotHealthy")]
    [InlineData("Backup-EmrDatabase app.db store -NotifyUri nonsense", "InvalidArgument")]
    [InlineData("Backup-EmrDatabase app.db store -NotifyUriFile none", "SecretNotFound")]
    public void Every_error_has_its_id(string script, string id) => Assert.Equal([id], _folder.Run(script).ErrorIds);

    [Fact]
    public void A_status_that_did_not_pass_is_given_before_its_error()
    {
        SessionResult result = _folder.Run("Get-EmrBackupStatus store app, none");

        Assert.Equal(["Passed", "Failed"], result.Values("Outcome"));
        Assert.Equal(["BackupsNotHealthy"], result.ErrorIds);
        Assert.Contains(result.Values("Summary")[1], result.Errors[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_monitor_gets_one_line_and_an_exit_code()
    {
        string import = $"Import-Module '{ModuleSession.ManifestPath}'; ";
        ShellResult good = ShellProcess.Run(import + "(Get-EmrBackupStatus store app).Summary", _folder.Folder.FullName);
        ShellResult bad = ShellProcess.Run(import + "(Get-EmrBackupStatus store app -RequireProof).Summary", _folder.Folder.FullName);

        Assert.Equal(0, good.ExitCode);
        Assert.StartsWith("OK app: newest verified backup ", Assert.Single(good.Lines), StringComparison.Ordinal);
        Assert.Equal(1, bad.ExitCode);
        Assert.Equal("INCONCLUSIVE app: never proved restorable", Assert.Single(bad.Lines));
    }

    [Fact]
    public void A_line_that_cannot_be_read_is_an_error_beside_the_others()
    {
        File.AppendAllText(HistoryPath, "{\n");

        SessionResult result = _folder.Run("Get-EmrHistory store");

        Assert.Equal(2, result.Output.Length);
        Assert.Equal(["HistoryDamaged"], result.ErrorIds);
    }

    [Fact]
    public void A_backup_whose_history_cannot_be_written_is_given_before_the_error()
    {
        File.Delete(HistoryPath);
        Directory.CreateDirectory(HistoryPath);

        SessionResult result = _folder.Run("Backup-EmrDatabase app.db store -NoRotation");

        Assert.Equal("Passed (Integrity)", Assert.Single(result.Values("Verification")));
        Assert.Equal(["HistoryNotWritten"], result.ErrorIds);
    }

    [Fact]
    public void A_service_that_is_not_there_is_a_warning_that_does_not_tell_its_address()
    {
        SessionResult result = _folder.Run("Backup-EmrDatabase app.db store -NotifyUri http://127.0.0.1:9/T0ken -LogPath job.log").ThrowOnError();

        Assert.Single(result.Output);
        string warning = Assert.Single(result.Streams.Warning).Message;
        Assert.StartsWith("'127.0.0.1' could not be notified of 'app': ", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("T0ken", warning + File.ReadAllText(_folder.File("job.log")) + File.ReadAllText(HistoryPath), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Backup-EmrDatabase none.db store -LogPath job.log", "SourceNotFound", true)]
    [InlineData("Backup-EmrDatabase none*.db store -LogPath job.log", "SourceNotFound", false)]
    [InlineData("Backup-EmrDatabase app.db, 'app two.db' store -Name one -LogPath job.log", "NameNeedsOneSource", true)]
    [InlineData("Backup-EmrDatabase nowhere:app.db store -LogPath job.log", "SourceNotFound", true)]
    public void B1_A_backup_that_cannot_begin_is_in_the_log_and_in_the_history(string script, string id, bool recorded)
    {
        Assert.Equal([id], _folder.Run(script).ErrorIds);

        Assert.Contains($"with {id}:", File.ReadAllText(_folder.File("job.log")), StringComparison.Ordinal);
        Assert.Equal(recorded, File.ReadAllText(HistoryPath).Contains($"\"error\":\"{id}\"", StringComparison.Ordinal));
    }

    [Fact]
    public void With_WhatIf_a_missing_database_is_reported_and_nowhere_recorded()
    {
        string before = File.ReadAllText(HistoryPath);

        Assert.Equal(["SourceNotFound"], _folder.Run("Backup-EmrDatabase none.db store -LogPath job.log -NotifyUri nonsense -WhatIf").ErrorIds);

        Assert.False(File.Exists(_folder.File("job.log")));
        Assert.Equal(before, File.ReadAllText(HistoryPath));
    }

    [Fact]
    public void Without_a_system_log_there_is_one_warning_for_all_databases()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || File.Exists("/run/systemd/journal/socket") || File.Exists("/dev/log"), "There is a system log here.");

        SessionResult result = _folder.Run("Backup-EmrDatabase *.db store -SystemLog").ThrowOnError();

        Assert.Equal(2, result.Output.Length);
        Assert.StartsWith("Nothing is written to the system's log: ", Assert.Single(result.Streams.Warning).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tables_show_runs_and_sets_in_six_columns()
    {
        _folder.Run("Get-EmrBackup store app | Test-EmrBackup -Level Restore | Out-Null; Backup-EmrDatabase none.db store 2>$null");

        string history = Show("Get-EmrHistory store");
        Assert.Matches(@"Started +Kind +Name +Outcome +Detail", history);
        Assert.Matches(@"Backup +app +Passed +[0-9.]+ KB stored as", history);
        Assert.Matches(@"Test +app +Passed +Restore in", history);
        Assert.Matches(@"Backup +none +Failed +There is no", history);

        string status = Show("Get-EmrBackupStatus store app*, none");
        Assert.Matches(@"Name +Outcome +Age +Stored +Proved +Problems", status);
        Assert.Matches(@"app +Passed +[0-9]+ s +[0-9.]+ KB +[0-9]{4}-", status);
        Assert.Matches(@"app two +Passed +[0-9]+ s +[0-9.]+ KB +never", status);
        Assert.Matches(@"none +Failed +never +there is no backup", status);
    }

    [Fact]
    public void Backups_show_when_they_were_last_proved()
    {
        _folder.Run("Get-EmrBackup store app | Test-EmrBackup -Level Restore").ThrowOnError();

        string table = Show("Get-EmrBackup store");
        Assert.Matches(@"Name +Created +Database +Stored +Rows +Verified", table);
        Assert.Matches(@"app +[0-9].* Proved [0-9]{4}-[0-9]{2}-[0-9]{2}", table);
        Assert.Matches(@"app two +[0-9].* Passed \(Integrity\)", table);
        Assert.Equal(["app"], _folder.Run("Get-EmrBackup store | Where-Object LastProved").ThrowOnError().Values("Name"));
    }

    [Fact]
    public void A_drill_that_cannot_be_read_is_a_warning_and_no_error()
    {
        File.WriteAllText(_folder.File("store", "drills.jsonl"), "half a li");

        SessionResult result = _folder.Run("Get-EmrBackup store").ThrowOnError();

        Assert.Equal(2, result.Output.Length);
        Assert.StartsWith("Line 1 of the drills", Assert.Single(result.Streams.Warning).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0:0:40", "40 s")]
    [InlineData("0:59:59", "59 min")]
    [InlineData("3:12:30", "3 h 12 min")]
    [InlineData("1.02:00:00", "1 d 2 h")]
    [InlineData("3.00:59:00", "3 d")]
    [InlineData("-3.00:00:00", "-3 d")]
    public void Ages_are_shown_in_two_units(string age, string text) =>
        Assert.Equal(text, _folder.Run("[EmrSim.Formatting._Format]::Age($args[0])", TimeSpan.Parse(age, CultureInfo.InvariantCulture)).ThrowOnError().Output.Single().ToString());

    private string Show(string script) => ShellProcess.Run($"Import-Module '{ModuleSession.ManifestPath}'; {script}", _folder.Folder.FullName).Output;
}
