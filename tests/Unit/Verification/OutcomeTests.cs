using EmrSim.Core.Files;
using EmrSim.Core.Verification;
using EmrSim.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace EmrSim.Tests.Verification;

/// <summary>What counts as passed, and what does not.</summary>
public sealed class OutcomeTests : IDisposable
{
    private readonly BackupFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(EmrVerificationLevel.Checksum, "Manifest StoredFile StoredChecksum")]
    [InlineData(EmrVerificationLevel.Integrity, "Manifest StoredFile StoredChecksum Unpack DatabaseChecksum IntegrityCheck ForeignKeys Rows Schema")]
    [InlineData(EmrVerificationLevel.Restore, "Manifest StoredFile StoredChecksum Unpack DatabaseChecksum IntegrityCheck ForeignKeys Rows Schema Settings Usable")]
    public async Task Every_level_has_its_checks_one_line_each(EmrVerificationLevel level, string checks)
    {
        TestDatabase.Create(_fixture.Source);
        EmrBackup backup = await _fixture.BackupAsync();

        BackupTestResult result = await _fixture.TestAsync(backup.Path, level);

        Assert.Equal(checks.Split(' '), result.Test.Checks.Select(c => c.Name));
        Assert.Equal(EmrOutcome.Passed, result.Test.Outcome);
        Assert.Null(result.Error);
        Assert.Equal(backup.Id, result.Test.Backup!.Id);
    }

    [Fact]
    public async Task B14_References_that_lead_nowhere_pass_integrity_check_and_are_a_finding_of_their_own()
    {
        TestDatabase.Create(_fixture.Source);
        TestDatabase.Run(
            _fixture.Source,
            "PRAGMA foreign_keys=OFF; CREATE TABLE visits(id INTEGER PRIMARY KEY, patient INTEGER REFERENCES patients(id)); INSERT INTO visits VALUES (1, 1), (2, 9999), (3, 9998)");

        EmrBackup backup = await _fixture.BackupAsync();
        BackupTestResult result = await _fixture.TestAsync(backup.Path);

        Assert.Equal(2, backup.ForeignKeyViolations);
        Assert.Contains(_fixture.Log.Events, e => e.Id == 1008 && e.Message.Contains("visits row 2", StringComparison.Ordinal));
        // They are the source's own: the backup is as good as the database, and says what is wrong with it.
        Assert.Equal(EmrOutcome.Passed, result.Test.Outcome);
        Assert.Contains("2 violations", result.Test.Checks.Single(c => c.Name == "ForeignKeys").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task B14_References_that_were_not_counted_are_not_taken_for_none()
    {
        TestDatabase.Create(_fixture.Source);
        TestDatabase.Run(
            _fixture.Source, "PRAGMA foreign_keys=OFF; CREATE TABLE visits(id INTEGER PRIMARY KEY, patient REFERENCES patients(id)); INSERT INTO visits VALUES (1, 9999)");

        EmrBackup backup = await _fixture.BackupAsync(_fixture.Request with { VerificationLevel = EmrVerificationLevel.Checksum });

        Assert.Null(backup.ForeignKeyViolations);
        Assert.Equal(EmrOutcome.Passed, (await _fixture.TestAsync(backup.Path, EmrVerificationLevel.Restore)).Test.Outcome);
    }

    [Fact]
    public async Task B18_A_test_that_runs_out_of_time_is_inconclusive_and_an_error()
    {
        TestDatabase.Create(_fixture.Source, rows: 20_000);
        EmrBackup backup = await _fixture.BackupAsync();

        BackupTestResult result = await _fixture.TestAsync(new BackupTestRequest(backup.Path, EmrVerificationLevel.Restore) { Timeout = TimeSpan.Zero });

        Assert.Equal(EmrOutcome.Inconclusive, result.Test.Outcome);
        Assert.Equal("Timeout", result.Test.Checks[^1].Name);
        Assert.Equal(ErrorCode.TestInconclusive, result.Error!.ErrorCode);
    }

    [Fact]
    public async Task B18_A_check_that_cannot_run_makes_a_backup_that_does_not_count_as_verified()
    {
        TestDatabase.Create(_fixture.Source);
        using (Microsoft.Data.Sqlite.SqliteConnection connection = TestDatabase.Open(_fixture.Source))
        {
            // A collation of the application's own, unknown to everybody else.
            connection.CreateCollation("clinic", string.CompareOrdinal);
            TestDatabase.Run(connection, "CREATE TABLE names(name TEXT COLLATE clinic); CREATE INDEX names_name ON names(name); INSERT INTO names VALUES ('a'), ('b')");
        }

        EmrBackup backup = await _fixture.BackupAsync();
        BackupTestResult result = await _fixture.TestAsync(backup.Path, EmrVerificationLevel.Restore);

        Assert.Equal(EmrOutcome.Inconclusive, backup.Verification.Outcome);
        Assert.Equal(EmrOutcome.Inconclusive, result.Test.Outcome);
        Assert.Contains("clinic", result.Test.Checks.Single(c => c.Name == "IntegrityCheck").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_older_than_allowed_fails_and_a_younger_one_passes()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 2, 0, 0, TimeSpan.Zero));
        _fixture.Clock = clock;
        TestDatabase.Create(_fixture.Source);
        EmrBackup backup = await _fixture.BackupAsync();
        var request = new BackupTestRequest(backup.Path, EmrVerificationLevel.Checksum) { MaximumAge = TimeSpan.FromHours(26) };

        clock.Advance(TimeSpan.FromHours(26));
        Assert.Equal(EmrOutcome.Passed, (await _fixture.TestAsync(request)).Test.Outcome);
        clock.Advance(TimeSpan.FromSeconds(1));
        BackupTestResult late = await _fixture.TestAsync(request);

        Assert.Equal(EmrOutcome.Failed, late.Test.Outcome);
        Assert.Equal(ErrorCode.BackupTooOld, late.Error!.ErrorCode);
    }

    [Fact]
    public async Task B12_The_age_of_a_backup_that_is_dated_in_the_future_is_not_known()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2027, 3, 1, 2, 0, 0, TimeSpan.Zero));
        _fixture.Clock = clock;
        TestDatabase.Create(_fixture.Source);
        EmrBackup backup = await _fixture.BackupAsync();
        _fixture.Clock = new FakeTimeProvider(clock.GetUtcNow() - TimeSpan.FromDays(365));

        BackupTestResult result = await _fixture.TestAsync(new BackupTestRequest(backup.Path, EmrVerificationLevel.Checksum) { MaximumAge = TimeSpan.FromDays(1) });

        Assert.Equal(EmrOutcome.Inconclusive, result.Test.Outcome);
        await _fixture.BackupAsync();
        Assert.Contains(_fixture.Log.Events, e => e.Id == 1017);
    }

    [Fact]
    public async Task A_file_beside_a_backup_that_is_not_the_one_of_its_manifest_is_not_taken_for_it()
    {
        TestDatabase.Create(_fixture.Source);
        EmrBackup backup = await _fixture.BackupAsync();
        string other = backup.Path[..^".zst".Length];
        File.WriteAllText(other, "not what the backup is");

        BackupTestResult result = await _fixture.TestAsync(other, EmrVerificationLevel.Restore);

        Assert.Equal(EmrOutcome.Failed, result.Test.Outcome);
        Assert.Equal(other, result.Test.Path);
        Assert.Equal(ErrorCode.ManifestMismatch, result.Error!.ErrorCode);
        Assert.Equal(EmrOutcome.Passed, (await _fixture.TestAsync(backup.Path)).Test.Outcome);
    }

    [Fact]
    public async Task A_foreign_key_to_columns_that_are_no_key_is_a_finding_of_the_schema()
    {
        TestDatabase.Create(_fixture.Source);
        TestDatabase.Run(
            _fixture.Source, "PRAGMA foreign_keys=OFF; CREATE TABLE visits(note REFERENCES patients(note)); INSERT INTO visits VALUES ('x')");

        EmrBackup backup = await _fixture.BackupAsync();

        Assert.Equal(EmrOutcome.Passed, backup.Verification.Outcome);
        Assert.Contains(_fixture.Log.Events, e => e.Id == 1008 && e.Message.Contains("foreign key mismatch", StringComparison.Ordinal));
        Assert.Equal(EmrOutcome.Passed, (await _fixture.TestAsync(backup.Path)).Test.Outcome);
    }

    [Fact]
    public async Task B9_A_database_in_use_is_not_tested_as_if_its_main_file_were_all_of_it()
    {
        TestDatabase.Create(_fixture.Source);
        using Microsoft.Data.Sqlite.SqliteConnection writer = TestDatabase.Open(_fixture.Source);
        TestDatabase.Run(writer, "PRAGMA wal_autocheckpoint=0");
        TestDatabase.AddPatients(writer, 10);

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => _fixture.TestAsync(_fixture.Source));

        Assert.Equal(ErrorCode.InvalidArgument, error.ErrorCode);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(90)]
    public async Task A_timeout_that_no_timer_can_count_is_refused(int days)
    {
        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(
            () => _fixture.TestAsync(new BackupTestRequest(_fixture.Source, EmrVerificationLevel.Checksum) { Timeout = TimeSpan.FromDays(days) }));

        Assert.Equal(ErrorCode.InvalidArgument, error.ErrorCode);
    }

    [Fact]
    public async Task A_path_where_no_backup_is_is_an_error()
    {
        Directory.CreateDirectory(_fixture.Store);
        foreach (string name in new[] { "none.zst", "app-20260101T020000000Z.sqlite.zst", "app-20260101T020000000Z.json" })
        {
            EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => _fixture.TestAsync(Path.Combine(_fixture.Store, name)));
            Assert.Equal(ErrorCode.BackupNotFound, error.ErrorCode);
        }
    }

    [Fact]
    public async Task A_test_leaves_no_plaintext_behind_and_clears_away_what_a_killed_one_left()
    {
        TestDatabase.Create(_fixture.Source);
        EmrBackup backup = await _fixture.BackupAsync();
        string work = _fixture.Folder.File("work");
        string abandoned = Path.Combine(work, "emrsim-work-00000000000000000000000000000000"), foreign = Path.Combine(work, "emrsim-work-mine");
        string unlocked = Path.Combine(work, "emrsim-work-11111111111111111111111111111111");
        Directory.CreateDirectory(work);
        foreach (string folder in new[] { abandoned, unlocked, foreign }) PrivateFile.CreateFolder(folder);
        File.WriteAllText(Path.Combine(abandoned, "owner.lock"), "");
        // One that was killed while it removed its folder has no lock any more.
        foreach (string folder in new[] { abandoned, unlocked }) File.WriteAllText(Path.Combine(folder, "restored.sqlite"), "plain");
        foreach (string folder in new[] { abandoned, unlocked, foreign }) Directory.SetLastWriteTimeUtc(folder, DateTime.UtcNow.AddHours(-1));

        await _fixture.TestAsync(new BackupTestRequest(backup.Path, EmrVerificationLevel.Restore) { WorkPath = work });

        Assert.Equal([foreign], Directory.GetDirectories(work));
    }

    [Fact]
    public async Task What_another_account_put_into_the_work_folder_is_neither_opened_nor_removed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "Giving a folder away needs root.");
        TestDatabase.Create(_fixture.Source);
        EmrBackup backup = await _fixture.BackupAsync();
        string work = _fixture.Folder.File("work"), planted = Path.Combine(work, "emrsim-work-00000000000000000000000000000000");
        Directory.CreateDirectory(work);
        PrivateFile.CreateFolder(planted);
        // Who opened it would wait for a reader for ever.
        using (System.Diagnostics.Process make = System.Diagnostics.Process.Start("bash", ["-c", $"mkfifo '{planted}/owner.lock' && chown nobody '{planted}' && touch -d '1 hour ago' '{planted}'"])) make.WaitForExit();

        Task<BackupTestResult> test = _fixture.TestAsync(new BackupTestRequest(backup.Path, EmrVerificationLevel.Restore) { WorkPath = work });

        Assert.Same(test, await Task.WhenAny(test, Task.Delay(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken)));
        Assert.Equal([planted], Directory.GetDirectories(work));
    }
}
