using EmrSim.Core.Stores;
using EmrSim.Tests.Retention.Support;

namespace EmrSim.Tests.Retention;

/// <summary>Pins, which live in manifests.</summary>
public sealed class PinTests : IDisposable
{
    private readonly RetentionFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_pin_is_written_into_the_manifest_replaced_and_lifted_and_changes_nothing_else()
    {
        EmrBackup backup = _fixture.Add(Backups.Now);
        byte[] before = File.ReadAllBytes(backup.ManifestPath);

        EmrBackup pinned = await SetAsync(backup, true, "before 4.0", Backups.Now.AddDays(1).ToOffset(TimeSpan.FromHours(2)));
        Assert.Equal((true, "before 4.0", Backups.Now.AddDays(1)), (pinned.Pinned, pinned.PinReason, pinned.PinnedUntilUtc!.Value));
        Assert.Equal(TimeSpan.Zero, pinned.PinnedUntilUtc.Value.Offset);
        EmrBackup read = Read();
        Assert.Equal((true, "before 4.0", pinned.PinnedUntilUtc), (read.Pinned, read.PinReason, read.PinnedUntilUtc));

        Assert.Null((await SetAsync(backup, true, "for ever")).PinnedUntilUtc);
        await SetAsync(backup, false);
        Assert.Equal(before, File.ReadAllBytes(backup.ManifestPath));
        Assert.Equal(2, _fixture.Files().Length);
    }

    [Fact]
    public async Task A_reason_that_breaks_the_line_an_end_in_the_past_and_a_reason_without_a_pin_are_refused()
    {
        EmrBackup backup = _fixture.Add(Backups.Now);

        foreach (PinRequest wrong in new PinRequest[]
        {
            new(backup, true, "a\nb", null), new(backup, true, null, Backups.Now), new(backup, false, "why", null), new(backup, false, null, Backups.Now.AddDays(1)),
        })
        {
            Assert.Equal(ErrorCode.InvalidArgument, (await Assert.ThrowsAsync<EmrSimException>(() => Pins.SetAsync(wrong, default))).ErrorCode);
        }

        Assert.False(Read().Pinned);
    }

    [Fact]
    public async Task A_backup_that_is_gone_locked_or_damaged_is_not_pinned()
    {
        EmrBackup gone = _fixture.Add(Backups.Now.AddDays(-2));
        File.Delete(gone.ManifestPath);
        EmrBackup damaged = _fixture.Add(Backups.Now.AddDays(-1));
        File.AppendAllText(damaged.ManifestPath, "x");
        EmrBackup locked = _fixture.Add(Backups.Now);

        Assert.Equal(ErrorCode.BackupNotFound, (await Assert.ThrowsAsync<EmrSimException>(() => SetAsync(gone, true))).ErrorCode);
        Assert.Equal(ErrorCode.ManifestDamaged, (await Assert.ThrowsAsync<EmrSimException>(() => SetAsync(damaged, true))).ErrorCode);
        using (SetLock.Acquire(_fixture.Store, "app", _fixture.Clock))
        {
            Assert.Equal(ErrorCode.SetLocked, (await Assert.ThrowsAsync<EmrSimException>(() => SetAsync(locked, true))).ErrorCode);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pin_that_was_killed_before_its_rename_is_finished_or_forgotten_by_the_next_run(bool whole)
    {
        EmrBackup backup = _fixture.Add(Backups.Now);
        await SetAsync(backup, true);
        File.Move(backup.ManifestPath, backup.ManifestPath + ".partial");
        await File.WriteAllBytesAsync(backup.ManifestPath, ManifestFile.Serialize(ManifestFile.Parse(File.ReadAllBytes(backup.ManifestPath + ".partial"), backup.ManifestPath) with { Pinned = false }));
        if (!whole) File.WriteAllText(backup.ManifestPath + ".partial", "{");

        await _fixture.Engine.ApplyAsync(_fixture.Request, null, default);

        Assert.Equal(whole, Read().Pinned);
        Assert.Equal(2, _fixture.Files().Length);
    }

    [Fact]
    public async Task What_a_killed_pin_left_does_not_stand_in_the_way_of_the_next()
    {
        EmrBackup backup = _fixture.Add(Backups.Now);
        File.WriteAllText(backup.ManifestPath + ".partial", "{");

        Assert.True((await SetAsync(backup, true)).Pinned);
        Assert.Equal(2, _fixture.Files().Length);
    }

    [Fact]
    public async Task G15_A_pinned_backup_is_removed_by_force_only_whatever_the_caller_has_read_before()
    {
        EmrBackup old = _fixture.Add(Backups.Now.AddDays(-1));
        _fixture.Add(Backups.Now);
        await SetAsync(old, true, "legal hold", Backups.Now.AddDays(2));
        var catalog = new BackupCatalog(_fixture.Loggers(), _fixture.Clock);

        EmrSimException refused = await Assert.ThrowsAsync<EmrSimException>(() => catalog.RemoveAsync(old, false, null, default));

        Assert.Equal(ErrorCode.BackupPinned, refused.ErrorCode);
        Assert.Contains("legal hold", refused.Message, StringComparison.Ordinal);
        _fixture.Clock.Advance(TimeSpan.FromDays(2));
        await catalog.RemoveAsync(old, false, null, default);
        Assert.Equal(2, _fixture.Files().Length);
    }

    [Fact]
    public async Task The_manifest_keeps_its_permissions()
    {
        EmrBackup backup = _fixture.Add(Backups.Now);
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("On Windows the folder's ACL applies.");
            return;
        }

        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        File.SetUnixFileMode(backup.ManifestPath, mode);

        await SetAsync(backup, true);

        Assert.Equal(mode, File.GetUnixFileMode(backup.ManifestPath));
    }

    private BackupPins Pins => new(_fixture.Loggers(), _fixture.Clock);

    private Task<EmrBackup> SetAsync(EmrBackup backup, bool pinned, string? reason = null, DateTimeOffset? until = null) =>
        Pins.SetAsync(new PinRequest(backup, pinned, reason, until), default);

    private EmrBackup Read() => new FolderStore(_fixture.Store).List().Single(e => e.Backup is not null).Backup!;
}
