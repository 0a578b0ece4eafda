using EmrSim.Tests.Recovery.Salvage.Support;
using EmrSim.Tests.Support;
using Microsoft.Data.Sqlite;

namespace EmrSim.Tests.Recovery.Salvage;

/// <summary>What lies beside the database: a write-ahead log whose pages are newer, a journal of a transaction that was broken off.</summary>
public sealed class LogTests : IDisposable
{
    private readonly SalvageFixture _fixture = new();

    [Fact]
    public async Task Committed_pages_of_the_write_ahead_log_are_part_of_the_database()
    {
        WithLog(w =>
        {
            TestDatabase.Run(w, "INSERT INTO t VALUES (2), (3); CREATE TABLE u(a); INSERT INTO u VALUES ('new')");
        });

        EmrSalvage result = await _fixture.SalvageAsync();

        Assert.Equal(EmrOutcome.Passed, result.Outcome);
        Assert.Contains(result.Problems, p => p.Contains("write-ahead log", StringComparison.Ordinal));
        Assert.Equal(["I:1", "I:2", "I:3"], Rows.Of(_fixture.Saved, "SELECT a FROM t"));
        Assert.Equal(["T:new"], Rows.Of(_fixture.Saved, "SELECT a FROM u"));
        Assert.Equal("wal", TestDatabase.Scalar(_fixture.Saved, "PRAGMA journal_mode"));
    }

    [Fact]
    public async Task A_page_that_is_damaged_in_the_file_and_whole_in_the_log_is_whole()
    {
        WithLog(w => TestDatabase.Run(w, "INSERT INTO t VALUES (2); CREATE TABLE u(a)"));
        using (FileStream file = File.OpenWrite(_fixture.Damaged)) file.Write(new byte[file.Length]);

        EmrSalvage result = await _fixture.SalvageAsync();

        Assert.Equal(["I:1", "I:2"], Rows.Of(_fixture.Saved, "SELECT a FROM t"));
        Assert.Equal(EmrOutcome.Passed, result.Outcome);
    }

    [Fact]
    public async Task Pages_that_were_not_committed_are_left_out()
    {
        WithLog(w => TestDatabase.Run(
            w,
            "INSERT INTO t VALUES (2); PRAGMA cache_size=1; PRAGMA cache_spill=1; BEGIN; " +
            "INSERT INTO t WITH RECURSIVE c(n) AS (SELECT 3 UNION ALL SELECT n + 1 FROM c WHERE n < 9000) SELECT n FROM c"));
        Assert.True(new FileInfo(_fixture.Damaged + "-wal").Length > 40_000);

        EmrSalvage result = await _fixture.SalvageAsync();

        Assert.Equal(["I:1", "I:2"], Rows.Of(_fixture.Saved, "SELECT a FROM t"));
        Assert.Equal(EmrOutcome.Passed, result.Outcome);
    }

    [Fact]
    public async Task Behind_a_damaged_frame_the_log_is_not_believed()
    {
        WithLog(w =>
        {
            TestDatabase.Run(w, "INSERT INTO t VALUES (2)");
            TestDatabase.Run(w, "INSERT INTO t VALUES (3)");
            TestDatabase.Run(w, "INSERT INTO t VALUES (4)");
        });
        Change(_fixture.Damaged + "-wal", b => b[32 + 24 + 4096 + 24 + 100] ^= 1);

        EmrSalvage result = await _fixture.SalvageAsync();

        Assert.Equal(EmrOutcome.Inconclusive, result.Outcome);
        Assert.Contains(result.Problems, p => p.Contains("log is damaged", StringComparison.Ordinal));
        Assert.Equal(["I:1", "I:2"], Rows.Of(_fixture.Saved, "SELECT a FROM t"));
    }

    [Fact]
    public async Task Of_a_log_that_was_begun_anew_only_the_new_round_counts()
    {
        WithLog(w =>
        {
            TestDatabase.Run(w, "INSERT INTO t WITH RECURSIVE c(n) AS (SELECT 3 UNION ALL SELECT n + 1 FROM c WHERE n < 9000) SELECT n FROM c");
            TestDatabase.Run(w, "PRAGMA wal_checkpoint(RESTART); DELETE FROM t WHERE a > 5");
            TestDatabase.Run(w, "PRAGMA wal_checkpoint(RESTART); INSERT INTO t VALUES (2)");
        });

        EmrSalvage result = await _fixture.SalvageAsync();

        Assert.Equal(EmrOutcome.Passed, result.Outcome);
        Assert.Equal(["I:1", "I:2", "I:3", "I:4", "I:5"], Rows.Of(_fixture.Saved, "SELECT a FROM t ORDER BY a"));
    }

    [Fact]
    public async Task B5_A_transaction_that_a_crash_broke_off_is_undone_from_its_journal()
    {
        TestDatabase.Run(_fixture.Intact, "CREATE TABLE t(a, b); INSERT INTO t WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 5000) SELECT n, 'before' FROM c");
        List<string> before = Rows.All(_fixture.Intact);
        using (SqliteConnection writer = TestDatabase.Open(_fixture.Intact))
        {
            TestDatabase.Run(writer, "PRAGMA cache_size=5; BEGIN; UPDATE t SET b = 'in between' || a; DELETE FROM t WHERE a < 2000; CREATE TABLE u(a)");
            Copy("", "-journal");
            TestDatabase.Run(writer, "ROLLBACK");
        }

        EmrSalvage result = await _fixture.SalvageAsync();

        Assert.Contains(result.Problems, p => p.Contains("rollback journal", StringComparison.Ordinal));
        Assert.Equal(EmrOutcome.Passed, result.Outcome);
        Assert.Equal(before, Rows.All(_fixture.Saved));
    }

    [Fact]
    public async Task A_journal_that_was_ended_is_no_longer_played_back()
    {
        TestDatabase.Run(_fixture.Intact, "PRAGMA journal_mode=PERSIST; CREATE TABLE t(a); INSERT INTO t VALUES (1); UPDATE t SET a = 2");
        Copy("", "-journal");

        EmrSalvage result = await _fixture.SalvageAsync();

        Assert.Equal((EmrOutcome.Passed, 0), (result.Outcome, result.Problems.Count));
        Assert.Equal(["I:2"], Rows.Of(_fixture.Saved, "SELECT a FROM t"));
    }

    [Fact]
    public async Task Neither_the_database_nor_what_lies_beside_it_is_touched()
    {
        WithLog(w => TestDatabase.Run(w, "INSERT INTO t VALUES (2)"));
        string[] files = [_fixture.Damaged, _fixture.Damaged + "-wal"];
        byte[][] before = [.. files.Select(File.ReadAllBytes)];
        DateTime[] written = [.. files.Select(File.GetLastWriteTimeUtc)];

        await _fixture.SalvageAsync();

        Assert.Equal(before, files.Select(File.ReadAllBytes));
        Assert.Equal(written, files.Select(File.GetLastWriteTimeUtc));
        Assert.False(File.Exists(_fixture.Damaged + "-shm"));
    }

    public void Dispose() => _fixture.Dispose();

    private void WithLog(Action<SqliteConnection> write)
    {
        TestDatabase.Run(_fixture.Intact, "PRAGMA journal_mode=WAL; CREATE TABLE t(a); INSERT INTO t VALUES (1)");
        using SqliteConnection writer = TestDatabase.Open(_fixture.Intact);
        TestDatabase.Run(writer, "PRAGMA wal_autocheckpoint=0");
        write(writer);
        Copy("", "-wal");
    }

    private void Copy(params string[] suffixes)
    {
        foreach (string suffix in suffixes)
        {
            using FileStream from = new(_fixture.Intact + suffix, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using FileStream to = File.Create(_fixture.Damaged + suffix);
            from.CopyTo(to);
        }
    }

    private static void Change(string path, Action<byte[]> change)
    {
        byte[] bytes = File.ReadAllBytes(path);
        change(bytes);
        File.WriteAllBytes(path, bytes);
    }
}
