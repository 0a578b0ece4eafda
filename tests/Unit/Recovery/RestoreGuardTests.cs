using EmrSim.Core.Recovery;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Recovery;

/// <summary>What a restore refuses before it changes anything, and what must not keep an application down.</summary>
public sealed class RestoreGuardTests : IDisposable
{
    private readonly RestoreFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Commands_in_a_journal_that_another_account_may_write_are_not_run()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Needs root on Linux.");
        if (OperatingSystem.IsWindows()) return;
        EmrBackup backup = await _fixture.PrepareAsync();
        await _fixture.RestoreAsync(_fixture.Request(backup));
        // The account of the application, which may write in the folder of its database, puts a journal there with a command of its own.
        string json = File.ReadAllText(_fixture.Journal);
        json = json.Replace("\"validateSeconds\"", "\"application\": {\"root\": \"/\", \"engine\": \"sqlite\", \"control\": \"commands\", \"stopCommand\": \"own the machine\", \"startCommand\": \"x\", \"stopTimeout\": \"00:00:05\", \"findings\": []}, \"validateSeconds\"", StringComparison.Ordinal);
        File.WriteAllText(_fixture.Journal, json);
        ExternalTool.Run("chown", ["65534:65534", _fixture.Journal]);
        File.SetUnixFileMode(_fixture.Journal, (UnixFileMode)0b110_110_110);
        var runner = new ScriptedRunner();

        Exception? error = await Record.ExceptionAsync(() => _fixture.Engine().UndoAsync(new RestoreResumption(_fixture.Live) { Runner = runner, Patience = ScriptedRunner.Patience }, null, default));

        Assert.True(runner.Ran.Count == 0, $"root ran: {string.Join(", ", runner.Ran)} ({error?.Message})");
    }

    [Fact]
    public async Task A_disk_that_fills_up_in_the_safety_copy_does_not_leave_the_application_down()
    {
        using SmallDisk disk = SmallDisk.Mount(_fixture.Backups.Folder.File("disk"), 8);
        EmrBackup backup = await _fixture.PrepareAsync(log: true);
        string target = Path.Combine(disk.Path, "app.db");
        foreach (string suffix in new[] { "", "-wal" }) File.Copy(_fixture.Live + suffix, target + suffix);
        string old = RestoreFixture.Digest(target);
        var runner = new ScriptedRunner();
        RestoreRequest request = runner.Request(_fixture, backup) with { Destination = target, Application = ScriptedRunner.Application(target) };

        Exception? error = await Record.ExceptionAsync(() => _fixture.RestoreAsync(request, name =>
        {
            if (name != "SafetyCopy") return;
            // Somebody else fills the disk.
            using FileStream filler = File.Create(Path.Combine(disk.Path, "filler"));
            try
            {
                byte[] block = new byte[4096];
                while (true)
                {
                    filler.Write(block);
                    filler.Flush();
                }
            }
            catch (IOException)
            {
                // Full.
            }
        }));

        Assert.Equal(old, RestoreFixture.Digest(target));
        Assert.True(runner.Ran.SequenceEqual(["stop", "start"]), $"ran: {string.Join(", ", runner.Ran)}; {error?.Message}");
    }

    [Fact]
    public async Task A_StopCommand_without_a_StartCommand_is_refused_before_anything_is_stopped()
    {
        EmrBackup backup = await _fixture.PrepareAsync();
        var runner = new ScriptedRunner();
        RestoreRequest request = runner.Request(_fixture, backup);

        EmrSimException error = await _fixture.FailAsync(request with { Application = request.Application! with { StartCommand = null } });

        Assert.Empty(runner.Ran);
        Assert.Equal(ErrorCode.InvalidArgument, error.ErrorCode);
        Assert.False(File.Exists(_fixture.Journal));
    }

    [Fact]
    public async Task R10_A_validation_alone_is_no_application_and_needs_Force()
    {
        EmrBackup backup = await _fixture.PrepareAsync();
        // What Restore-EmrDatabase makes of -ValidateQuery without -Application: Told().
        var told = new EmrApplication { Root = _fixture.Backups.Folder.Path, Engine = EmrEngine.Sqlite, Database = _fixture.Live, Control = EmrApplicationControl.None, ValidateQuery = "SELECT 1" };

        EmrSimException error = await _fixture.FailAsync(_fixture.Request(backup) with { Force = false, Application = told, Runner = new ScriptedRunner() });

        Assert.Equal(ErrorCode.RestoreTargetExists, error.ErrorCode);
    }

    [Fact]
    public async Task R10_To_another_path_than_the_applications_database_nothing_is_stopped()
    {
        EmrBackup backup = await _fixture.PrepareAsync();
        var runner = new ScriptedRunner();

        await Record.ExceptionAsync(() => _fixture.RestoreAsync(runner.Request(_fixture, backup) with { Destination = _fixture.Backups.Folder.File("look.db") }));

        Assert.Empty(runner.Ran);
    }

    [Fact]
    public async Task A_journal_of_PERSIST_mode_at_rest_is_no_damage()
    {
        EmrBackup backup = await _fixture.PrepareAsync("DELETE");
        TestDatabase.Run(_fixture.Live, "PRAGMA journal_mode=PERSIST; INSERT INTO patients(name, note) VALUES ('one more', '')");
        Assert.True(new FileInfo(_fixture.Live + "-journal").Length > 0);

        RestoreResult result = await _fixture.RestoreAsync(_fixture.Request(backup));

        Assert.DoesNotContain(result.Restore.Steps, s => s.Name == "DropLog" || s.Detail.Contains("damaged", StringComparison.Ordinal));
    }
}
