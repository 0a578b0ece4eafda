using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using EmrSim.Core.Backup;
using EmrSim.Core.Stores;
using EmrSim.Core.Verification;
using EmrSim.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EmrSim.Tests.Alarms;

/// <summary>The evidence that runs leave in their store.</summary>
public sealed class HistoryTests : IDisposable
{
    private static readonly DateTimeOffset s_start = new(2026, 3, 1, 2, 0, 0, TimeSpan.Zero);

    private readonly BackupFixture _fixture = new();
    private readonly FakeTimeProvider _clock = new(s_start);

    public HistoryTests()
    {
        _fixture.Clock = _clock;
        TestDatabase.Create(_fixture.Source);
    }

    private string HistoryPath => Path.Combine(_fixture.Store, "history.jsonl");

    private BackupCatalog Catalog => new(_fixture.Loggers(), _clock);

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead)]
    [UnsupportedOSPlatform("windows")]
    public async Task A_new_history_is_as_private_as_the_manifests_and_one_that_is_there_keeps_its_mode(UnixFileMode mode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows the folder's ACL applies.");
        File.SetUnixFileMode(_fixture.Source, mode);

        EmrBackup backup = await _fixture.BackupAsync();

        Assert.Equal((mode, mode), (File.GetUnixFileMode(backup.ManifestPath), File.GetUnixFileMode(HistoryPath)));
        File.SetUnixFileMode(HistoryPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        await _fixture.BackupAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead, File.GetUnixFileMode(HistoryPath));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_history_without_a_backup_is_its_owner_s_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows the folder's ACL applies.");
        Directory.CreateDirectory(_fixture.Store);

        await _fixture.FailAsync(_fixture.Request with { SourcePath = _fixture.Folder.File("none.db") });

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(HistoryPath));
    }

    [Fact]
    public async Task A_backup_a_test_and_a_removal_each_leave_one_line_with_their_facts()
    {
        EmrBackup first = await _fixture.BackupAsync();
        _clock.Advance(TimeSpan.FromDays(1));
        EmrBackup second = await _fixture.BackupAsync();
        await _fixture.TestAsync(second.Path, EmrVerificationLevel.Restore);
        await Catalog.RemoveAsync(first, false, null, default);

        IReadOnlyList<EmrHistoryEntry> entries = (await ListAsync()).Entries;

        Assert.Equal([EmrRunKind.Backup, EmrRunKind.Backup, EmrRunKind.Test, EmrRunKind.Removal], entries.Select(e => e.Kind));
        Assert.All(entries, e => Assert.Equal(("app", EmrOutcome.Passed, null, null, Environment.MachineName), (e.Name, e.Outcome, e.Error, e.Reason, e.Host)));
        EmrHistoryEntry backup = entries[0];
        Assert.Equal(s_start, backup.StartedUtc);
        Assert.Equal((_fixture.Source, Path.GetFileName(first.Path)), (backup.SourcePath, backup.File));
        Assert.Equal((first.DatabaseLength, first.StoredLength, EmrVerificationLevel.Integrity), (backup.DatabaseLength, backup.StoredLength, backup.Level));
        Assert.Equal(Math.Round(first.Duration.TotalSeconds, 3), backup.Duration.TotalSeconds, 3);
        Assert.Equal((Path.GetFileName(second.Path), EmrVerificationLevel.Restore, s_start.AddDays(1)), (entries[2].File, entries[2].Level, entries[2].StartedUtc));
        Assert.Equal(Path.GetFileName(first.Path), entries[3].File);
    }

    [Fact]
    public async Task A_line_is_one_JSON_object_with_raw_values_and_no_byte_order_mark()
    {
        EmrBackup backup = await _fixture.BackupAsync();

        byte[] bytes = await File.ReadAllBytesAsync(HistoryPath);
        Assert.Equal((byte)'{', bytes[0]);
        JsonElement line = JsonDocument.Parse(Encoding.UTF8.GetString(bytes).TrimEnd('\n')).RootElement;
        Assert.Equal(
            ["startedUtc", "kind", "name", "outcome", "durationSeconds", "sourcePath", "file", "databaseLength", "storedLength", "level", "host"],
            line.EnumerateObject().Select(p => p.Name));
        Assert.Equal("2026-03-01T02:00:00+00:00", line.GetProperty("startedUtc").GetString());
        Assert.Equal(backup.StoredLength, line.GetProperty("storedLength").GetInt64());
        Assert.Equal("integrity", line.GetProperty("level").GetString());
    }

    [Fact]
    public async Task A_backup_that_fails_leaves_its_error_and_its_reason()
    {
        await _fixture.BackupAsync();
        _clock.Advance(TimeSpan.FromDays(1));
        TestDatabase.Run(_fixture.Source, "DELETE FROM patients");

        EmrSimException error = await _fixture.FailAsync();

        EmrHistoryEntry entry = (await ListAsync()).Entries[1];
        Assert.Equal((EmrOutcome.Failed, ErrorCode.DatabaseShrank, error.Message, null), (entry.Outcome, entry.Error, entry.Reason, entry.File));
    }

    [Fact]
    public async Task B1_A_missing_database_leaves_a_line_in_a_store_that_is_there_and_makes_none_that_is_not()
    {
        await _fixture.FailAsync(new BackupRequest(_fixture.Folder.File("none.db"), _fixture.Store));
        Assert.False(Directory.Exists(_fixture.Store));

        Directory.CreateDirectory(_fixture.Store);
        await _fixture.FailAsync(new BackupRequest(_fixture.Folder.File("none.db"), _fixture.Store));
        Assert.Equal(("none", ErrorCode.SourceNotFound), ((await ListAsync()).Entries.Single().Name, (await ListAsync()).Entries.Single().Error));
    }

    [Fact]
    public async Task A_backup_that_is_stopped_leaves_a_line_that_says_so()
    {
        using var stop = new CancellationTokenSource();
        Directory.CreateDirectory(_fixture.Store);
        var progress = new Synchronous(_ => stop.Cancel());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new BackupEngine(_fixture.Loggers(), _clock).BackupAsync(_fixture.Request, progress, stop.Token));

        EmrHistoryEntry entry = (await ListAsync()).Entries.Single();
        Assert.Equal((EmrOutcome.Failed, null, "It was stopped."), (entry.Outcome, entry.Error, entry.Reason));
    }

    [Fact]
    public async Task A_backup_whose_history_cannot_be_written_is_good_and_the_job_is_not()
    {
        await _fixture.BackupAsync();
        _clock.Advance(TimeSpan.FromDays(1));
        File.Delete(HistoryPath);
        Directory.CreateDirectory(HistoryPath);

        BackupResult result = await new BackupEngine(_fixture.Loggers(), _clock).RunAsync(_fixture.Request, null, default);

        Assert.Equal(EmrOutcome.Passed, result.Backup.Verification.Outcome);
        Assert.Equal(ErrorCode.HistoryNotWritten, Assert.Single(result.Errors).ErrorCode);
        Assert.Contains(_fixture.Log.Events, e => e.Id == 8000);
        // A test is not worth less for it, and a removal is done all the same.
        Assert.Null((await _fixture.TestAsync(result.Backup.Path)).Error);
        EmrSimException removal = await Assert.ThrowsAsync<EmrSimException>(() => Catalog.RemoveAsync(result.Backup, true, null, default));
        Assert.Equal(ErrorCode.HistoryNotWritten, removal.ErrorCode);
        Assert.False(File.Exists(result.Backup.Path));
    }

    [Fact]
    public async Task A_store_that_takes_no_writes_is_tested_all_the_same()
    {
        using SmallDisk disk = SmallDisk.Mount(_fixture.Store, 64);
        EmrBackup backup = await _fixture.BackupAsync();
        disk.MakeReadOnly();

        BackupTestResult result = await _fixture.TestAsync(backup.Path);

        Assert.Equal(EmrOutcome.Passed, result.Test.Outcome);
        Assert.Contains(_fixture.Log.Events, e => e.Id == 8000);
        Assert.Single((await ListAsync()).Entries);
    }

    [Fact]
    public async Task A_test_that_could_not_be_carried_out_is_no_test_that_passed()
    {
        EmrBackup backup = await _fixture.BackupAsync();

        await Assert.ThrowsAsync<EmrSimException>(() =>
            _fixture.TestAsync(new BackupTestRequest(backup.Path, EmrVerificationLevel.Restore) { WorkPath = Path.Combine(backup.Path, "no folder") }));

        Assert.Equal(EmrOutcome.Inconclusive, (await ListAsync()).Entries[1].Outcome);
    }

    [Theory]
    [InlineData("{\"startedUtc\":\"2026-03-01T02:00:00+00:00\",\"kind\":\"back")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"startedUtc\":\"2026-03-01T02:00:00Z\",\"kind\":\"backup\",\"name\":null,\"outcome\":\"passed\",\"durationSeconds\":1,\"host\":\"h\"}")]
    [InlineData("{\"startedUtc\":\"2026-03-01T02:00:00Z\",\"kind\":\"backup\",\"name\":\"app\",\"outcome\":\"passed\",\"durationSeconds\":1e300,\"host\":\"h\"}")]
    [InlineData("{\"startedUtc\":\"2026-03-01T02:00:00Z\",\"kind\":\"backup\",\"name\":\"app\",\"outcome\":\"splendid\",\"durationSeconds\":1,\"host\":\"h\"}")]
    public async Task A_line_that_cannot_be_read_is_an_error_with_its_number_and_spoils_no_other(string line)
    {
        await _fixture.BackupAsync();
        // Without a line break, as a power cut leaves it.
        await File.AppendAllTextAsync(HistoryPath, line);
        _clock.Advance(TimeSpan.FromDays(1));
        await _fixture.BackupAsync();

        HistoryResult result = await ListAsync();

        Assert.Equal(2, result.Entries.Count);
        EmrSimException error = Assert.Single(result.Errors);
        Assert.Equal(ErrorCode.HistoryDamaged, error.ErrorCode);
        Assert.StartsWith("Line 2 of", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_newer_version_adds_is_passed_over()
    {
        Directory.CreateDirectory(_fixture.Store);
        await File.WriteAllTextAsync(
            HistoryPath,
            "{\"startedUtc\":\"2026-03-01T02:00:00Z\",\"kind\":\"backup\",\"name\":\"app\",\"outcome\":\"failed\",\"durationSeconds\":1.5," +
            "\"error\":\"NotYetInvented\",\"weather\":{\"rain\":true},\"host\":\"h\"}\n");

        EmrHistoryEntry entry = Assert.Single((await ListAsync()).Entries);

        Assert.Equal((TimeSpan.FromSeconds(1.5), ErrorCode.InternalError), (entry.Duration, entry.Error));
    }

    [Fact]
    public async Task Runs_are_chosen_by_set_kind_time_and_number_and_given_oldest_first()
    {
        Directory.CreateDirectory(_fixture.Store);
        var store = new FolderStore(_fixture.Store);
        // A clock that was set back: the file's order is not that of time.
        foreach (int day in new[] { 0, 5, 2, 3 }) Append(store, "app", EmrRunKind.Backup, day);
        Append(store, "app two", EmrRunKind.Test, 1);

        Assert.Equal(new[] { 0, 1, 2, 3, 5 }, await DaysAsync(new HistoryQuery(_fixture.Store, [])));
        Assert.Equal(new[] { 0, 2, 3, 5 }, await DaysAsync(new HistoryQuery(_fixture.Store, ["APP"])));
        Assert.Equal(new[] { 1 }, await DaysAsync(new HistoryQuery(_fixture.Store, ["app*"]) { Kinds = [EmrRunKind.Test] }));
        Assert.Equal(new[] { 2, 3, 5 }, await DaysAsync(new HistoryQuery(_fixture.Store, []) { Since = s_start.AddDays(2) }));
        Assert.Equal(new[] { 3, 5 }, await DaysAsync(new HistoryQuery(_fixture.Store, []) { Newest = 2 }));
        Assert.Equal(ErrorCode.BackupNotFound, Assert.Single((await ListAsync(new HistoryQuery(_fixture.Store, ["ap"]))).Errors).ErrorCode);
    }

    [Fact]
    public async Task A_store_that_is_not_there_is_an_error_and_one_without_a_history_is_none()
    {
        Assert.Equal(ErrorCode.DestinationNotFound, (await Assert.ThrowsAsync<EmrSimException>(() => ListAsync())).ErrorCode);
        Directory.CreateDirectory(_fixture.Store);
        Assert.Empty((await ListAsync()).Entries);
    }

    [Fact]
    public async Task Many_processes_append_at_once_and_no_line_is_lost_or_torn()
    {
        Directory.CreateDirectory(_fixture.Store);
        Parallel.For(0, 200, i => Append(new FolderStore(_fixture.Store), "app", EmrRunKind.Backup, i));

        Assert.Equal(Enumerable.Range(0, 200), await DaysAsync(new HistoryQuery(_fixture.Store, [])));
    }

    private static void Append(FolderStore store, string name, EmrRunKind kind, int day) => Assert.Null(History.Append(
        store,
        new EmrHistoryEntry
        {
            StartedUtc = s_start.AddDays(day),
            Kind = kind,
            Name = name,
            Outcome = EmrOutcome.Passed,
            Duration = TimeSpan.FromSeconds(1),
            Host = "host",
        },
        NullLogger.Instance));

    private async Task<int[]> DaysAsync(HistoryQuery query) => [.. (await ListAsync(query)).Entries.Select(e => (e.StartedUtc - s_start).Days)];

    private Task<HistoryResult> ListAsync(HistoryQuery? query = null) => History.ListAsync(query ?? new HistoryQuery(_fixture.Store, []), default);
}
