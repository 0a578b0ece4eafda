using System.Text.Json;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Commands;

public sealed class BackupCommandTests : IDisposable
{
    private readonly CommandFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void B1_A_missing_database_ends_the_script_and_creates_no_file_anywhere()
    {
        SessionResult result = _folder.Run("try { Backup-EmrDatabase none.db store; 'never' } catch { $_.FullyQualifiedErrorId }").ThrowOnError();

        Assert.StartsWith("SourceNotFound,", Assert.Single(result.Output).ToString(), StringComparison.Ordinal);
        Assert.Empty(_folder.Files());
        Assert.False(Directory.Exists(_folder.File("store")));
    }

    [Fact]
    public void B1_In_a_pipeline_a_missing_database_is_an_error_and_the_others_are_backed_up()
    {
        _folder.MakeDatabases("one.db", "two.db");

        SessionResult result = _folder.Run("'one.db', 'none.db', 'two.db' | Backup-EmrDatabase -Destination store");

        Assert.Equal(["SourceNotFound"], result.ErrorIds);
        Assert.Equal(["one", "two"], result.Values("Name"));
    }

    [Fact]
    public void Wildcards_files_and_literal_paths_name_databases()
    {
        _folder.MakeDatabases("a [1].db", "b1.db", "b2.db");

        Assert.Equal(2, _folder.Run("Backup-EmrDatabase b?.db store").ThrowOnError().Output.Length);
        Assert.Single(_folder.Run("Backup-EmrDatabase -LiteralPath 'a [1].db' -Destination store").ThrowOnError().Output);
        Assert.Single(_folder.Run("[IO.FileInfo]::new($args[0]) | Backup-EmrDatabase -Destination store", _folder.File("b1.db")).ThrowOnError().Output);
        Assert.Equal(["SourceNotFound"], _folder.Run("Backup-EmrDatabase 'c*.db' store").ErrorIds);
    }

    [Fact]
    public void A_pattern_means_databases_and_not_what_SQLite_keeps_beside_them()
    {
        _folder.MakeDatabases("app.db");
        foreach (string suffix in new[] { "-wal", "-shm", "-journal" }) File.WriteAllText(_folder.File("app.db" + suffix), "");
        File.WriteAllText(_folder.File("lonely.db-wal"), "no database");

        SessionResult result = _folder.Run("Backup-EmrDatabase *.db* store");

        Assert.Equal(["app"], result.Values("Name"));
        Assert.Equal(["NotADatabase"], result.ErrorIds);
    }

    [Fact]
    public void R4_A_pattern_passes_over_what_a_restore_keeps_beside_a_database_and_its_own_name_means_it()
    {
        _folder.MakeDatabases("app.db");
        // Of another database: a backup of that one would remove them.
        foreach (string name in new[] { "b.db.emr-safety-20260101T020304005Z", "b.db.emr-replaced-20260101T020304005Z", "b.db.emr-restore.partial" }) File.Copy(_folder.File("app.db"), _folder.File(name));
        foreach (string name in new[] { "b.db.emr-restore.json", "b.db.emr-restore.lock" }) File.WriteAllText(_folder.File(name), "no database");

        Assert.Equal(["app"], _folder.Run("Backup-EmrDatabase *.db* store").ThrowOnError().Values("Name"));
        Assert.Single(_folder.Run("Backup-EmrDatabase b.db.emr-safety-20260101T020304005Z other").ThrowOnError().Output);
        Assert.Single(_folder.Run("Backup-EmrDatabase -LiteralPath b.db.emr-safety-20260101T020304005Z -Destination third").ThrowOnError().Output);
    }

    [Fact]
    public void WhatIf_changes_nothing_at_all()
    {
        _folder.MakeDatabases("app.db");
        string[] before = _folder.Files();

        SessionResult result = _folder.Run("Backup-EmrDatabase app.db store -LogPath log/run.json -WhatIf").ThrowOnError();

        Assert.Empty(result.Output);
        Assert.Equal(before, _folder.Files());
        Assert.Equal([_folder.Folder.FullName], Directory.GetDirectories(Path.GetDirectoryName(_folder.Folder.FullName)!, _folder.Folder.Name));
        Assert.Empty(Directory.GetDirectories(_folder.Folder.FullName));
    }

    [Fact]
    public void A_name_for_several_databases_is_refused_for_all_but_the_first()
    {
        _folder.MakeDatabases("one.db", "two.db");

        SessionResult result = _folder.Run("Backup-EmrDatabase *.db store -Name nightly");

        Assert.Equal(["NameNeedsOneSource"], result.ErrorIds);
        Assert.Equal(["nightly"], result.Values("Name"));
    }

    [Theory]
    [InlineData("Zstd", 22, null)]
    [InlineData("Gzip", 9, null)]
    [InlineData("Gzip", 10, "InvalidArgument")]
    [InlineData("Zstd", 23, "ParameterArgumentValidationError")]
    [InlineData("Zstd", 0, "ParameterArgumentValidationError")]
    public void A_level_that_a_codec_does_not_have_is_refused(string compression, int level, string? error)
    {
        _folder.MakeDatabases("app.db");

        SessionResult result = _folder.Run("Backup-EmrDatabase app.db store -Compression $args[0] -CompressionLevel $args[1]", compression, level);

        Assert.Equal(error is null ? [] : [error], result.ErrorIds);
    }

    [Fact]
    public void B15_A_database_whose_index_lacks_a_row_publishes_nothing_keeps_the_evidence_and_fails()
    {
        _folder.MakeDatabases("app.db");
        // An index that misses a row: the row comes while the schema does not know the index.
        _folder.Change(
            "app.db",
            "CREATE TABLE t(x); INSERT INTO t VALUES (1), (2); CREATE INDEX t_x ON t(x); CREATE TABLE hidden AS SELECT * FROM sqlite_schema WHERE name = 't_x'; " +
            "PRAGMA writable_schema=ON; DELETE FROM sqlite_schema WHERE name = 't_x'");
        _folder.Change("app.db", "INSERT INTO t VALUES (3)");
        _folder.Change("app.db", "PRAGMA writable_schema=ON; INSERT INTO sqlite_schema SELECT * FROM hidden");

        SessionResult result = _folder.Run("Backup-EmrDatabase app.db store");

        Assert.Equal(["VerificationFailed"], result.ErrorIds);
        Assert.EndsWith(".sqlite.rejected", Assert.Single(_folder.Files("store")), StringComparison.Ordinal);
    }

    [Fact]
    public void B18_A_check_that_could_not_run_gives_the_backup_and_an_error()
    {
        _folder.MakeDatabases("app.db");
        _folder.Run("Backup-EmrDatabase app.db store").ThrowOnError();
        File.AppendAllText(_folder.File(Path.Combine("store", _folder.Files("store").Single(f => f.EndsWith(".json", StringComparison.Ordinal)))), " ");

        SessionResult result = _folder.Run("Backup-EmrDatabase app.db store -ErrorAction SilentlyContinue -ErrorVariable failures; $failures");

        Assert.Equal(["Inconclusive (Integrity)"], result.Output[..1].Select(o => o.Properties["Verification"].Value.ToString()));
        Assert.StartsWith("VerificationInconclusive,", ((System.Management.Automation.ErrorRecord)result.Output[1].BaseObject).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(result.Streams.Warning, w => w.Message.Contains("Shrink", StringComparison.Ordinal));
    }

    [Fact]
    public void The_log_has_a_line_of_JSON_for_start_success_and_failure_and_grows_from_run_to_run()
    {
        _folder.MakeDatabases("app.db");
        _folder.Run("Backup-EmrDatabase app.db store -LogPath logs/run.json").ThrowOnError();
        File.WriteAllText(_folder.File("text.db"), new string('x', 2000));
        Assert.Equal(["NotADatabase"], _folder.Run("Backup-EmrDatabase text.db store -LogPath logs/run.json").ErrorIds);

        JsonElement[] lines = [.. File.ReadAllLines(_folder.File("logs", "run.json")).Select(l => JsonDocument.Parse(l).RootElement)];

        Assert.Equal([1000, 1002, 1000, 1003], lines.Select(l => l.GetProperty("eventId").GetInt32()).Where(id => id is 1000 or 1002 or 1003));
        JsonElement published = lines.Single(l => l.GetProperty("eventId").GetInt32() == 1002);
        Assert.Matches("published: [0-9]+ bytes stored as [0-9]+ in [0-9.]+ s, Integrity Passed", published.GetProperty("message").GetString());
        Assert.Equal("Error", lines[^1].GetProperty("level").GetString());
        Assert.Contains("NotADatabase", lines[^1].GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.All(lines, l => Assert.EndsWith("Z", l.GetProperty("time").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public void A_log_that_cannot_be_written_is_an_error_and_no_reason_to_go_without_a_backup()
    {
        _folder.MakeDatabases("app.db");
        File.WriteAllText(_folder.File("file"), "");

        SessionResult result = _folder.Run("Backup-EmrDatabase app.db store -LogPath file/run.json -ErrorAction Stop");

        Assert.Equal(["IoError"], result.ErrorIds);
        Assert.Equal(2, _folder.Files("store").Length);
    }

    [Fact]
    public void Progress_has_bytes_and_is_completed_and_verbose_says_start_and_end()
    {
        _folder.Run("New-EmrSampleDatabase app.db -Turns 20000").ThrowOnError();

        SessionResult result = _folder.Run("Backup-EmrDatabase app.db store -Verbose").ThrowOnError();

        Assert.Contains(result.Streams.Progress, p => p.StatusDescription.Contains(" MB of ", StringComparison.Ordinal) && p.PercentComplete > 0);
        Assert.Equal(System.Management.Automation.ProgressRecordType.Completed, result.Streams.Progress[^1].RecordType);
        Assert.Contains(result.Streams.Verbose, v => v.Message.Contains("started", StringComparison.Ordinal));
        Assert.Contains("published", result.Streams.Verbose[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_destination_that_the_system_denies_is_an_error_that_names_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A folder that not even root may write is one of Linux.");
        _folder.MakeDatabases("app.db");

        SessionResult result = _folder.Run("Backup-EmrDatabase app.db /sys/emrsim");

        Assert.Equal(["AccessDenied"], result.ErrorIds);
        Assert.Contains("/sys/emrsim", result.Errors[0].ToString(), StringComparison.Ordinal);
    }
}
