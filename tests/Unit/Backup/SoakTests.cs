using System.Diagnostics;
using EmrSim.Core.Stores;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Backup;

/// <summary>Backups beside four processes that move money about: every restored copy must hold the whole of it.</summary>
[NotUnderWine("minutes of load")]
public sealed class SoakTests : IDisposable
{
    private const int Accounts = 1_000;
    private const int Writers = 4;
    private const long Total = Accounts * 1_000L;
    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(30);

    private readonly BackupFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task B6_Every_backup_made_beside_four_writers_restores_with_the_right_sum()
    {
        TestDatabase.Run(
            _fixture.Source,
            "PRAGMA journal_mode=WAL; CREATE TABLE accounts(id INTEGER PRIMARY KEY, amount INTEGER NOT NULL, note TEXT); CREATE INDEX accounts_note ON accounts(note);" +
            $"INSERT INTO accounts(amount) WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < {Accounts}) SELECT {Total / Accounts} FROM c");
        OtherProcess[] writers = [.. Enumerable.Range(0, Writers).Select(_ => OtherProcess.Start("transfer", _fixture.Source))];
        var sums = new HashSet<string>();
        int backups = 0;
        try
        {
            long started = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(started) < s_duration)
            {
                EmrBackup backup = await _fixture.BackupAsync();

                Assert.Equal(EmrOutcome.Passed, backup.Verification.Outcome);
                Assert.Equal(EmrOutcome.Passed, (await _fixture.TestAsync(backup.Path, EmrVerificationLevel.Restore)).Test.Outcome);
                Assert.Equal(Total, Restored(backup, "SELECT sum(amount) FROM accounts"));
                sums.Add((string)Restored(backup, "SELECT group_concat(amount) FROM accounts")!);
                backups++;
                await new BackupCatalog(_fixture.Loggers(), TimeProvider.System).RemoveAsync(backup, true, null, CancellationToken.None);
            }

            long[] transfers = [.. writers.Select(w => long.Parse(w.End().Output))];
            Assert.All(transfers, t => Assert.True(t > 0, "a writer stood still"));
        }
        finally
        {
            foreach (OtherProcess writer in writers) writer.Dispose();
        }

        // Backups of a database that never changed would prove nothing.
        Assert.True(backups > 1 && sums.Count > backups / 2, $"{backups} backups held {sums.Count} different states");
    }

    private object? Restored(EmrBackup backup, string sql)
    {
        string path = _fixture.Folder.File("restored.db");
        using (FileStream stored = File.OpenRead(backup.Path))
        using (var unpacked = new ZstdSharp.DecompressionStream(stored))
        using (FileStream plain = File.Create(path)) unpacked.CopyTo(plain);
        return TestDatabase.Scalar(path, sql);
    }
}
