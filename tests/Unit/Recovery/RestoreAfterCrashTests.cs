using EmrSim.Core.Recovery;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Recovery;

/// <summary>What applications and admins do between a crash in a restore and what follows it: no row is lost by that.</summary>
public sealed class RestoreAfterCrashTests : IDisposable
{
    private readonly RestoreFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Undo_in_a_copy_of_the_folder_does_not_touch_the_database_in_the_original_one()
    {
        EmrBackup backup = await _fixture.PrepareAsync();
        await _fixture.RestoreAsync(_fixture.Request(backup));
        string staging = _fixture.Backups.Folder.File("staging");
        Directory.CreateDirectory(staging);
        foreach (string file in _fixture.Beside()) File.Copy(_fixture.Backups.Folder.File(file), Path.Combine(staging, file));
        string production = RestoreFixture.Digest(_fixture.Live);
        string[] before = _fixture.Beside();

        await Record.ExceptionAsync(() => _fixture.Engine().UndoAsync(new RestoreResumption(Path.Combine(staging, "app.db")), null, default));

        Assert.Equal(production, RestoreFixture.Digest(_fixture.Live));
        Assert.Equal(before, _fixture.Beside());
    }

    [Fact]
    public async Task An_undo_that_goes_on_never_puts_an_old_log_beside_a_database_that_was_used_since()
    {
        EmrBackup backup = await _fixture.PrepareAsync("DELETE");
        // A PERSIST journal at rest counts as damage, so PutBack moves the main file and then the journal.
        TestDatabase.Run(_fixture.Live, "PRAGMA journal_mode=PERSIST; INSERT INTO patients(name, note) VALUES ('one more', '')");
        string old = RestoreFixture.Digest(_fixture.Live);
        await _fixture.RestoreAsync(_fixture.Request(backup));
        RestoreRecord record = RestoreJournal.Read(_fixture.Live)!;
        Assert.True(File.Exists(record.SafetyCopy + "-journal"));
        // The undo is cut off between the two; its machine starts again, and so does the application, which is cut off within a transaction.
        record.State = RestoreState.PuttingBack;
        record.Steps.Add(new RestoreStepRecord { Name = RestoreSteps.PutBack, StartedUtc = DateTimeOffset.UtcNow });
        RestoreJournal.Write(record);
        File.Move(record.SafetyCopy, _fixture.Live, overwrite: true);
        using (OtherProcess crash = OtherProcess.Start("crash", _fixture.Live)) crash.Kill();
        Assert.Equal(old, RestoreFixture.Digest(_fixture.Live));

        await _fixture.UndoAsync();

        Assert.Equal(old, RestoreFixture.Digest(_fixture.Live));
    }

    [Fact]
    public async Task An_undo_that_is_cut_off_while_it_clears_away_loses_no_row_of_the_old_log()
    {
        await _fixture.PrepareAsync(log: true);
        string old = RestoreFixture.Digest(_fixture.Live);
        ScriptedRunner.Die("restore", _fixture, 7);
        // What it has done when it is killed after the first file: the log of the safety copy.
        RestoreRecord record = RestoreJournal.Read(_fixture.Live)!;
        record.State = RestoreState.PuttingBack;
        RestoreJournal.Write(record);
        File.Delete(record.SafetyCopy + "-wal");
        Assert.Equal(old, RestoreFixture.Digest(_fixture.Live));

        await _fixture.UndoAsync();

        Assert.Equal(old, RestoreFixture.Digest(_fixture.Live));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_undo_that_is_cut_off_while_it_clears_away_keeps_what_the_application_wrote_since(bool staged)
    {
        await _fixture.PrepareAsync(log: true);
        ScriptedRunner.Die("restore", _fixture, 7);
        RestoreRecord record = RestoreJournal.Read(_fixture.Live)!;
        record.State = RestoreState.PuttingBack;
        RestoreJournal.Write(record);
        // Killed behind the safety copy, or behind the unpacked database as well; the machine starts again, with the application on its untouched database.
        WholeDatabase.Remove(record.SafetyCopy);
        if (staged) File.Delete(RestoreFiles.Staged(_fixture.Live));
        _fixture.Change();
        string newest = RestoreFixture.Digest(_fixture.Live);

        await _fixture.UndoAsync();

        Assert.Equal(newest, RestoreFixture.Digest(_fixture.Live));
    }

    [Fact]
    public async Task Rows_that_the_application_wrote_between_a_crash_and_Resume_are_in_the_safety_copy()
    {
        await _fixture.PrepareAsync(log: true);
        // At the mark Swap: the safety copy is made, the old database is in its place, and the machine starts again, with its application.
        ScriptedRunner.Die("restore", _fixture, 7);
        _fixture.Change();
        string newest = RestoreFixture.Digest(_fixture.Live);

        RestoreResult result = await _fixture.ResumeAsync();

        Assert.Equal(EmrOutcome.Passed, result.Restore.Outcome);
        Assert.Equal(newest, RestoreFixture.Digest(result.Restore.SafetyCopy!));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rows_written_after_a_restore_was_cut_off_behind_its_swap_are_kept(bool resume)
    {
        await _fixture.PrepareAsync();
        // At the mark Verify: the restored database has its place; the machine starts again, with the application, which takes real rows.
        ScriptedRunner.Die("restore", _fixture, 9);
        _fixture.Change();
        string written = RestoreFixture.Digest(_fixture.Live);

        await (resume ? _fixture.ResumeAsync() : _fixture.UndoAsync());

        string[] kept = [.. _fixture.Beside().Where(f => f == "app.db" || f.Contains(".emr-replaced-", StringComparison.Ordinal))];
        Assert.Contains(written, kept.Select(f => RestoreFixture.Digest(_fixture.Backups.Folder.File(f))));
    }

    [Fact]
    public async Task Rows_written_between_an_undo_that_was_cut_off_and_the_next_one_are_kept()
    {
        EmrBackup backup = await _fixture.PrepareAsync();
        await _fixture.RestoreAsync(_fixture.Request(backup));
        // The restored database has newer rows in its log, so the copy of it has bytes of its own.
        _fixture.LeaveLog();
        // At the mark PutBack: KeepCurrent is written down as passed, the restored database still has its place. The machine starts again, with the application.
        ScriptedRunner.Die("undo", _fixture, 3);
        _fixture.Change();
        string written = RestoreFixture.Digest(_fixture.Live);

        RestoreResult result = await _fixture.UndoAsync();

        Assert.Equal(written, RestoreFixture.Digest(result.Restore.SafetyCopy!));
    }

    [Fact]
    public async Task Undo_after_a_start_that_failed_does_not_delete_the_database_that_the_application_made_since()
    {
        EmrBackup backup = await _fixture.PrepareAsync();
        File.Delete(_fixture.Live);
        // The application does not open the database, so validation fails; its second start fails, too.
        var runner = new ScriptedRunner((script, time) => script == "start" && time == 2 ? "port in use" : null);
        RestoreResult failed = await _fixture.RestoreAsync(runner.Request(_fixture, backup));
        Assert.Equal(ErrorCode.ApplicationNotStarted, failed.Error!.ErrorCode);
        Assert.False(File.Exists(_fixture.Live));
        // The admin starts it by hand; it makes its database anew and works for a day. Then he does what the message says.
        TestDatabase.Create(_fixture.Live, 50);
        string day = RestoreFixture.Digest(_fixture.Live);

        await Assert.ThrowsAsync<EmrSimException>(
            () => _fixture.Engine().UndoAsync(new RestoreResumption(_fixture.Live) { Runner = runner, Patience = ScriptedRunner.Patience }, null, default));

        Assert.True(File.Exists(_fixture.Live), "the new database is gone, and there is no copy");
        Assert.Equal(day, RestoreFixture.Digest(_fixture.Live));
    }

    [Fact]
    public async Task R3_An_application_that_starts_between_the_last_look_and_the_swap_is_noticed()
    {
        EmrBackup backup = await _fixture.PrepareAsync();
        OtherProcess? application = null;
        try
        {
            Exception? error = null;
            RestoreResult? result = null;
            error = await Record.ExceptionAsync(async () => result = await _fixture.RestoreAsync(_fixture.Request(backup), name =>
            {
                // A watchdog starts it while the journal is flushed. It keeps the old file, now the safety copy, and its log is deleted below it.
                if (name == "Swap") application = OtherProcess.Start("hold", _fixture.Live, "SELECT count(*) FROM patients");
            }));

            Assert.True(error is not null || result!.Error is not null, "it passed, and all that the application commits from now on is lost");
        }
        finally
        {
            application?.Dispose();
        }
    }
}
