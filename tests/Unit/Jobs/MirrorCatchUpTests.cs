using EmrSim.Core.Jobs;
using EmrSim.Core.Retention;
using EmrSim.Core.Stores;
using EmrSim.Core.Verification;
using EmrSim.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace EmrSim.Tests.Jobs;

/// <summary>What a second store with a policy gets after it was away, full, or robbed of something.</summary>
public sealed class MirrorCatchUpTests : IDisposable
{
    private static readonly RetentionPolicy s_daily = new() { Daily = 3, Weekly = 0, Monthly = 0, TimeZone = TimeZoneInfo.Utc };

    private readonly BackupFixture _fixture = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 2, 0, 0, TimeSpan.Zero));

    public MirrorCatchUpTests()
    {
        _fixture.Clock = _clock;
        TestDatabase.Create(_fixture.Source);
    }

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_second_store_that_failed_from_the_first_run_on_gets_all_that_its_policy_keeps_and_no_more()
    {
        await File.WriteAllTextAsync(Second, "in the way", TestContext.Current.CancellationToken);
        List<EmrBackup> made = [];
        for (int day = 0; day < 4; day++) made.Add(await FailAsync(TimeSpan.FromDays(1)));
        made.Add(await FailAsync(TimeSpan.FromHours(1)));
        File.Delete(Second);

        BackupJobResult result = await RunAsync(TimeSpan.FromDays(1));

        Assert.Empty(result.Problems);
        // The last of each of three days; the earlier one of the day of two was never sent.
        Assert.Equal([made[2].Id, made[4].Id, result.Backup.Id], (await ListAsync(Second)).Select(b => b.Id));
        Assert.Equal(3, _fixture.Log.Events.Count(e => e.Id == 1018));
        Assert.Equal([result.Backup, made[4], made[2]], _fixture.Log.Events.Where(e => e.Id == 1018).Select(e => made.Append(result.Backup).Single(b => e.Message.Contains(b.ToString(), StringComparison.Ordinal))));
    }

    [Fact]
    public async Task A_copy_that_was_lost_comes_back_and_what_the_policy_has_removed_does_not()
    {
        List<EmrBackup> made = [];
        for (int day = 0; day < 5; day++) made.Add((await RunAsync(TimeSpan.FromDays(1))).Backup);
        EmrBackup[] copies = await ListAsync(Second);
        Assert.Equal(made.Skip(2).Select(b => b.Id), copies.Select(b => b.Id));
        File.Delete(copies[1].Path);

        BackupJobResult result = await RunAsync(TimeSpan.FromHours(1));

        Assert.Empty(result.Problems);
        Assert.Equal([made[2].Id, made[3].Id, result.Backup.Id], (await ListAsync(Second)).Select(b => b.Id));
        Assert.Equal(6, (await ListAsync(_fixture.Store)).Length);
        Assert.Equal(7, _fixture.Log.Events.Count(e => e.Id == 1018));
    }

    [Fact]
    public async Task A_backup_that_cannot_be_read_now_keeps_no_other_from_being_copied_and_is_copied_when_it_can_be()
    {
        await File.WriteAllTextAsync(Second, "in the way", TestContext.Current.CancellationToken);
        EmrBackup older = await FailAsync(TimeSpan.FromDays(1)), held = await FailAsync(TimeSpan.FromDays(1));
        File.Delete(Second);

        BackupJobResult during;
        await using (new FileStream(held.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.None)) during = await RunAsync(TimeSpan.FromDays(1));

        EmrSimException problem = Assert.Single(during.Problems);
        Assert.Contains(held.Path, problem.Message, StringComparison.Ordinal);
        Assert.Equal((ErrorCode.IoError, held.Path), (Assert.IsType<EmrSimException>(problem.InnerException).ErrorCode, ((EmrSimException)problem.InnerException).Target));
        Assert.Equal([older.Id, during.Backup.Id], (await ListAsync(Second)).Select(b => b.Id));
        Assert.Empty((await RunAsync(TimeSpan.FromHours(1))).Problems);
        Assert.Contains(held.Id, (await ListAsync(Second)).Select(b => b.Id));
    }

    [Fact]
    public async Task A_backup_that_is_damaged_in_the_first_store_is_told_of_until_it_failed_its_test_and_never_stops_the_rotation()
    {
        await File.WriteAllTextAsync(Second, "in the way", TestContext.Current.CancellationToken);
        EmrBackup damaged = await FailAsync(TimeSpan.FromDays(1));
        File.Delete(Second);
        await using (FileStream file = File.OpenWrite(damaged.Path)) file.WriteByte(0);

        _clock.Advance(TimeSpan.FromDays(1));
        for (int run = 0; run < 2; run++)
        {
            EmrSimException problem = Assert.Single((await RunAsync(TimeSpan.FromHours(1))).Problems);
            Assert.Equal(ErrorCode.BackupChecksumMismatch, Assert.IsType<EmrSimException>(problem.InnerException).ErrorCode);
            // Of one day only the newest copy stays.
            Assert.Single(await ListAsync(Second));
        }

        await _fixture.TestAsync(new BackupTestRequest(damaged.Path, EmrVerificationLevel.Checksum));
        Assert.Empty((await RunAsync(TimeSpan.FromHours(1))).Problems);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(9, false)]
    public async Task A_second_store_without_room_is_thinned_out_by_its_policy_as_far_as_that_goes(int last, bool copied)
    {
        using var disk = SmallDisk.Mount(_fixture.Folder.File("small"), 1);
        var target = new MirrorTarget(_fixture.Folder.File("small", "second"), null);
        using (SqliteConnection connection = TestDatabase.Open(_fixture.Source)) TestDatabase.Run(connection, "CREATE TABLE noise AS SELECT randomblob(400000) AS x");
        List<EmrBackup> made = [];
        for (int i = 0; i < 2; i++)
        {
            BackupJobResult before = await RunAsync(TimeSpan.FromDays(1), target with { Retention = Last(9) });
            Assert.Empty(before.Problems);
            made.Add(before.Backup);
        }

        BackupJobResult result = await RunAsync(TimeSpan.FromDays(1), target with { Retention = Last(last) });

        Assert.Equal(copied ? [] : [ErrorCode.DiskFull], result.Problems.Select(p => Assert.IsType<EmrSimException>(p.InnerException).ErrorCode));
        Assert.Equal(copied ? [result.Backup.Id] : made.Select(b => b.Id), (await ListAsync(target.Destination)).Select(b => b.Id));
        // The newest of the old copies was kept until the new one was there.
        EmrHistoryEntry[] rotations = [.. (await History.ListAsync(new HistoryQuery(target.Destination, []) { Kinds = [EmrRunKind.Retention] }, default)).Entries.Skip(2)];
        Assert.Equal(copied ? [1, 1] : [0], rotations.Select(r => r.Removed ?? -1));
    }

    [Fact]
    public async Task A_second_store_without_room_loses_nothing_for_a_backup_that_does_not_count()
    {
        using var disk = SmallDisk.Mount(_fixture.Folder.File("small"), 1);
        var target = new MirrorTarget(_fixture.Folder.File("small", "second"), null);
        using (SqliteConnection connection = TestDatabase.Open(_fixture.Source)) TestDatabase.Run(connection, "CREATE TABLE noise AS SELECT randomblob(400000) AS x");
        for (int i = 0; i < 2; i++) await RunAsync(TimeSpan.FromDays(1), target with { Retention = Last(9) });
        _clock.Advance(TimeSpan.FromDays(1));

        BackupJobResult result = await new BackupJob(_fixture.Loggers(), _clock).RunAsync(
            new BackupJobRequest(_fixture.Request with { VerificationLevel = EmrVerificationLevel.Checksum }) { Mirror = target with { Retention = Last(1) } }, null, default);

        Assert.Equal(ErrorCode.DiskFull, Assert.IsType<EmrSimException>(Assert.Single(result.Problems).InnerException).ErrorCode);
        Assert.Equal(2, (await ListAsync(target.Destination)).Length);
    }

    private string Second => _fixture.Folder.File("second");

    private static RetentionPolicy Last(int number) => new() { Last = number, Daily = 0, Weekly = 0, Monthly = 0 };

    private async Task<EmrBackup> FailAsync(TimeSpan after)
    {
        BackupJobResult result = await RunAsync(after);
        Assert.Equal(ErrorCode.MirrorFailed, Assert.Single(result.Problems).ErrorCode);
        return result.Backup;
    }

    private Task<BackupJobResult> RunAsync(TimeSpan after) => RunAsync(after, new MirrorTarget(Second, null) { Retention = s_daily });

    private Task<BackupJobResult> RunAsync(TimeSpan after, MirrorTarget target)
    {
        _clock.Advance(after);
        return new BackupJob(_fixture.Loggers(), _clock).RunAsync(new BackupJobRequest(_fixture.Request) { Mirror = target }, null, default);
    }

    // What can be used; a manifest whose file is gone is none.
    private static async Task<EmrBackup[]> ListAsync(string store) =>
        [.. (await BackupCatalog.ListAsync(new BackupQuery(store, [], false, null), default)).Select(e => e.Backup).OfType<EmrBackup>()];
}
