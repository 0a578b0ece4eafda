using EmrSim.Core.Jobs;
using EmrSim.Core.Retention;
using EmrSim.Core.Stores;
using EmrSim.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace EmrSim.Tests.Jobs;

public sealed class MirrorTests : IDisposable
{
    private readonly BackupFixture _fixture = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 2, 0, 0, TimeSpan.Zero));

    public MirrorTests()
    {
        _fixture.Clock = _clock;
        TestDatabase.Create(_fixture.Source);
    }

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_backup_is_the_same_in_both_stores()
    {
        BackupJobResult result = await RunAsync();

        Assert.Empty(result.Problems);
        EmrBackup copy = Assert.Single(await ListAsync(Second));
        Assert.Equal(result.Backup with { Path = copy.Path, ManifestPath = copy.ManifestPath, Tables = copy.Tables, Recipients = copy.Recipients }, copy);
        Assert.Equal(File.ReadAllBytes(result.Backup.Path), File.ReadAllBytes(copy.Path));
        Assert.Equal(File.ReadAllBytes(result.Backup.ManifestPath), File.ReadAllBytes(copy.ManifestPath));
        Assert.Equal(EmrOutcome.Passed, (await _fixture.TestAsync(copy.Path, EmrVerificationLevel.Restore)).Test.Outcome);
        if (!OperatingSystem.IsWindows()) Assert.Equal(File.GetUnixFileMode(_fixture.Source), File.GetUnixFileMode(copy.Path));
    }

    [Fact]
    public async Task A_second_store_that_cannot_be_written_is_a_problem_and_the_backup_stands()
    {
        await File.WriteAllTextAsync(Second, "not a folder");

        BackupJobResult result = await RunAsync();

        EmrSimException problem = Assert.Single(result.Problems);
        Assert.Equal(ErrorCode.MirrorFailed, problem.ErrorCode);
        Assert.Equal(Second, problem.Target);
        Assert.Contains(_fixture.Log.Events, e => e.Id == 1019);
        Assert.Equal(EmrOutcome.Passed, (await _fixture.TestAsync(result.Backup.Path)).Test.Outcome);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_history_of_the_first_store_says_how_the_copy_ended(bool good)
    {
        if (!good) await File.WriteAllTextAsync(Second, "not a folder");

        BackupJobResult result = await RunAsync();

        EmrHistoryEntry entry = (await History.ListAsync(new HistoryQuery(_fixture.Store, []), default)).Entries[1];
        Assert.Equal((EmrRunKind.Mirror, "app", Path.GetFileName(result.Backup.Path)), (entry.Kind, entry.Name, entry.File));
        Assert.Equal(good ? (EmrOutcome.Passed, null) : (EmrOutcome.Failed, ErrorCode.MirrorFailed), (entry.Outcome, entry.Error));
        Assert.Equal(good ? null : Assert.Single(result.Problems).Message, entry.Reason);
    }

    [Fact]
    public async Task What_the_second_store_missed_is_made_up_for()
    {
        EmrBackup before = (await RunAsync(null)).Backup;
        EmrBackup first = (await RunAsync()).Backup;
        EmrBackup missed = (await RunAsync(null)).Backup;
        EmrBackup last = (await RunAsync()).Backup;

        Assert.Equal([first.Id, missed.Id, last.Id], (await ListAsync(Second)).Select(b => b.Id));
        Assert.Equal([before.Id, first.Id, missed.Id, last.Id], (await ListAsync(_fixture.Store)).Select(b => b.Id));
    }

    [Fact]
    public async Task A_damaged_backup_does_not_keep_the_others_from_being_copied()
    {
        await RunAsync();
        EmrBackup damaged = (await RunAsync(null)).Backup;
        EmrBackup missed = (await RunAsync(null)).Backup;
        await using (FileStream file = File.OpenWrite(damaged.Path)) file.WriteByte(0);

        BackupJobResult result = await RunAsync();

        EmrSimException problem = Assert.Single(result.Problems);
        Assert.Equal(ErrorCode.BackupChecksumMismatch, Assert.IsType<EmrSimException>(problem.InnerException).ErrorCode);
        Assert.Contains(Path.GetFileName(damaged.Path), problem.Message, StringComparison.Ordinal);
        Assert.Equal([missed.Id, result.Backup.Id], (await ListAsync(Second)).Skip(1).Select(b => b.Id));
        Assert.DoesNotContain(_fixture.Folder.Files("second"), f => f.EndsWith(".partial", StringComparison.Ordinal));
    }

    [Fact]
    public async Task G9_Two_databases_whose_copies_would_be_one_set_are_kept_apart()
    {
        EmrBackup first = (await RunAsync()).Backup;
        using var other = new BackupFixture { Clock = _clock };
        TestDatabase.Create(other.Source);
        _clock.Advance(TimeSpan.FromHours(1));

        BackupJobResult result = await new BackupJob(other.Loggers(), _clock).RunAsync(
            new BackupJobRequest(other.Request) { Mirror = new MirrorTarget(Second, null) { Retention = new RetentionPolicy { Daily = 1, Weekly = 0, Monthly = 0 } } }, null, default);

        EmrSimException problem = Assert.Single(result.Problems);
        Assert.Equal(ErrorCode.SetBelongsToAnotherSource, Assert.IsType<EmrSimException>(problem.InnerException).ErrorCode);
        Assert.Equal(first.Id, Assert.Single(await ListAsync(Second)).Id);
    }

    [Fact]
    public async Task G11_A_copy_that_is_dated_in_the_future_does_not_hide_what_was_missed()
    {
        EmrBackup future = (await RunAsync(new FakeTimeProvider(_clock.GetUtcNow().AddYears(1)), new MirrorTarget(Second, null))).Backup;
        EmrBackup first = (await RunAsync()).Backup;
        EmrBackup missed = (await RunAsync(null)).Backup;
        EmrBackup last = (await RunAsync()).Backup;

        Assert.Equal([first.Id, missed.Id, last.Id, future.Id], (await ListAsync(Second)).Select(b => b.Id));
    }

    [Fact]
    public async Task What_was_missed_is_made_up_for_whatever_its_level()
    {
        await RunAsync();
        EmrBackup missed = (await new BackupJob(_fixture.Loggers(), _clock).RunAsync(
            new BackupJobRequest(_fixture.Request with { VerificationLevel = EmrVerificationLevel.Checksum }), null, default)).Backup;

        await RunAsync();

        Assert.Contains(missed.Id, (await ListAsync(Second)).Select(b => b.Id));
    }

    [Fact]
    public async Task The_first_store_by_another_name_is_found_out()
    {
        EmrBackup backup = (await RunAsync(null)).Backup;
        var mirror = new BackupMirror(new FolderStore(_fixture.Store), new FolderStore(_fixture.Store), null, null, _fixture.Loggers().CreateLogger("test"), _clock, null);

        EmrSimException error = Assert.Throws<EmrSimException>(() => mirror.Copy(backup, default));

        Assert.Equal(ErrorCode.InvalidArgument, error.ErrorCode);
    }

    [Fact]
    public async Task A_second_store_without_room_leaves_nothing_half_copied()
    {
        using var disk = SmallDisk.Mount(_fixture.Folder.File("small"), 1);
        using (SqliteConnection connection = TestDatabase.Open(_fixture.Source)) TestDatabase.Run(connection, "CREATE TABLE noise AS SELECT randomblob(2000000) AS x");

        BackupJobResult result = await RunAsync(new MirrorTarget(_fixture.Folder.File("small", "second"), null));

        Assert.Equal(ErrorCode.DiskFull, Assert.IsType<EmrSimException>(Assert.Single(result.Problems).InnerException).ErrorCode);
        Assert.DoesNotContain(_fixture.Folder.Files("small"), f => f.Contains(".sqlite", StringComparison.Ordinal) || f.EndsWith("Z.json", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("store")]
    [InlineData("store/../store/")]
    public async Task The_first_store_is_no_second_one(string second)
    {
        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => RunAsync(new MirrorTarget(Path.GetFullPath(_fixture.Folder.File(second)), null)));

        Assert.Equal(ErrorCode.InvalidArgument, error.ErrorCode);
        Assert.Empty(_fixture.Stored());
    }

    [Fact]
    public async Task A_rotation_that_is_left_out_because_the_backup_does_not_count_is_warned_of()
    {
        var request = new BackupJobRequest(_fixture.Request with { VerificationLevel = EmrVerificationLevel.Checksum })
        {
            Retention = new RetentionPolicy { Daily = 1, Weekly = 0, Monthly = 0 },
        };
        for (int i = 0; i < 2; i++) await new BackupJob(_fixture.Loggers(), TimeProvider.System).RunAsync(request, null, default);

        Assert.Equal(2, (await ListAsync(_fixture.Store)).Length);
        Assert.Equal(2, _fixture.Log.Events.Count(e => e is { Id: 1107, Level: LogLevel.Warning }));
    }

    private string Second => _fixture.Folder.File("second");

    private Task<BackupJobResult> RunAsync() => RunAsync(new MirrorTarget(Second, null));

    private Task<BackupJobResult> RunAsync(MirrorTarget? mirror)
    {
        _clock.Advance(TimeSpan.FromHours(1));
        return RunAsync(_clock, mirror);
    }

    private Task<BackupJobResult> RunAsync(TimeProvider clock, MirrorTarget? mirror) =>
        new BackupJob(_fixture.Loggers(), clock).RunAsync(new BackupJobRequest(_fixture.Request) { Mirror = mirror }, null, default);

    private static async Task<EmrBackup[]> ListAsync(string store) =>
        [.. (await BackupCatalog.ListAsync(new BackupQuery(store, [], false, null), default)).Select(e => e.Backup!)];
}
