using EmrSim.Core.Backup;
using EmrSim.Core.Jobs;
using EmrSim.Core.Recovery;
using EmrSim.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace EmrSim.Tests.Recovery;

/// <summary>How long what was before a restore is kept.</summary>
public sealed class SafetyCopyTests : IDisposable
{
    private readonly RestoreFixture _fixture = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 2, 0, 0, TimeSpan.Zero));

    public SafetyCopyTests() => _fixture.Backups.Clock = _clock;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task R4_The_safety_copy_stays_until_the_next_verified_backup_and_goes_with_it()
    {
        RestoreResult result = await RestoreAsync();
        string safety = result.Restore.SafetyCopy!;

        await BackUpAsync(EmrVerificationLevel.Checksum);
        Assert.True(File.Exists(safety));
        Assert.True(File.Exists(_fixture.Journal));

        await BackUpAsync();
        Assert.Equal(["app.db"], _fixture.Beside());
        Assert.Equal(ErrorCode.RestoreNotFound, (await Assert.ThrowsAsync<EmrSimException>(_fixture.UndoAsync)).ErrorCode);
    }

    [Fact]
    public async Task R4_While_a_restore_is_unfinished_no_backup_removes_what_it_needs()
    {
        EmrBackup backup = await _fixture.PrepareAsync();
        _clock.Advance(TimeSpan.FromHours(1));
        await Assert.ThrowsAsync<RunAbandonedException>(
            () => _fixture.RestoreAsync(_fixture.Request(backup), name => { if (name == "Verify") throw new RunAbandonedException(); }));
        string[] before = _fixture.Beside();
        Assert.Contains(before, f => f.Contains(".emr-safety-", StringComparison.Ordinal));

        _clock.Advance(TimeSpan.FromHours(1));
        await BackUpAsync();

        Assert.Equal(before, _fixture.Beside());
        await _fixture.ResumeAsync();
    }

    [Fact]
    public async Task A_restore_that_is_undone_keeps_what_was_written_since()
    {
        RestoreResult restored = await RestoreAsync();
        string old = RestoreFixture.Digest(restored.Restore.SafetyCopy!);
        _fixture.LeaveLog();
        string since = RestoreFixture.Digest(_fixture.Live);
        _clock.Advance(TimeSpan.FromHours(1));

        RestoreResult undone = await _fixture.UndoAsync();

        Assert.Equal(old, RestoreFixture.Digest(_fixture.Live));
        Assert.Equal(since, RestoreFixture.Digest(undone.Restore.SafetyCopy!));
        Assert.Equal(["app.db", Path.GetFileName(undone.Restore.SafetyCopy!)], _fixture.Beside().Where(f => !f.EndsWith("-wal", StringComparison.Ordinal) && !f.EndsWith("-shm", StringComparison.Ordinal)));
        // It is in no backup, and the next one is of the old database: only who knows what was written removes it.
        await BackUpAsync();
        Assert.Equal(since, RestoreFixture.Digest(undone.Restore.SafetyCopy!));
    }

    [Fact]
    public async Task What_is_no_longer_kept_cannot_be_brought_back()
    {
        RestoreResult result = await RestoreAsync();
        File.Delete(result.Restore.SafetyCopy!);
        string now = RestoreFixture.Digest(_fixture.Live);

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(_fixture.UndoAsync);

        Assert.Equal(ErrorCode.SafetyCopyMissing, error.ErrorCode);
        Assert.Equal(now, RestoreFixture.Digest(_fixture.Live));
    }

    [Fact]
    public async Task A_journal_that_cannot_be_read_stops_restores_and_keeps_everything()
    {
        RestoreResult result = await RestoreAsync();
        File.WriteAllText(_fixture.Journal, File.ReadAllText(_fixture.Journal)[..200]);
        string[] before = _fixture.Beside();

        Assert.Equal(ErrorCode.RestoreJournalDamaged, (await _fixture.FailAsync(_fixture.Request(result.Restore.Backup))).ErrorCode);
        Assert.Equal(ErrorCode.RestoreJournalDamaged, (await Assert.ThrowsAsync<EmrSimException>(_fixture.UndoAsync)).ErrorCode);
        Assert.Equal(ErrorCode.RestoreJournalDamaged, (await Assert.ThrowsAsync<EmrSimException>(_fixture.ResumeAsync)).ErrorCode);
        BackupJobResult backup = await BackUpAsync();
        Assert.Equal([ErrorCode.RestoreJournalDamaged], backup.Problems.Select(p => p.ErrorCode));
        Assert.Equal(before, _fixture.Beside());
    }

    [Fact]
    public async Task A_safety_copy_that_cannot_be_removed_is_a_problem_of_the_backup_job()
    {
        RestoreResult result = await RestoreAsync();
        // A folder in the place of its log cannot be removed as a file.
        Directory.CreateDirectory(result.Restore.SafetyCopy + "-wal");
        Directory.CreateDirectory(Path.Combine(result.Restore.SafetyCopy + "-wal", "x"));
        File.Delete(result.Restore.SafetyCopy!);
        using (new FileStream(result.Restore.SafetyCopy!, FileMode.CreateNew)) { }
        ExternalTool.Run(ExternalTool.Require("chattr"), ["+i", result.Restore.SafetyCopy!]);
        try
        {
            BackupJobResult backup = await BackUpAsync();

            Assert.Equal([ErrorCode.SafetyCopyKept], backup.Problems.Select(p => p.ErrorCode));
            Assert.True(File.Exists(backup.Backup.Path));
        }
        finally
        {
            ExternalTool.Run("chattr", ["-i", result.Restore.SafetyCopy!]);
        }
    }

    private async Task<RestoreResult> RestoreAsync()
    {
        EmrBackup backup = await _fixture.PrepareAsync();
        _clock.Advance(TimeSpan.FromHours(1));
        RestoreResult result = await _fixture.RestoreAsync(_fixture.Request(backup));
        _clock.Advance(TimeSpan.FromHours(1));
        return result;
    }

    private Task<BackupJobResult> BackUpAsync(EmrVerificationLevel level = EmrVerificationLevel.Integrity)
    {
        _clock.Advance(TimeSpan.FromHours(1));
        BackupRequest backup = _fixture.Backups.Request with { VerificationLevel = level, AllowShrink = true };
        return new BackupJob(_fixture.Backups.Loggers(), _clock).RunAsync(new BackupJobRequest(backup), null, default);
    }
}
