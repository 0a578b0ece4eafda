using System.Security.Cryptography;
using EmrSim.Tests.Support;
using Microsoft.Data.Sqlite;

namespace EmrSim.Tests.Backup;

/// <summary>What is in a backup of a database that is in use, and what happens to that database.</summary>
public sealed class SnapshotTests : IDisposable
{
    private readonly BackupFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task B3_Backup_of_a_database_with_rows_only_in_the_WAL_contains_them()
    {
        TestDatabase.Create(_fixture.Source, rows: 10);
        using SqliteConnection writer = TestDatabase.Open(_fixture.Source);
        TestDatabase.Run(writer, "PRAGMA wal_autocheckpoint=0");
        TestDatabase.AddPatients(writer, 90);

        EmrBackup backup = await _fixture.BackupAsync();

        Assert.Equal(100, backup.Tables["patients"]);
        Assert.Equal(EmrOutcome.Passed, (await _fixture.TestAsync(backup.Path, EmrVerificationLevel.Restore)).Test.Outcome);
    }

    [Fact]
    public async Task B4_Backup_of_a_database_whose_main_file_is_still_empty_contains_the_rows_of_its_WAL_and_leaves_it_alone()
    {
        string fresh = EmptyWithWal(rows: 40);
        byte[] wal = File.ReadAllBytes(fresh + "-wal");

        EmrBackup backup = await _fixture.BackupAsync(_fixture.Request with { SourcePath = fresh });

        Assert.Equal(40, backup.Tables["patients"]);
        Assert.Equal(EmrOutcome.Passed, (await _fixture.TestAsync(backup.Path, EmrVerificationLevel.Restore)).Test.Outcome);
        // SQLite would have deleted the log, and the rows with it.
        Assert.Equal(wal, File.ReadAllBytes(fresh + "-wal"));
        Assert.Equal(0, new FileInfo(fresh).Length);
        Assert.Equal(2, _fixture.Stored().Length);
    }

    [Fact]
    public async Task B4_A_log_that_does_not_hold_the_whole_database_is_refused_not_taken_for_it()
    {
        string fresh = EmptyWithWal(rows: 2000, checkpointed: 1000);

        EmrSimException error = await _fixture.FailAsync(_fixture.Request with { SourcePath = fresh });

        // Which pages are missing decides whether the rows can still be counted.
        Assert.Contains(error.ErrorCode, new[] { ErrorCode.SourceCorrupt, ErrorCode.VerificationFailed });
        Assert.True(File.Exists(fresh + "-wal"));
        Assert.DoesNotContain(_fixture.Stored(), f => f.EndsWith(".json", StringComparison.Ordinal));
    }

    [Fact]
    public async Task B4_A_log_beside_an_empty_file_that_is_no_log_is_refused()
    {
        string fresh = EmptyWithWal(rows: 1);
        File.WriteAllText(fresh + "-wal", "This is no write-ahead log, and it is longer than its header would be.");

        Assert.Equal(ErrorCode.SourceCorrupt, (await _fixture.FailAsync(_fixture.Request with { SourcePath = fresh })).ErrorCode);
        Assert.Empty(_fixture.Stored());
    }

    [Fact]
    public async Task B6_B8_Backups_beside_a_writer_that_commits_every_millisecond_end_and_are_one_snapshot_each()
    {
        await new Core.Samples.SampleEngine(_fixture.Loggers()).CreateAsync(
            new Core.Samples.SampleRequest(_fixture.Source, 20_000, 1, false), null, TestContext.Current.CancellationToken);
        using OtherProcess writer = OtherProcess.StartWriter(_fixture.Source);
        for (int i = 0; i < 3; i++)
        {
            long before = Committed(writer);

            EmrBackup backup = await _fixture.BackupAsync();

            // The manifest says what the snapshot held, not what the database holds by now.
            Assert.InRange(backup.Tables["turns"] - 20_000, before, Committed(writer));
            Assert.Equal(EmrOutcome.Passed, (await _fixture.TestAsync(backup.Path)).Test.Outcome);
        }
    }

    [Fact]
    public async Task B9_The_digest_is_that_of_the_snapshot_not_of_a_main_file_that_lacks_its_WAL()
    {
        TestDatabase.Create(_fixture.Source);
        using SqliteConnection writer = TestDatabase.Open(_fixture.Source);
        TestDatabase.Run(writer, "PRAGMA wal_autocheckpoint=0");
        TestDatabase.AddPatients(writer, 50);

        EmrBackup backup = await _fixture.BackupAsync();

        Assert.NotEqual(DigestOfSource(), backup.Sha256);
        Assert.Equal(EmrOutcome.Passed, backup.Verification.Outcome);
        Assert.Equal(EmrOutcome.Passed, (await _fixture.TestAsync(backup.Path)).Test.Outcome);
    }

    [Theory]
    [InlineData("WAL")]
    [InlineData("DELETE")]
    [InlineData("TRUNCATE")]
    [InlineData("PERSIST")]
    public async Task The_source_keeps_its_bytes_and_its_time(string journalMode)
    {
        TestDatabase.Create(_fixture.Source, journalMode: journalMode);
        DateTime before = File.GetLastWriteTimeUtc(_fixture.Source);
        string digest = DigestOfSource();

        await _fixture.BackupAsync();

        Assert.Equal(digest, DigestOfSource());
        Assert.Equal(before, File.GetLastWriteTimeUtc(_fixture.Source));
    }

    [Fact]
    public async Task A_backup_checkpoints_nothing_although_it_closes_the_last_connection()
    {
        TestDatabase.Create(_fixture.Source, rows: 10);
        string copy = _fixture.Folder.File("left.db");
        using (SqliteConnection writer = TestDatabase.Open(_fixture.Source))
        {
            TestDatabase.Run(writer, "PRAGMA wal_autocheckpoint=0");
            TestDatabase.AddPatients(writer, 50);
            // As a crash leaves it: rows in a WAL that no connection holds.
            foreach (string suffix in new[] { "", "-wal" }) File.Copy(_fixture.Source + suffix, copy + suffix);
        }

        byte[] wal = File.ReadAllBytes(copy + "-wal");
        EmrBackup backup = await _fixture.BackupAsync(_fixture.Request with { SourcePath = copy });

        Assert.Equal(60, backup.Tables["patients"]);
        Assert.Equal(wal, File.ReadAllBytes(copy + "-wal"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("PRAGMA page_size=512; PRAGMA auto_vacuum=FULL;")]
    [InlineData("PRAGMA page_size=65536; PRAGMA auto_vacuum=INCREMENTAL; PRAGMA encoding='UTF-16le';")]
    [InlineData("PRAGMA page_size=8192; PRAGMA encoding='UTF-16be';")]
    public async Task B19_Page_size_encoding_versions_and_auto_vacuum_are_carried_over(string pragmas)
    {
        TestDatabase.Create(_fixture.Source, rows: 50, pragmas: pragmas);
        TestDatabase.Run(_fixture.Source, "PRAGMA user_version=-7; PRAGMA application_id=1162695251; PRAGMA wal_checkpoint(TRUNCATE);");

        EmrBackup backup = await _fixture.BackupAsync(_fixture.Request with { Compression = EmrCompression.None, VerificationLevel = EmrVerificationLevel.Restore });

        Assert.Equal(-7, backup.UserVersion);
        foreach (string setting in new[] { "page_size", "encoding", "user_version", "application_id", "auto_vacuum", "journal_mode" })
        {
            Assert.Equal(TestDatabase.Scalar(_fixture.Source, "PRAGMA " + setting), TestDatabase.Scalar(backup.Path, "PRAGMA " + setting));
        }
    }

    [Fact]
    public async Task B20_Rowids_of_a_table_without_INTEGER_PRIMARY_KEY_are_those_of_the_source()
    {
        TestDatabase.Create(_fixture.Source, rows: 1);
        TestDatabase.Run(
            _fixture.Source, "CREATE TABLE loose(x TEXT); INSERT INTO loose(rowid, x) VALUES (7, 'a'), (1000, 'b'), (-3, 'c'); DELETE FROM loose WHERE x = 'a'");

        EmrBackup backup = await _fixture.BackupAsync(_fixture.Request with { Compression = EmrCompression.None });

        Assert.Equal("-3c 1000b", TestDatabase.Scalar(backup.Path, "SELECT group_concat(rowid || x, ' ' ORDER BY rowid) FROM loose"));
    }

    [Fact]
    public async Task B22_A_backup_is_given_up_when_the_WAL_grows_past_its_limit_while_it_is_made()
    {
        TestDatabase.Create(_fixture.Source, rows: 50_000);
        using SqliteConnection writer = TestDatabase.Open(_fixture.Source);
        TestDatabase.Run(writer, "PRAGMA wal_autocheckpoint=0");
        TestDatabase.AddPatients(writer, 1);
        int reports = 0;

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => _fixture.BackupAsync(
            _fixture.Request with { MaximumWalLength = 100_000 }, new Synchronous(_ =>
            {
                if (reports++ == 0) TestDatabase.AddPatients(writer, 1000);
            })));

        Assert.Equal(ErrorCode.WalLimitExceeded, error.ErrorCode);
        Assert.Empty(_fixture.Stored());
    }

    [Fact]
    public async Task A_small_machine_says_what_it_checks_while_it_does_one_thing_after_the_other()
    {
        Assert.SkipWhen(Environment.ProcessorCount > 2, "With more processors it checks beside the packing.");
        TestDatabase.Create(_fixture.Source);
        using SqliteConnection writer = TestDatabase.Open(_fixture.Source);
        TestDatabase.AddPatients(writer, 1);
        var phases = new List<string>();

        await _fixture.BackupAsync(_fixture.Request, new Synchronous(p =>
        {
            if (phases.Count == 0) TestDatabase.AddPatients(writer, 1000);
            phases.Add(p.Status.Split(':')[0]);
        }));

        Assert.Equal(["Copying", "Integrity check", "Foreign key check", "Counting rows", "Packing", "Reading back"], phases.Distinct());
    }

    [Fact]
    public async Task B22_A_long_WAL_that_does_not_grow_is_no_obstacle()
    {
        TestDatabase.Create(_fixture.Source, rows: 50_000);
        using SqliteConnection writer = TestDatabase.Open(_fixture.Source);
        TestDatabase.AddPatients(writer, 1000);

        Assert.Equal(51_000, (await _fixture.BackupAsync(_fixture.Request with { MaximumWalLength = 1 })).Tables["patients"]);
    }

    private static long Committed(OtherProcess writer) => long.Parse(writer.Ask()!.Split(' ')[0]);

    private string DigestOfSource()
    {
        using FileStream file = new(_fixture.Source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>A database as a power cut leaves it that has lost the main file's pages but not the log's.</summary>
    private string EmptyWithWal(int rows, int checkpointed = 0)
    {
        string fresh = _fixture.Folder.File("fresh.db");
        using SqliteConnection writer = TestDatabase.Open(_fixture.Source);
        TestDatabase.Run(writer, "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; " + TestDatabase.Schema);
        if (checkpointed > 0)
        {
            TestDatabase.AddPatients(writer, checkpointed);
            TestDatabase.Run(writer, "PRAGMA wal_checkpoint(TRUNCATE)");
        }

        TestDatabase.AddPatients(writer, rows - checkpointed);
        File.WriteAllBytes(fresh, []);
        File.Copy(_fixture.Source + "-wal", fresh + "-wal");
        return fresh;
    }
}
