using EmrSim.Core.Recovery;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Recovery;

/// <summary>kill -9 within restores: there is always a database, and afterwards it is exactly the old one or exactly the restored one.</summary>
[NotUnderWine("it starts hundreds of processes, which takes minutes there")]
public sealed class RestoreKillTests
{
    private const int Kills = 100;
    private const int LatestMilliseconds = 120;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task R6_A_kill_at_every_recorded_step_of_a_restore_can_be_finished_or_undone(bool log)
    {
        int marks = await CountAsync("restore", log);
        Assert.InRange(marks, 10, 100);
        for (int mark = 1; mark <= marks; mark++)
        {
            foreach (bool resume in new[] { true, false }) await KillAsync(log, mark, resume);
        }
    }

    [Fact]
    public async Task R6_A_kill_at_every_recorded_step_of_the_way_back_can_be_undone_again()
    {
        using var probe = new RestoreFixture();
        EmrBackup first = await probe.PrepareAsync(log: true);
        await probe.RestoreAsync(probe.Request(first));
        probe.Change();
        int marks = Marks("undo", probe);
        Assert.InRange(marks, 3, 100);
        for (int mark = 1; mark <= marks; mark++)
        {
            using var fixture = new RestoreFixture();
            EmrBackup backup = await fixture.PrepareAsync(log: true);
            string old = RestoreFixture.Digest(fixture.Live);
            await fixture.RestoreAsync(fixture.Request(backup));
            fixture.Change();
            string written = RestoreFixture.Digest(fixture.Live);
            Die("undo", fixture, mark);

            Assert.Contains(RestoreFixture.Digest(fixture.Live), new[] { old, written });
            RestoreResult result = await fixture.UndoAsync();
            Assert.Equal(EmrOutcome.Passed, result.Restore.Outcome);
            Assert.Equal(old, RestoreFixture.Digest(fixture.Live));
            // What was written since is kept, once; whoever undoes may be wrong.
            string[] beside = fixture.Beside();
            Assert.Equal(2, beside.Length);
            Assert.Contains(".emr-replaced-", beside[1], StringComparison.Ordinal);
            Assert.Equal(written, RestoreFixture.Digest(fixture.Backups.Folder.File(beside[1])));
        }
    }

    [Fact]
    public async Task R6_A_kill_at_any_instant_leaves_the_old_database_or_the_restored_one()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        int unfinished = 0, done = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            string where = $"kill {kill} of seed {seed}";
            using var fixture = new RestoreFixture();
            await fixture.PrepareAsync(log: kill % 2 == 0);
            string old = RestoreFixture.Digest(fixture.Live);
            using (OtherProcess restore = OtherProcess.Start("restore", fixture.Store, fixture.Live))
            {
                // Half of them count from the first step on, past the start of the runtime and its compiler.
                if (kill % 4 >= 2) restore.ReadLine();
                Thread.Sleep(random.Next(LatestMilliseconds));
                restore.Kill();
            }

            Assert.True(File.Exists(fixture.Live), $"{where}: there is no database");
            string now = RestoreFixture.Digest(fixture.Live);
            Assert.True(now == old || now == fixture.Content, $"{where}: neither the old nor the restored database");
            if (!File.Exists(fixture.Journal)) continue;
            bool finished = Read(fixture) == RestoreState.Done;
            if (finished) done++;
            else unfinished++;
            await SettleAsync(fixture, old, kill % 3 != 0 && !finished, where);
        }

        // A kill that never hits anything proves nothing.
        Assert.InRange(unfinished, Kills / 10, Kills);
        Assert.InRange(done + unfinished, Kills / 4, Kills);
    }

    private static async Task KillAsync(bool log, int mark, bool resume)
    {
        using var fixture = new RestoreFixture();
        await fixture.PrepareAsync(log: log);
        string old = RestoreFixture.Digest(fixture.Live);
        Die("restore", fixture, mark);
        string where = $"mark {mark}, {(resume ? "resume" : "undo")}";
        string now = RestoreFixture.Digest(fixture.Live);
        Assert.True(now == old || now == fixture.Content, where);
        RestoreState state = Read(fixture)!.Value;
        if (state != RestoreState.Done) Assert.Equal(ErrorCode.RestoreUnfinished, (await fixture.FailAsync(fixture.FromStore())).ErrorCode);
        await SettleAsync(fixture, old, resume && state != RestoreState.Done, where);
    }

    private static async Task SettleAsync(RestoreFixture fixture, string old, bool resume, string where)
    {
        string expected = fixture.Content;
        if (resume)
        {
            try
            {
                Assert.True((await fixture.ResumeAsync()).Restore.Outcome == EmrOutcome.Passed, where);
            }
            catch (EmrSimException e) when (e.ErrorCode == ErrorCode.RestoreNotFound)
            {
                // It was killed before the backup was unpacked; all that is left is to clear away.
                resume = false;
            }
        }

        if (!resume)
        {
            Assert.True((await fixture.UndoAsync()).Restore.Outcome == EmrOutcome.Passed, where);
            expected = old;
        }

        Assert.True(expected == RestoreFixture.Digest(fixture.Live), $"{where}: not what {(resume ? "Resume" : "Undo")} promises");
        // The old database's own log is a part of it; its content was compared.
        string[] own = resume ? ["app.db"] : ["app.db", "app.db-wal", "app.db-shm"];
        string[] stray = [.. fixture.Beside().Where(f => !own.Contains(f) && !f.Contains(".emr-safety-", StringComparison.Ordinal) && !(resume && f.EndsWith(".json", StringComparison.Ordinal)))];
        Assert.True(stray.Length == 0, $"{where}: {string.Join(", ", stray)}");
    }

    private static RestoreState? Read(RestoreFixture fixture) => RestoreJournal.Read(fixture.Live)?.State;

    private static async Task<int> CountAsync(string what, bool log)
    {
        using var fixture = new RestoreFixture();
        await fixture.PrepareAsync(log: log);
        return Marks(what, fixture);
    }

    private static int Marks(string what, RestoreFixture fixture)
    {
        using OtherProcess process = OtherProcess.Start(what, fixture.Store, fixture.Live);
        (int code, string output) = process.End();
        Assert.True(code == 0, output);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length - 1;
    }

    private static void Die(string what, RestoreFixture fixture, int mark)
    {
        using OtherProcess process = OtherProcess.Start(what, fixture.Store, fixture.Live, mark.ToString(System.Globalization.CultureInfo.InvariantCulture));
        (int code, string output) = process.End();
        Assert.True(code != 0 && output.Length == 0, $"mark {mark}: it ended with {code} and said {output}");
    }
}
