using EmrSim.Core.Alarms;
using EmrSim.Core.Stores;
using EmrSim.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EmrSim.Tests.Alarms;

/// <summary>What a monitor is told. For everything that can be wrong there is a test in which it must be found.</summary>
public sealed class StatusTests : IDisposable
{
    private static readonly DateTimeOffset s_start = new(2026, 3, 1, 2, 0, 0, TimeSpan.Zero);

    private readonly BackupFixture _fixture = new();
    private readonly FakeTimeProvider _clock = new(s_start);

    public StatusTests()
    {
        _fixture.Clock = _clock;
        TestDatabase.Create(_fixture.Source);
    }

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_fresh_verified_backup_is_healthy_and_says_so_in_one_line()
    {
        EmrBackup backup = await _fixture.BackupAsync();
        _clock.Advance(new TimeSpan(3, 12, 30));

        EmrBackupStatus status = await PassedAsync();

        Assert.Equal((backup.Id, _fixture.Store, "app", null), (status.Newest!.Id, status.Destination, status.Name, status.ProvedUtc));
        Assert.Equal(new TimeSpan(3, 12, 30), status.Age);
        Assert.Matches(@"^OK app: newest verified backup 3 h 12 min old, [0-9.]+ KB, never proved restorable$", status.Summary);
    }

    [Fact]
    public async Task One_that_is_too_old_fails()
    {
        await _fixture.BackupAsync();
        _clock.Advance(TimeSpan.FromDays(3));

        Assert.Equal("FAILED app: newest verified backup is 3 d old (limit 1 d 2 h)", (await FailedAsync()).Summary);
        await PassedAsync(Query with { MaximumAge = TimeSpan.FromDays(3) });
    }

    [Theory]
    [InlineData(EmrVerificationLevel.Restore, true)]
    [InlineData(EmrVerificationLevel.Integrity, false)]
    public async Task Proof_is_a_test_at_level_Restore_that_passed(EmrVerificationLevel level, bool proves)
    {
        EmrBackup backup = await _fixture.BackupAsync();
        _clock.Advance(TimeSpan.FromHours(1));
        await _fixture.TestAsync(backup.Path, level);
        _clock.Advance(TimeSpan.FromHours(1));

        if (!proves)
        {
            Assert.Equal("INCONCLUSIVE app: never proved restorable", (await BadAsync(Query with { RequireProof = true }, EmrOutcome.Inconclusive)).Summary);
            await BadAsync(Query with { MaximumProofAge = TimeSpan.FromDays(1) }, EmrOutcome.Inconclusive);
            return;
        }

        EmrBackupStatus status = await PassedAsync(Query with { RequireProof = true, MaximumProofAge = TimeSpan.FromHours(1) });
        Assert.Equal(s_start.AddHours(1), status.ProvedUtc);
        Assert.EndsWith("proved restorable 2026-03-01", status.Summary, StringComparison.Ordinal);
        EmrBackupStatus late = await FailedAsync(Query with { MaximumProofAge = TimeSpan.FromMinutes(59) });
        Assert.Equal("FAILED app: proved restorable 1 h ago (limit 59 min)", late.Summary);
    }

    [Fact]
    public async Task A_backup_that_was_restored_when_it_was_made_is_a_proof()
    {
        await _fixture.BackupAsync(_fixture.Request with { VerificationLevel = EmrVerificationLevel.Restore });

        Assert.Equal(s_start, (await PassedAsync(Query with { RequireProof = true })).ProvedUtc);
    }

    [Fact]
    public async Task G7_A_set_without_a_verified_backup_fails()
    {
        await _fixture.BackupAsync(_fixture.Request with { VerificationLevel = EmrVerificationLevel.Checksum });

        EmrBackupStatus status = await FailedAsync();

        Assert.Null(status.Newest);
        Assert.Equal("FAILED app: none of its 1 backups is verified", status.Summary);
    }

    [Fact]
    public async Task G11_A_backup_that_is_dated_in_the_future_is_Inconclusive_and_hides_no_missing_one()
    {
        await _fixture.BackupAsync();
        _clock.Advance(TimeSpan.FromDays(30));
        EmrBackup future = await _fixture.BackupAsync();

        _clock.AdjustTime(s_start.AddHours(1));
        EmrBackupStatus status = await BadAsync(Query, EmrOutcome.Inconclusive);
        Assert.Equal(TimeSpan.FromHours(1), status.Age);
        Assert.Equal($"INCONCLUSIVE app: {future} is dated 29 d 23 h in the future: a clock was wrong", status.Summary);

        _clock.AdjustTime(s_start.AddDays(2));
        Assert.Equal(2, (await FailedAsync()).Problems.Count);
    }

    [Fact]
    public async Task A_newest_backup_that_could_not_be_verified_is_Inconclusive()
    {
        EmrBackup first = await _fixture.BackupAsync();
        _clock.Advance(TimeSpan.FromHours(1));
        EmrBackup second = await _fixture.BackupAsync();
        Rewrite(second, m => m with { Verification = m.Verification with { Outcome = EmrOutcome.Inconclusive } });

        EmrBackupStatus status = await BadAsync(Query, EmrOutcome.Inconclusive);

        Assert.Equal(first.Id, status.Newest!.Id);
        Assert.Equal($"the newest backup {second} could not be verified", Assert.Single(status.Problems));
    }

    [Fact]
    public async Task Backups_of_which_only_the_checksum_is_verified_between_verified_ones_are_no_alarm()
    {
        await _fixture.BackupAsync();
        _clock.Advance(TimeSpan.FromHours(1));
        await _fixture.BackupAsync(_fixture.Request with { VerificationLevel = EmrVerificationLevel.Checksum });

        await PassedAsync();
    }

    [Theory]
    [InlineData("manifest")]
    [InlineData("stored file")]
    [InlineData("length")]
    [InlineData("lost manifest")]
    public async Task A_damaged_manifest_and_a_stored_file_that_is_gone_fail(string what)
    {
        EmrBackup old = await _fixture.BackupAsync();
        _clock.Advance(TimeSpan.FromHours(1));
        await _fixture.BackupAsync();
        if (what == "manifest") await File.AppendAllTextAsync(old.ManifestPath, "x");
        else if (what == "lost manifest") File.Delete(old.ManifestPath);
        else if (what == "length") await File.AppendAllTextAsync(old.Path, "x");
        else File.Delete(old.Path);

        EmrBackupStatus status = await FailedAsync();

        Assert.Contains(Path.GetFileNameWithoutExtension(old.ManifestPath), Assert.Single(status.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_failed_after_the_newest_backup_fails_until_the_next_good_one()
    {
        await _fixture.BackupAsync();
        _clock.Advance(TimeSpan.FromHours(1));
        TestDatabase.Run(_fixture.Source, "DELETE FROM patients");
        await _fixture.FailAsync();

        EmrBackupStatus status = await FailedAsync();
        Assert.StartsWith("FAILED app: the last run failed: ", status.Summary, StringComparison.Ordinal);
        Assert.Contains("much smaller", status.Summary, StringComparison.Ordinal);

        _clock.Advance(TimeSpan.FromHours(1));
        await _fixture.BackupAsync(_fixture.Request with { AllowShrink = true });
        await PassedAsync();
    }

    [Fact]
    public async Task B11_A_second_run_that_found_the_set_locked_is_no_alarm_once_the_first_has_ended()
    {
        Directory.CreateDirectory(_fixture.Store);
        var store = new FolderStore(_fixture.Store);
        Append(store, EmrRunKind.Backup, EmrOutcome.Failed, s_start.AddMinutes(5));
        await _fixture.BackupAsync();

        await PassedAsync();
    }

    [Theory]
    [InlineData(EmrRunKind.Mirror)]
    [InlineData(EmrRunKind.Retention)]
    public async Task A_mirror_or_a_retention_that_failed_last_fails(EmrRunKind kind)
    {
        await _fixture.BackupAsync();
        var store = new FolderStore(_fixture.Store);
        Append(store, kind, EmrOutcome.Failed, s_start);
        Assert.Equal($"FAILED app: the last {kind} failed: It broke two lines", (await FailedAsync()).Summary);

        Append(store, kind, EmrOutcome.Passed, s_start);
        await PassedAsync();
    }

    [Fact]
    public async Task A_backup_that_failed_its_last_test_fails_the_set_as_long_as_it_is_there()
    {
        EmrBackup bad = await _fixture.BackupAsync();
        _clock.Advance(TimeSpan.FromHours(1));
        await _fixture.BackupAsync();
        byte[] bytes = await File.ReadAllBytesAsync(bad.Path);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(bad.Path, bytes);
        await PassedAsync();
        await _fixture.TestAsync(bad.Path, EmrVerificationLevel.Checksum);

        Assert.Contains(Path.GetFileName(bad.Path), Assert.Single((await FailedAsync()).Problems), StringComparison.Ordinal);
        await new BackupCatalog(_fixture.Loggers(), _clock).RemoveAsync(bad, false, null, default);
        await PassedAsync();
    }

    [Fact]
    public async Task A_test_for_which_the_backup_was_only_too_old_says_nothing_of_it()
    {
        EmrBackup backup = await _fixture.BackupAsync();
        _clock.Advance(TimeSpan.FromHours(1));
        await _fixture.TestAsync(new Core.Verification.BackupTestRequest(backup.Path, EmrVerificationLevel.Checksum) { MaximumAge = TimeSpan.FromMinutes(1) });

        await PassedAsync();
    }

    [Fact]
    public async Task A_line_of_the_history_that_cannot_be_read_matters_until_the_next_backup()
    {
        await _fixture.BackupAsync();
        await File.AppendAllTextAsync(Path.Combine(_fixture.Store, "history.jsonl"), "{\"star");

        Assert.Equal("line 2 of the history cannot be read", Assert.Single((await BadAsync(Query, EmrOutcome.Inconclusive)).Problems));
        _clock.Advance(TimeSpan.FromHours(1));
        await _fixture.BackupAsync();
        await PassedAsync();
        Assert.Contains(_fixture.Log.Events, e => e.Id == 8005);
    }

    [Fact]
    public async Task A_history_that_cannot_be_read_at_all_is_Inconclusive()
    {
        await _fixture.BackupAsync();
        string path = Path.Combine(_fixture.Store, "history.jsonl");
        File.Delete(path);
        Directory.CreateDirectory(path);

        Assert.Contains("history.jsonl", Assert.Single((await BadAsync(Query, EmrOutcome.Inconclusive)).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_set_is_judged_by_itself_and_one_bad_set_makes_the_error()
    {
        string other = TestDatabase.Create(_fixture.Folder.File("other.db"));
        await _fixture.BackupAsync(new(other, _fixture.Store));
        _clock.Advance(TimeSpan.FromDays(2));
        await _fixture.BackupAsync();

        StatusResult result = await GetAsync(Query);

        Assert.Equal([("app", EmrOutcome.Passed), ("other", EmrOutcome.Failed)], result.Sets.Select(s => (s.Name, s.Outcome)));
        Assert.Equal(ErrorCode.BackupsNotHealthy, result.Error!.ErrorCode);
        Assert.StartsWith("1 of 2 backup sets", result.Error.Message, StringComparison.Ordinal);
        await PassedAsync(Query with { Names = ["APP"] });
    }

    [Theory]
    [InlineData("ap")]
    [InlineData("x*")]
    public async Task A_set_that_is_named_and_not_there_fails(string name)
    {
        await _fixture.BackupAsync();

        StatusResult result = await GetAsync(Query with { Names = ["app", name] });

        Assert.Equal([("app", EmrOutcome.Passed), (name, EmrOutcome.Failed)], result.Sets.Select(s => (s.Name, s.Outcome)));
        Assert.NotNull(result.Error);
    }

    [Fact]
    public async Task An_empty_store_fails_and_one_that_is_not_there_is_an_error()
    {
        Assert.Equal(ErrorCode.DestinationNotFound, (await Assert.ThrowsAsync<EmrSimException>(() => GetAsync(Query))).ErrorCode);
        Directory.CreateDirectory(_fixture.Store);
        Assert.Equal($"FAILED *: '{_fixture.Store}' holds no backup", (await FailedAsync()).Summary);
    }

    [Fact]
    public async Task A_set_that_never_came_to_a_first_backup_is_noticed_while_its_job_goes_on_failing()
    {
        await _fixture.BackupAsync();
        await _fixture.FailAsync(new(_fixture.Folder.File("new.db"), _fixture.Store));

        Assert.Equal(["Passed", "Failed"], (await GetAsync(Query)).Sets.Select(s => s.Outcome.ToString()));
        Assert.Contains("there is no backup", (await GetAsync(Query)).Sets[1].Summary, StringComparison.Ordinal);

        // A name that was mistyped once is no alarm for ever.
        _clock.Advance(TimeSpan.FromDays(2));
        await _fixture.BackupAsync();
        await PassedAsync();
    }

    [Fact]
    public async Task A_set_whose_files_are_gone_fails_though_others_are_well()
    {
        EmrBackup lost = await _fixture.BackupAsync(_fixture.Request with { Name = "lost" });
        await _fixture.BackupAsync();
        foreach (string path in Directory.GetFiles(_fixture.Store, "lost-*")) File.Delete(path);

        StatusResult result = await GetAsync(Query);

        Assert.Equal(["app", "lost"], result.Sets.Select(s => s.Name));
        Assert.Equal([EmrOutcome.Passed, EmrOutcome.Failed], result.Sets.Select(s => s.Outcome));
        Assert.StartsWith($"FAILED lost: there is no backup: {Path.GetFileName(lost.Path)} is gone", result.Sets[1].Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_set_that_was_removed_by_hand_is_no_alarm()
    {
        EmrBackup old = await _fixture.BackupAsync(_fixture.Request with { Name = "old" });
        await _fixture.BackupAsync();
        await new BackupCatalog(_fixture.Loggers(), _clock).RemoveAsync(old, true, null, default);

        Assert.Equal("app", (await PassedAsync()).Name);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, -1)]
    public async Task Ages_that_make_no_sense_are_refused(int age, int proofAge)
    {
        Directory.CreateDirectory(_fixture.Store);
        StatusQuery query = Query with { MaximumAge = TimeSpan.FromDays(age), MaximumProofAge = TimeSpan.FromDays(proofAge) };

        Assert.Equal(ErrorCode.InvalidArgument, (await Assert.ThrowsAsync<EmrSimException>(() => GetAsync(query))).ErrorCode);
    }

    private StatusQuery Query => new(_fixture.Store, []);

    private static void Append(FolderStore store, EmrRunKind kind, EmrOutcome outcome, DateTimeOffset started) => Assert.Null(History.Append(
        store,
        new EmrHistoryEntry
        {
            StartedUtc = started,
            Kind = kind,
            Name = "app",
            Outcome = outcome,
            Duration = TimeSpan.FromSeconds(1),
            Reason = outcome == EmrOutcome.Passed ? null : "It broke\r\ntwo lines.",
            Host = "host",
        },
        NullLogger.Instance));

    private void Rewrite(EmrBackup backup, Func<BackupManifest, BackupManifest> change)
    {
        var store = new FolderStore(_fixture.Store);
        store.ReplaceManifest(change(store.ReadManifest(Path.GetFileName(backup.ManifestPath))));
    }

    private async Task<EmrBackupStatus> PassedAsync(StatusQuery? query = null)
    {
        StatusResult result = await GetAsync(query ?? Query);
        Assert.Null(result.Error);
        EmrBackupStatus status = Assert.Single(result.Sets);
        Assert.Equal(EmrOutcome.Passed, status.Outcome);
        Assert.Empty(status.Problems);
        return status;
    }

    private Task<EmrBackupStatus> FailedAsync(StatusQuery? query = null) => BadAsync(query ?? Query, EmrOutcome.Failed);

    private async Task<EmrBackupStatus> BadAsync(StatusQuery query, EmrOutcome outcome)
    {
        StatusResult result = await GetAsync(query);
        Assert.Equal(ErrorCode.BackupsNotHealthy, result.Error!.ErrorCode);
        EmrBackupStatus status = Assert.Single(result.Sets);
        Assert.Equal(outcome, status.Outcome);
        Assert.DoesNotContain('\n', status.Summary);
        return status;
    }

    private Task<StatusResult> GetAsync(StatusQuery query) => new StatusEngine(_fixture.Loggers(), _clock).GetAsync(query, default);
}
