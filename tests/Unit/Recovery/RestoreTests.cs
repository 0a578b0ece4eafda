using EmrSim.Core.Recovery;
using EmrSim.Tests.Support;
using Microsoft.Data.Sqlite;

namespace EmrSim.Tests.Recovery;

/// <summary>Restores without an application.</summary>
public sealed class RestoreTests : IDisposable
{
    private readonly RestoreFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("WAL", false)]
    [InlineData("WAL", true)]
    [InlineData("DELETE", false)]
    [InlineData("PERSIST", false)]
    public async Task R1_R4_The_database_has_the_backups_bytes_and_the_old_one_is_kept_with_its_log(string mode, bool log)
    {
        EmrBackup backup = await _fixture.PrepareAsync(mode, log);
        string old = RestoreFixture.Digest(_fixture.Live);

        RestoreResult result = await _fixture.RestoreAsync(_fixture.Request(backup));

        Assert.Null(result.Error);
        Assert.Equal(EmrOutcome.Passed, result.Restore.Outcome);
        Assert.Equal(["Preflight", "Wait", "SafetyCopy", "Swap", "Verify"], result.Restore.Steps.Select(s => s.Name));
        Assert.Equal(TimeSpan.Zero, result.Restore.Downtime);
        Assert.Equal(backup.Sha256, Sha256(_fixture.Live));
        Assert.DoesNotContain(_fixture.Beside(), f => f.EndsWith("db-wal", StringComparison.Ordinal) || f.EndsWith("db-shm", StringComparison.Ordinal) || f.EndsWith("db-journal", StringComparison.Ordinal));
        // The log of the old database must not come back with the first application that opens the new one.
        TestDatabase.Run(_fixture.Live, "PRAGMA wal_checkpoint(TRUNCATE); SELECT count(*) FROM patients");
        Assert.Equal(_fixture.Content, RestoreFixture.Digest(_fixture.Live));
        Assert.Equal(old, RestoreFixture.Digest(result.Restore.SafetyCopy!));
    }

    [Fact]
    public async Task A_hot_journal_of_the_old_database_is_played_back_into_the_old_one_and_never_into_the_new_one()
    {
        EmrBackup backup = await _fixture.PrepareAsync("DELETE");
        string old = RestoreFixture.Digest(_fixture.Live);
        using (OtherProcess crash = OtherProcess.Start("crash", _fixture.Live)) crash.Kill();
        Assert.True(new FileInfo(_fixture.Live + "-journal").Length > 0);

        RestoreResult result = await _fixture.RestoreAsync(_fixture.Request(backup));

        Assert.Equal(backup.Sha256, Sha256(_fixture.Live));
        Assert.False(File.Exists(_fixture.Live + "-journal"));
        Assert.Equal(_fixture.Content, RestoreFixture.Digest(_fixture.Live));
        Assert.Equal(old, RestoreFixture.Digest(result.Restore.SafetyCopy!));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_database_that_is_too_damaged_to_be_opened_is_replaced_and_kept_as_it_was(bool log)
    {
        EmrBackup backup = await _fixture.PrepareAsync(log: log);
        foreach (string part in log ? new[] { "", "-wal" } : [""])
        {
            using FileStream file = File.OpenWrite(_fixture.Live + part);
            file.Write(new byte[100]);
        }

        byte[] damaged = File.ReadAllBytes(_fixture.Live);

        RestoreResult result = await _fixture.RestoreAsync(_fixture.Request(backup));

        Assert.Equal(EmrOutcome.Passed, result.Restore.Outcome);
        Assert.Equal(_fixture.Content, RestoreFixture.Digest(_fixture.Live));
        Assert.Equal(damaged, File.ReadAllBytes(result.Restore.SafetyCopy!));
        Assert.Equal(log, result.Restore.Steps.Any(s => s.Name == "DropLog"));
        Assert.Equal(log, File.Exists(result.Restore.SafetyCopy + "-wal"));
        Assert.False(File.Exists(_fixture.Live + "-wal"));

        // And back: what was damaged before is damaged again, byte for byte.
        byte[] wal = log ? File.ReadAllBytes(result.Restore.SafetyCopy + "-wal") : [];
        await _fixture.UndoAsync();
        Assert.Equal(damaged, File.ReadAllBytes(_fixture.Live));
        Assert.Equal(wal, log ? File.ReadAllBytes(_fixture.Live + "-wal") : []);
    }

    [Fact]
    public async Task R10_Another_path_gets_the_database_and_the_live_one_stays_untouched()
    {
        EmrBackup backup = await _fixture.PrepareAsync(log: true);
        byte[] live = File.ReadAllBytes(_fixture.Live), log = File.ReadAllBytes(_fixture.Live + "-wal");
        string other = _fixture.Backups.Folder.File("not there yet", "copy.db");

        RestoreResult result = await _fixture.RestoreAsync(_fixture.Request(backup) with { Destination = other, Force = false });

        Assert.Equal(EmrOutcome.Passed, result.Restore.Outcome);
        Assert.Null(result.Restore.SafetyCopy);
        Assert.Equal(_fixture.Content, RestoreFixture.Digest(other));
        Assert.Equal(["copy.db"], _fixture.Backups.Folder.Files("not there yet"));
        Assert.Equal(live, File.ReadAllBytes(_fixture.Live));
        Assert.Equal(log, File.ReadAllBytes(_fixture.Live + "-wal"));
    }

    [Fact]
    public async Task R10_A_database_that_is_there_is_not_replaced_without_Force()
    {
        EmrBackup backup = await _fixture.PrepareAsync();
        string[] before = _fixture.Beside();
        byte[] live = File.ReadAllBytes(_fixture.Live);

        EmrSimException error = await _fixture.FailAsync(_fixture.Request(backup) with { Force = false });

        Assert.Equal(ErrorCode.RestoreTargetExists, error.ErrorCode);
        Assert.Equal(before, _fixture.Beside());
        Assert.Equal(live, File.ReadAllBytes(_fixture.Live));
    }

    [Theory]
    [InlineData("PRAGMA journal_mode=WAL; SELECT 1")]
    [InlineData("PRAGMA journal_mode=DELETE; BEGIN; SELECT * FROM patients")]
    public async Task R2_A_database_that_somebody_has_open_is_not_replaced_and_its_process_is_named(string how)
    {
        EmrBackup backup = await _fixture.PrepareAsync();
        using OtherProcess holder = OtherProcess.Start("hold", _fixture.Live, how);
        string[] before = _fixture.Beside();

        EmrSimException error = await _fixture.FailAsync(_fixture.Request(backup));

        Assert.Equal(ErrorCode.RestoreTargetInUse, error.ErrorCode);
        // Wine has no Restart Manager that would tell who has a file open.
        if (!OperatingSystem.IsMacOS() && !Wine.IsHost) Assert.Contains($"({holder.Id}", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, _fixture.Beside());
    }

    [Fact]
    public async Task R2_A_database_that_another_module_in_this_process_has_open_is_not_replaced()
    {
        EmrBackup backup = await _fixture.PrepareAsync();
        using SqliteConnection connection = TestDatabase.Open(_fixture.Live);
        Assert.NotNull(TestDatabase.Scalar(connection, "SELECT count(*) FROM patients"));

        EmrSimException error = await _fixture.FailAsync(_fixture.Request(backup));
        TestDatabase.Run(connection, "INSERT INTO patients(name, note) VALUES ('committed', '')");

        Assert.Equal(ErrorCode.RestoreTargetInUse, error.ErrorCode);
        if (!OperatingSystem.IsMacOS() && !Wine.IsHost) Assert.Contains("this process", error.Message, StringComparison.Ordinal);
        Assert.Equal(1L, TestDatabase.Scalar(_fixture.Live, "SELECT count(*) FROM patients WHERE name = 'committed'"));
    }

    [Fact]
    public async Task R9_As_of_a_time_the_newest_backup_that_is_not_newer_is_restored_and_before_the_first_none()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 2, 0, 0, TimeSpan.Zero));
        _fixture.Backups.Clock = clock;
        EmrBackup first = await _fixture.PrepareAsync();
        clock.Advance(TimeSpan.FromDays(1));
        EmrBackup second = await _fixture.Backups.BackupAsync();
        clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal(first.Id, (await _fixture.RestoreAsync(_fixture.FromStore(first.CreatedUtc))).Restore.Backup.Id);
        Assert.Equal(first.Id, (await _fixture.RestoreAsync(_fixture.FromStore(second.CreatedUtc.AddMilliseconds(-1)))).Restore.Backup.Id);
        Assert.Equal(second.Id, (await _fixture.RestoreAsync(_fixture.FromStore(second.CreatedUtc))).Restore.Backup.Id);
        Assert.Equal(second.Id, (await _fixture.RestoreAsync(_fixture.FromStore())).Restore.Backup.Id);

        EmrSimException error = await _fixture.FailAsync(_fixture.FromStore(first.CreatedUtc.AddMilliseconds(-1)));
        Assert.Equal(ErrorCode.NoBackupAsOf, error.ErrorCode);
        Assert.Contains("2026-03-01 02:00:00 UTC", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task R12_A_backup_whose_bytes_changed_is_refused_before_anything_happens()
    {
        EmrBackup backup = await _fixture.PrepareAsync();
        byte[] stored = File.ReadAllBytes(backup.Path);
        stored[stored.Length / 2] ^= 1;
        File.WriteAllBytes(backup.Path, stored);
        string[] before = _fixture.Beside();
        string old = RestoreFixture.Digest(_fixture.Live);

        EmrSimException error = await _fixture.FailAsync(_fixture.Request(backup));

        Assert.Equal(ErrorCode.BackupChecksumMismatch, error.ErrorCode);
        Assert.Contains("nothing was changed", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, _fixture.Beside());
        Assert.Equal(old, RestoreFixture.Digest(_fixture.Live));
    }

    [Fact]
    public async Task R12_The_same_backup_can_be_restored_twice_and_both_old_states_are_kept()
    {
        EmrBackup backup = await _fixture.PrepareAsync();
        string first = RestoreFixture.Digest(_fixture.Live);
        RestoreResult one = await _fixture.RestoreAsync(_fixture.Request(backup));
        _fixture.Change();
        string second = RestoreFixture.Digest(_fixture.Live);
        RestoreResult two = await _fixture.RestoreAsync(_fixture.Request(backup));

        Assert.Equal(_fixture.Content, RestoreFixture.Digest(_fixture.Live));
        Assert.Equal((first, second), (RestoreFixture.Digest(one.Restore.SafetyCopy!), RestoreFixture.Digest(two.Restore.SafetyCopy!)));
    }

    [Fact]
    public async Task R12_A_plan_names_every_step_and_changes_nothing_at_all()
    {
        EmrBackup backup = await _fixture.PrepareAsync(log: true);
        Dictionary<string, (string Bytes, DateTime Written)> before = State();

        IReadOnlyList<PlannedStep> plan = await _fixture.Engine().PlanAsync(_fixture.Request(backup), default);

        Assert.Equal(["Preflight", "Wait", "SafetyCopy", "Swap", "Verify"], plan.Select(s => s.Name));
        Assert.Equal(before, State());

        Dictionary<string, (string, DateTime)> State() => Directory.GetFiles(_fixture.Backups.Folder.Path, "*", SearchOption.AllDirectories)
            .ToDictionary(f => f, f => (Sha256(f), File.GetLastWriteTimeUtc(f)));
    }

    [Theory]
    [InlineData(null, 6, true)]
    [InlineData(null, 5, true)]
    [InlineData(4, 6, false)]
    [InlineData(5, 1, true)]
    [InlineData(5, 6, true)]
    public async Task R7_A_schema_that_is_newer_than_the_application_is_refused(int? known, int live, bool restores)
    {
        TestDatabase.Create(_fixture.Live, 10, pragmas: "PRAGMA user_version=5; ");
        EmrBackup backup = await _fixture.Backups.BackupAsync();
        TestDatabase.Run(_fixture.Live, $"PRAGMA user_version={live}");
        RestoreRequest request = _fixture.Request(backup) with { MaximumUserVersion = known };

        if (restores)
        {
            await _fixture.RestoreAsync(request);
            Assert.Equal(5L, TestDatabase.Scalar(_fixture.Live, "PRAGMA user_version"));
            Assert.Equal(live > 5, _fixture.Backups.Log.Events.Any(r => r.Id == 3005));
            return;
        }

        EmrSimException error = await _fixture.FailAsync(request);
        Assert.Equal(ErrorCode.RestoreSchemaTooNew, error.ErrorCode);
        Assert.Equal((long)live, TestDatabase.Scalar(_fixture.Live, "PRAGMA user_version"));
    }

    [Fact]
    public async Task R7_Without_Force_the_live_databases_version_is_the_limit()
    {
        TestDatabase.Create(_fixture.Live, 10, pragmas: "PRAGMA user_version=5; ");
        EmrBackup backup = await _fixture.Backups.BackupAsync();
        TestDatabase.Run(_fixture.Live, "PRAGMA user_version=4");
        EmrSimException error = await _fixture.FailAsync(new ScriptedRunner().Request(_fixture, backup) with { Force = false });

        Assert.Equal(ErrorCode.RestoreSchemaTooNew, error.ErrorCode);
        Assert.Contains("user_version is 5", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task R11_Owner_group_and_mode_of_the_live_database_are_kept()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has access control lists.");
        if (OperatingSystem.IsWindows()) return;
        EmrBackup backup = await _fixture.PrepareAsync();
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        File.SetUnixFileMode(_fixture.Live, Mode);
        if (OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess) ExternalTool.Run("chown", ["1234:2345", _fixture.Live]);
        string before = Stat(_fixture.Live);

        await _fixture.RestoreAsync(_fixture.Request(backup));

        Assert.Equal(Mode, File.GetUnixFileMode(_fixture.Live));
        Assert.Equal(before, Stat(_fixture.Live));
    }

    [Fact]
    public async Task R11_The_access_control_list_of_the_live_database_is_kept_and_its_group_gains_nothing()
    {
        EmrBackup backup = await _fixture.PrepareAsync();
        AccessControlList.Add(_fixture.Live);
        (string List, UnixFileMode Mode) before = AccessControlList.Read(_fixture.Live);

        RestoreResult result = await _fixture.RestoreAsync(_fixture.Request(backup));

        Assert.Null(result.Error);
        Assert.Equal(before, AccessControlList.Read(_fixture.Live));
        Assert.Equal(before, AccessControlList.Read(result.Restore.SafetyCopy!));
    }

    [Fact]
    public async Task R11_A_disk_without_room_refuses_before_anything_happens()
    {
        using SmallDisk disk = SmallDisk.Mount(_fixture.Backups.Folder.File("disk"), 3);
        EmrBackup backup = await _fixture.PrepareAsync();
        string target = Path.Combine(disk.Path, "app.db");
        TestDatabase.Create(target, 4_000);
        string old = RestoreFixture.Digest(target);
        TestDatabase.Run(_fixture.Live, "INSERT INTO patients(name, note) SELECT name || 'x', hex(randomblob(3000)) FROM patients");
        backup = await _fixture.Backups.BackupAsync();

        EmrSimException error = await _fixture.FailAsync(_fixture.Request(backup) with { Destination = target });

        Assert.Equal(ErrorCode.DiskFull, error.ErrorCode);
        Assert.Equal(old, RestoreFixture.Digest(target));
        Assert.Equal(["app.db"], Directory.GetFiles(disk.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_backup_without_a_manifest_is_not_restored()
    {
        EmrBackup backup = await _fixture.PrepareAsync();
        File.Delete(backup.ManifestPath);

        EmrSimException error = await _fixture.FailAsync(_fixture.Request(backup));

        Assert.Equal(ErrorCode.ManifestMissing, error.ErrorCode);
        Assert.Contains("Repair-EmrBackup", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_of_several_sets_needs_a_name_unless_one_is_of_this_database()
    {
        EmrBackup backup = await _fixture.PrepareAsync();
        string other = TestDatabase.Create(_fixture.Backups.Folder.File("other.db"), 10);
        await _fixture.Backups.BackupAsync(new EmrSim.Core.Backup.BackupRequest(other, _fixture.Store));

        Assert.Equal(backup.Id, (await _fixture.RestoreAsync(_fixture.FromStore())).Restore.Backup.Id);
        RestoreRequest elsewhere = _fixture.FromStore() with { Destination = _fixture.Backups.Folder.File("third.db") };
        EmrSimException error = await _fixture.FailAsync(elsewhere);
        Assert.Equal(ErrorCode.InvalidArgument, error.ErrorCode);
        Assert.Contains("app, other", error.Message, StringComparison.Ordinal);
        Assert.Equal(backup.Id, (await _fixture.RestoreAsync(elsewhere with { Source = elsewhere.Source with { Name = "app" } })).Restore.Backup.Id);
    }

    private static string Sha256(string path) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)));

    private static string Stat(string path) => OperatingSystem.IsLinux() ? ExternalTool.Run("stat", ["-c", "%u %g %a", path]) : "";
}
