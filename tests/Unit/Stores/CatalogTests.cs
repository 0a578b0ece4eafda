using EmrSim.Core.Backup;
using EmrSim.Core.Stores;
using EmrSim.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace EmrSim.Tests.Stores;

/// <summary>Listing and removing what a store holds, and leaving alone what it does not.</summary>
public sealed class CatalogTests : IDisposable
{
    private static readonly DateTimeOffset s_start = new(2026, 3, 1, 2, 0, 0, TimeSpan.Zero);

    private readonly BackupFixture _fixture = new();
    private readonly FakeTimeProvider _clock = new(s_start);

    public CatalogTests()
    {
        _fixture.Clock = _clock;
        TestDatabase.Create(_fixture.Source);
    }

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task G9_Sets_of_similar_names_and_foreign_files_are_kept_apart()
    {
        string other = TestDatabase.Create(_fixture.Folder.File("app2.db"));
        string tricky = TestDatabase.Create(_fixture.Folder.File("app-20260101T000000000Z.db"));
        foreach (string source in new[] { _fixture.Source, other, tricky }) await _fixture.BackupAsync(new BackupRequest(source, _fixture.Store));
        string[] foreign = ["notes.txt", "app.json", "app-2026.sqlite.partial", "app-20260301T020000000.sqlite", "backup.partial"];
        foreach (string name in foreign) File.WriteAllText(Path.Combine(_fixture.Store, name), "mine");

        await _fixture.BackupAsync();

        Assert.Equal(["app", "app-20260101T000000000Z", "app2"], BackupCatalog.Sets(_fixture.Store));
        Assert.Equal(2, (await ListAsync("app")).Count);
        Assert.Equal(3, (await ListAsync("app*", latest: true)).Count);
        Assert.All(foreign, f => Assert.Equal("mine", File.ReadAllText(Path.Combine(_fixture.Store, f))));
    }

    [Fact]
    public async Task The_newest_not_newer_than_a_time_is_found_and_before_the_first_there_is_none()
    {
        EmrBackup first = await _fixture.BackupAsync();
        _clock.Advance(TimeSpan.FromDays(1));
        EmrBackup second = await _fixture.BackupAsync();

        Assert.Equal(first.Id, Assert.Single(await ListAsync("app", latest: true, asOf: s_start.AddHours(23))).Backup!.Id);
        Assert.Equal(second.Id, Assert.Single(await ListAsync("app", latest: true, asOf: s_start.AddDays(1))).Backup!.Id);
        Assert.Equal(ErrorCode.BackupNotFound, Assert.Single(await ListAsync("app", asOf: s_start.AddSeconds(-1))).Error!.ErrorCode);
    }

    [Fact]
    public async Task A_set_that_is_named_and_not_there_is_an_error_not_silence()
    {
        await _fixture.BackupAsync();

        Assert.Equal(ErrorCode.BackupNotFound, Assert.Single(await ListAsync("ap")).Error!.ErrorCode);
        Assert.Empty(await ListAsync("x*"));
    }

    [Theory]
    [InlineData(true, ErrorCode.BackupFileMissing)]
    [InlineData(false, ErrorCode.BackupLengthMismatch)]
    public async Task A_backup_whose_stored_file_is_gone_or_cut_off_is_an_error_and_no_reason_to_remove_the_last_good_one(bool gone, ErrorCode code)
    {
        EmrBackup good = await _fixture.BackupAsync();
        _clock.Advance(TimeSpan.FromDays(1));
        EmrBackup newest = await _fixture.BackupAsync();
        if (gone) File.Delete(newest.Path);
        else File.WriteAllText(newest.Path, "");

        IReadOnlyList<StoreEntry> entries = await ListAsync("app");

        Assert.Equal(good.Id, entries[0].Backup!.Id);
        Assert.Equal(code, entries[1].Error!.ErrorCode);
        Assert.Equal(ErrorCode.LastGoodBackup, (await RemoveFailsAsync(good)).ErrorCode);
    }

    [Fact]
    public async Task A_backup_of_which_only_the_checksum_was_verified_does_not_replace_the_last_good_one()
    {
        EmrBackup good = await _fixture.BackupAsync();
        _clock.Advance(TimeSpan.FromDays(1));
        await _fixture.BackupAsync(_fixture.Request with { VerificationLevel = EmrVerificationLevel.Checksum });

        Assert.Equal(ErrorCode.LastGoodBackup, (await RemoveFailsAsync(good)).ErrorCode);
    }

    [Fact]
    public async Task A_damaged_manifest_is_an_error_beside_the_good_ones()
    {
        EmrBackup bad = await _fixture.BackupAsync();
        _clock.Advance(TimeSpan.FromDays(1));
        await _fixture.BackupAsync();
        File.AppendAllText(bad.ManifestPath, " ");

        IReadOnlyList<StoreEntry> entries = await ListAsync("app");

        Assert.Equal(2, entries.Count);
        Assert.Equal(ErrorCode.ManifestDamaged, entries[1].Error!.ErrorCode);
        // The next backup goes on, and says so.
        await _fixture.BackupAsync();
        Assert.Contains(_fixture.Log.Events, e => e.Id == 1010);
    }

    [Fact]
    public void A_store_that_is_not_there_is_an_error() =>
        Assert.Equal(ErrorCode.DestinationNotFound, Assert.Throws<EmrSimException>(() => BackupCatalog.Sets(_fixture.Folder.File("none"))).ErrorCode);

    [Fact]
    public async Task Both_files_of_a_backup_are_removed_together_and_the_newest_good_one_only_by_force()
    {
        EmrBackup old = await _fixture.BackupAsync();
        _clock.Advance(TimeSpan.FromDays(1));
        EmrBackup newest = await _fixture.BackupAsync();

        Assert.Equal(ErrorCode.LastGoodBackup, (await RemoveFailsAsync(newest)).ErrorCode);
        await Catalog.RemoveAsync(old, false, null, default);
        Assert.Equal(2, _fixture.Stored().Length);
        Assert.Equal(ErrorCode.BackupNotFound, (await RemoveFailsAsync(old)).ErrorCode);
        await Catalog.RemoveAsync(newest, true, null, default);
        Assert.Empty(_fixture.Stored());
    }

    [Fact]
    public async Task G14_A_removal_that_was_killed_between_its_files_is_finished_by_the_next_run()
    {
        EmrBackup half = await _fixture.BackupAsync();
        _clock.Advance(TimeSpan.FromDays(1));
        File.Move(half.ManifestPath, half.ManifestPath + ".removing");
        Assert.Empty(await ListAsync("*"));

        EmrBackup next = await _fixture.BackupAsync();

        Assert.Equal([Path.GetFileName(next.ManifestPath), Path.GetFileName(next.Path)], _fixture.Stored().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_backup_whose_stored_file_cannot_be_removed_stays_a_backup(bool open)
    {
        Assert.SkipUnless(OperatingSystem.IsWindows(), "Only Windows keeps a file that is open or read-only from being removed.");
        EmrBackup backup = await _fixture.BackupAsync();
        _clock.Advance(TimeSpan.FromDays(1));
        await _fixture.BackupAsync();

        using (FileStream? reader = open ? new(backup.Path, FileMode.Open, FileAccess.Read, FileShare.Read) : null)
        {
            if (!open) File.SetAttributes(backup.Path, FileAttributes.ReadOnly);
            Assert.Equal(open ? ErrorCode.IoError : ErrorCode.AccessDenied, (await RemoveFailsAsync(backup)).ErrorCode);
        }

        Assert.Equal(backup.Id, (await ListAsync("app"))[0].Backup!.Id);
        Assert.Equal(4, _fixture.Stored().Length);
        File.SetAttributes(backup.Path, FileAttributes.Normal);
        await Catalog.RemoveAsync(backup, false, null, default);
        Assert.Equal(2, _fixture.Stored().Length);
    }

    [Fact]
    public async Task G10_A_backup_stays_whole_where_the_system_refuses_to_remove_its_stored_file()
    {
        EmrBackup backup = await _fixture.BackupAsync();
        _clock.Advance(TimeSpan.FromDays(1));
        await _fixture.BackupAsync();
        // A folder is refused on every system.
        File.Move(backup.Path, backup.Path + ".aside");
        Directory.CreateDirectory(backup.Path);

        EmrSimException error = await RemoveFailsAsync(backup);

        Directory.Delete(backup.Path);
        File.Move(backup.Path + ".aside", backup.Path);
        Assert.Equal(ErrorCode.AccessDenied, error.ErrorCode);
        Assert.Equal(backup.Id, (await ListAsync("app"))[0].Backup!.Id);
        Assert.Equal(4, _fixture.Stored().Length);
        await Catalog.RemoveAsync(backup, false, null, default);
        Assert.Equal(2, _fixture.Stored().Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_publication_that_was_killed_between_its_renames_is_finished_when_it_was_whole(bool whole)
    {
        EmrBackup backup = await _fixture.BackupAsync();
        File.Move(backup.ManifestPath, backup.ManifestPath + ".partial");
        if (!whole) File.WriteAllText(backup.ManifestPath + ".partial", "{ \"formatVersion\": 1,");
        _clock.Advance(TimeSpan.FromDays(1));

        await _fixture.BackupAsync();

        Assert.Equal(whole ? 2 : 1, (await ListAsync("app")).Count(e => e.Backup is not null));
        // What cannot be finished has lost its manifest, and that is said.
        Assert.Equal(whole ? 0 : 1, (await ListAsync("app")).Count(e => e.Error?.ErrorCode == ErrorCode.ManifestMissing));
        Assert.DoesNotContain(_fixture.Stored(), f => f.EndsWith(".partial", StringComparison.Ordinal));
    }

    private BackupCatalog Catalog => new(_fixture.Loggers(), _clock);

    private Task<EmrSimException> RemoveFailsAsync(EmrBackup backup) =>
        Assert.ThrowsAsync<EmrSimException>(() => Catalog.RemoveAsync(backup, false, null, default));

    private Task<IReadOnlyList<StoreEntry>> ListAsync(string name, bool latest = false, DateTimeOffset? asOf = null) =>
        BackupCatalog.ListAsync(new BackupQuery(_fixture.Store, [name], latest, asOf), default);
}
