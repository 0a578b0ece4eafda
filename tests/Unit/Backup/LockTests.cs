using EmrSim.Core.Backup;
using EmrSim.Tests.Support;
using Microsoft.Data.Sqlite;

namespace EmrSim.Tests.Backup;

/// <summary>Who waits for whom: locks of the database and of a backup set.</summary>
public sealed class LockTests : IDisposable
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(300);

    private readonly BackupFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("DELETE", "BEGIN EXCLUSIVE", "EXCLUSIVE")]
    [InlineData("WAL", "PRAGMA locking_mode=EXCLUSIVE; INSERT INTO patients(name) VALUES ('held')", "exclusive locking mode")]
    public async Task B7_A_database_that_stays_locked_is_an_error_that_names_the_lock(string journalMode, string hold, string kind)
    {
        TestDatabase.Create(_fixture.Source, journalMode: journalMode);
        using OtherProcess holder = OtherProcess.Start("hold", _fixture.Source, hold);

        EmrSimException error = await _fixture.FailAsync(_fixture.Request with { BusyTimeout = s_short });

        Assert.Equal(ErrorCode.DatabaseLocked, error.ErrorCode);
        Assert.True(error.IsTransient);
        Assert.Contains(kind, error.Message, StringComparison.Ordinal);
        Assert.Empty(_fixture.Stored());
    }

    [Fact]
    public async Task B7_A_lock_that_is_released_in_time_is_waited_for()
    {
        TestDatabase.Create(_fixture.Source, journalMode: "DELETE");
        using OtherProcess holder = OtherProcess.Start("hold", _fixture.Source, "BEGIN EXCLUSIVE");

        Task<EmrBackup> waiting = _fixture.BackupAsync();
        Wait.Until(IsWaiting, "the backup waits for the lock");
        holder.End();

        Assert.Equal(500, (await waiting).Tables["patients"]);
    }

    [Fact]
    public async Task A_file_that_another_program_has_open_for_itself_alone_is_waited_for()
    {
        // On Linux it keeps out other .NET programs alone, which is enough to see that they wait.
        TestDatabase.Create(_fixture.Source);
        Task<EmrBackup> waiting;
        using (FileStream scanner = new(_fixture.Source, FileMode.Open, FileAccess.Read, FileShare.None))
        {
            EmrSimException error = await _fixture.FailAsync(_fixture.Request with { BusyTimeout = TimeSpan.Zero });
            Assert.Equal(ErrorCode.DatabaseLocked, error.ErrorCode);
            Assert.Contains("another program", error.Message, StringComparison.Ordinal);

            waiting = _fixture.BackupAsync();
            Wait.Until(IsWaiting, "the backup waits for the scanner");
        }

        Assert.Equal(500, (await waiting).Tables["patients"]);
    }

    [Fact]
    public async Task A_stop_while_it_waits_for_a_lock_is_heeded()
    {
        TestDatabase.Create(_fixture.Source, journalMode: "DELETE");
        using OtherProcess holder = OtherProcess.Start("hold", _fixture.Source, "BEGIN EXCLUSIVE");
        using var stop = new CancellationTokenSource();

        Task<EmrBackup> waiting = _fixture.BackupAsync(token: stop.Token);
        Wait.Until(IsWaiting, "the backup waits for the lock");
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Empty(_fixture.Stored());
    }

    [Fact]
    public void A_writer_of_a_WAL_database_commits_while_the_snapshot_is_held()
    {
        TestDatabase.Create(_fixture.Source);
        using var snapshot = Core.Sqlite.SqliteSnapshot.Begin(
            _fixture.Source, locked: true, s_short, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, TestContext.Current.CancellationToken);
        using SqliteConnection writer = TestDatabase.Open(_fixture.Source);

        TestDatabase.Run(writer, "PRAGMA busy_timeout=0");
        TestDatabase.AddPatients(writer, 10);

        Assert.Equal(510L, TestDatabase.Scalar(writer, "SELECT count(*) FROM patients"));
        Assert.Equal(500, snapshot.Database.Integer("SELECT count(*) FROM patients"));
    }

    [Theory]
    [InlineData(false, 500, true)]
    [InlineData(true, 0, false)]
    public void B3_A_snapshot_of_a_WAL_database_that_lost_its_lock_is_known_to_be_torn(bool lost, int left, bool isOneState)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells a process of its own locks.");
        TestDatabase.Create(_fixture.Source);
        using OtherProcess application = OtherProcess.Start("hold", _fixture.Source, "CREATE TABLE other(x)");
        using var snapshot = Core.Sqlite.SqliteSnapshot.Begin(
            _fixture.Source, locked: true, s_short, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, TestContext.Current.CancellationToken);
        Assert.True(snapshot.IsOneState);

        // As a second copy of SQLite in this process does when it closes the database.
        if (lost) File.OpenHandle(_fixture.Source + "-shm", share: FileShare.ReadWrite).Dispose();
        using (OtherProcess writer = OtherProcess.Start("hold", _fixture.Source, "UPDATE patients SET note = 'new'; PRAGMA wal_checkpoint")) writer.End();

        Assert.Equal(left, snapshot.Database.Integer("SELECT count(*) FROM patients WHERE note <> 'new'"));
        Assert.Equal(isOneState, snapshot.IsOneState);
    }

    [Fact]
    public async Task A_backup_whose_snapshot_lost_its_lock_is_made_anew()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells a process of its own locks.");
        TestDatabase.Create(_fixture.Source);
        using OtherProcess application = OtherProcess.Start("hold", _fixture.Source, "CREATE TABLE other(x)");
        int lost = 0;

        EmrBackup backup = await _fixture.BackupAsync(_fixture.Request, new Synchronous(_ =>
        {
            if (lost++ == 0) File.OpenHandle(_fixture.Source + "-shm", share: FileShare.ReadWrite).Dispose();
        }));

        Assert.Equal(500, backup.Tables["patients"]);
        Assert.Contains(_fixture.Log.Events, e => e.Message.Contains("opened", StringComparison.Ordinal));
    }

    [Fact]
    public async Task B11_A_second_backup_of_a_set_is_refused_while_the_first_one_runs_and_names_its_process()
    {
        TestDatabase.Create(_fixture.Source, journalMode: "DELETE");
        using OtherProcess holder = OtherProcess.Start("hold", _fixture.Source, "BEGIN EXCLUSIVE");
        using OtherProcess first = OtherProcess.Start("backup", _fixture.Source, _fixture.Store);
        string note = Path.Combine(_fixture.Store, ".app.lock.json");
        Wait.Until(() => File.Exists(note) && new FileInfo(note).Length > 0, "the first backup has its lock");

        EmrSimException error = await _fixture.FailAsync();

        Assert.Equal(ErrorCode.SetLocked, error.ErrorCode);
        Assert.Contains($"process {first.Id} (emrsim-test-worker)", error.Message, StringComparison.Ordinal);
        holder.End();
        Assert.EndsWith(".zst", first.ReadLine(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task B11_The_lock_of_a_process_that_was_killed_is_none()
    {
        TestDatabase.Create(_fixture.Source, journalMode: "DELETE");
        using OtherProcess holder = OtherProcess.Start("hold", _fixture.Source, "BEGIN EXCLUSIVE");
        using OtherProcess dying = OtherProcess.Start("backup", _fixture.Source, _fixture.Store);
        string note = Path.Combine(_fixture.Store, ".app.lock.json");
        Wait.Until(() => File.Exists(note), "the dying backup has its lock");
        dying.Kill();
        holder.End();

        Assert.Equal(500, (await _fixture.BackupAsync()).Tables["patients"]);
        Assert.Equal(2, _fixture.Stored().Length);
    }

    [Fact]
    public async Task B11_Sets_of_the_same_name_in_two_stores_do_not_clear_away_each_others_work()
    {
        TestDatabase.Create(_fixture.Source);
        string work = _fixture.Folder.File("work");
        using Core.Stores.SetLock other = Core.Stores.SetLock.Acquire(Directory.CreateDirectory(work).FullName, "app", TimeProvider.System);
        string partial = Path.Combine(work, "app-20260101T000000000Z.sqlite.partial");
        File.WriteAllText(partial, "another store's run");

        EmrSimException error = await _fixture.FailAsync(new BackupRequest(_fixture.Source, _fixture.Store) { WorkPath = work });

        Assert.Equal(ErrorCode.SetLocked, error.ErrorCode);
        Assert.True(File.Exists(partial));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-wal")]
    public async Task A_file_that_SQLite_cannot_open_because_another_program_has_it_for_itself_is_waited_for(string sidecar)
    {
        Assert.SkipUnless(OperatingSystem.IsWindows(), "Elsewhere no program can keep others from opening a file.");
        TestDatabase.Create(_fixture.Source);
        using (SqliteConnection writer = TestDatabase.Open(_fixture.Source))
        {
            TestDatabase.Run(writer, "PRAGMA wal_autocheckpoint=0; INSERT INTO patients(name) VALUES ('in the log')");
            foreach (string end in new[] { "", "-wal" }) File.Copy(_fixture.Source + end, _fixture.Folder.File("crashed.db" + end));
        }

        string source = _fixture.Folder.File("crashed.db");
        Task<EmrBackup> waiting;
        using (FileStream scanner = new(source + sidecar, FileMode.Open, FileAccess.Read, FileShare.None))
        {
            EmrSimException error = await _fixture.FailAsync(_fixture.Request with { SourcePath = source, BusyTimeout = TimeSpan.Zero });
            Assert.Equal(ErrorCode.DatabaseLocked, error.ErrorCode);
            Assert.Contains("another program", error.Message, StringComparison.Ordinal);

            waiting = _fixture.BackupAsync(_fixture.Request with { SourcePath = source });
            Wait.Until(IsWaiting, "the backup waits for the scanner");
        }

        Assert.Equal(501, (await waiting).Tables["patients"]);
    }

    private bool IsWaiting() => _fixture.Log.Events.Any(e => e.Message.Contains("waiting", StringComparison.Ordinal));
}
