using EmrSim.Core.Stores;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Backup;

/// <summary>kill -9 at random instants: whatever was visible is good, and the next run works and leaves no litter.</summary>
[NotUnderWine("hundreds of processes")]
public sealed class KillTests : IDisposable
{
    private const int Kills = 100;
    private const int LatestMilliseconds = 250;
    // Enough for every step to take a while, so that every step is hit.
    private const int Rows = 4_000;

    private readonly BackupFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task B10_A_kill_at_any_instant_leaves_whole_backups_and_partial_files_that_the_next_run_clears_away()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        TestDatabase.Create(_fixture.Source, Rows);
        int litter = 0, published = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            string store = _fixture.Folder.File($"store {kill}");
            using (OtherProcess backups = OtherProcess.Start("backup", _fixture.Source, store, "-Forever", kill % 2 == 0 ? "-Restore" : "-None"))
            {
                // Half of them in the first backup, which is the slowest, half in those that follow it.
                if (kill % 4 >= 2) backups.ReadLine();
                Thread.Sleep(random.Next(LatestMilliseconds));
                backups.Kill();
            }

            string where = $"kill {kill} of seed {seed}";
            foreach (StoreEntry entry in await BackupCatalog.ListAsync(new BackupQuery(Directory.CreateDirectory(store).FullName, [], false, null), default))
            {
                published++;
                Assert.True(entry.Backup is not null, $"{where}: {entry.Error?.Message}");
                Assert.True(EmrOutcome.Passed == (await _fixture.TestAsync(entry.Backup.Path)).Test.Outcome, $"{where}: {entry.Backup.Path}");
            }

            litter += Unfinished(store).Length;
            EmrBackup next = await _fixture.BackupAsync(_fixture.Request with { Destination = store });

            Assert.Equal(EmrOutcome.Passed, next.Verification.Outcome);
            Assert.True(Unfinished(store).Length == 0, $"{where}: {string.Join(", ", Unfinished(store))}");
            Assert.True(IsPairs(store), $"{where}: {string.Join(", ", _fixture.Folder.Files($"store {kill}"))}");
        }

        // A kill that never hits anything proves nothing.
        Assert.InRange(litter, Kills / 4, int.MaxValue);
        Assert.InRange(published, Kills / 4, int.MaxValue);
    }

    private static string[] Unfinished(string store) =>
        [.. Directory.GetFiles(store).Select(f => Path.GetFileName(f)!).Where(f => f.Contains(".partial", StringComparison.Ordinal) || f.EndsWith(".lock.json", StringComparison.Ordinal))];

    private static bool IsPairs(string store)
    {
        string[] files = [.. Directory.GetFiles(store).Where(f => !f.EndsWith(".lock", StringComparison.Ordinal) && !f.EndsWith("history.jsonl", StringComparison.Ordinal))];
        return files.Length % 2 == 0 && files.GroupBy(f => f[..f.LastIndexOf("Z.", StringComparison.Ordinal)]).All(g => g.Count() == 2);
    }
}
