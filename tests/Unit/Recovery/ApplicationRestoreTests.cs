using EmrSim.Core.Recovery;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Recovery;

/// <summary>Restores of the database of a real application, which is stopped, started and validated.</summary>
public sealed class ApplicationRestoreTests : IDisposable
{
    private static readonly RestorePatience s_patience = new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1));
    private static readonly RestorePatience s_short = s_patience with { Validate = TimeSpan.FromSeconds(3) };

    private readonly RestoreFixture _fixture = new();
    private TestApplication? _application;

    public ApplicationRestoreTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Its commands are those of /bin/sh; tests/Module restores by PowerShell's there, too.");

    public void Dispose()
    {
        _application?.Dispose();
        _fixture.Dispose();
    }

    private TestApplication Application => _application!;

    [Fact]
    public async Task The_application_is_stopped_its_database_restored_and_it_runs_on_that_again()
    {
        EmrBackup backup = await RunningAsync("TEST_WRITE_MS=5");
        int before = Application.ProcessId!.Value;

        RestoreResult result = await RestoreAsync(backup);

        Assert.Null(result.Error);
        Assert.Equal(EmrOutcome.Passed, result.Restore.Outcome);
        Assert.Equal(["Preflight", "Stop", "Wait", "SafetyCopy", "Swap", "Verify", "Start", "Validate"], result.Restore.Steps.Select(s => s.Name));
        Assert.InRange(result.Restore.Downtime, TimeSpan.FromMilliseconds(1), result.Restore.Duration);
        Assert.NotEqual(before, Application.ProcessId);
        Assert.Equal(_fixture.Content, RestoreFixture.Digest(_fixture.Live));
        // Rows that were in the log when the application stopped are in the safety copy.
        Assert.NotEqual(_fixture.Content, RestoreFixture.Digest(result.Restore.SafetyCopy!));
        Assert.Contains("has it open", result.Restore.Steps[^1].Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TEST_STORAGE=memory", ErrorCode.ApplicationNotOnDatabase)]
    [InlineData("TEST_STORAGE=memory;TEST_SAY_STORAGE=0", ErrorCode.ApplicationNotOnDatabase)]
    [InlineData("TEST_HEALTH=fail", ErrorCode.ApplicationUnhealthy)]
    [InlineData("TEST_HEALTH=never", ErrorCode.ApplicationUnhealthy)]
    public async Task R5_R8_An_application_that_is_not_well_after_the_restore_gets_its_old_database_back(string settings, ErrorCode code)
    {
        EmrBackup backup = await RunningAsync();
        string old = RestoreFixture.Digest(_fixture.Live);
        Application.Configure(settings.Split(';'));

        RestoreResult result = await RestoreAsync(backup, patience: s_short);

        AssertBack(result, code, old);
        Assert.Contains("the application was started", result.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task R5_An_application_that_ends_by_itself_on_the_restored_database_gets_its_old_one_back()
    {
        EmrBackup backup = await _fixture.PrepareAsync();
        string old = RestoreFixture.Digest(_fixture.Live);
        // It dies at once on the restored database, so there is nothing that kill, Stop-Process or docker stop could stop on the way back.
        var runner = new ScriptedRunner((script, time) => script == "stop" && time == 2 ? "no such process" : null);

        RestoreResult result = await _fixture.RestoreAsync(runner.Request(_fixture, backup));

        AssertBack(result, ErrorCode.ApplicationNotOnDatabase, old);
        Assert.Equal(["stop", "start", "stop", "start"], runner.Ran);
    }

    [Theory]
    [InlineData("exit 3", null)]
    [InlineData("echo false", null)]
    [InlineData(null, "SELECT count(*) FROM patients WHERE name = 'nobody'")]
    [InlineData(null, "SELECT name FROM patients WHERE name = 'nobody'")]
    [InlineData(null, "SELECT * FROM not_there")]
    public async Task R5_What_the_user_asks_for_must_hold(string? command, string? query)
    {
        EmrBackup backup = await RunningAsync();
        string old = RestoreFixture.Digest(_fixture.Live);

        RestoreResult result = await RestoreAsync(backup, a => a with { ValidateCommand = command, ValidateQuery = query });

        AssertBack(result, ErrorCode.ValidationFailed, old);
        RestoreResult good = await RestoreAsync(backup, a => a with { ValidateCommand = "echo true", ValidateQuery = "SELECT count(*) FROM patients" });
        Assert.Equal(EmrOutcome.Passed, good.Restore.Outcome);
    }

    [Fact]
    public async Task R5_What_the_user_asks_for_waits_for_a_short_transaction_of_the_application()
    {
        EmrBackup backup = await _fixture.PrepareAsync("DELETE");
        OtherProcess? application = null;
        Task commits = Task.CompletedTask;
        RestoreRequest request = _fixture.Request(backup) with { Application = Asking(_fixture.Live), Runner = new ScriptedRunner(), Patience = s_patience };
        try
        {
            RestoreResult result = await _fixture.RestoreAsync(request, name =>
            {
                if (name != RestoreSteps.Validate) return;
                application = OtherProcess.Start("hold", _fixture.Live, "BEGIN EXCLUSIVE");
                commits = Task.Delay(500).ContinueWith(_ => application.Kill(), TaskScheduler.Default);
            });

            Assert.Null(result.Error);
        }
        finally
        {
            await commits;
            application?.Dispose();
        }
    }

    [Fact]
    public async Task R5_What_the_user_asks_for_does_not_wait_for_ever_for_a_lock()
    {
        await _fixture.PrepareAsync("DELETE");
        using OtherProcess holder = OtherProcess.Start("hold", _fixture.Live, "BEGIN EXCLUSIVE");
        var steps = new ApplicationSteps(Asking(_fixture.Live), _fixture.Live, new ScriptedRunner(), TimeSpan.FromMilliseconds(300), s_patience, TimeProvider.System);

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => steps.ValidateAsync(default));

        Assert.Equal(ErrorCode.ValidationFailed, error.ErrorCode);
        Assert.Contains("locked", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task R3_An_application_that_does_not_stop_is_left_running_on_its_database()
    {
        EmrBackup backup = await RunningAsync("TEST_IGNORE_STOP=1");
        string old = RestoreFixture.Digest(_fixture.Live);
        int before = Application.ProcessId!.Value;

        RestoreResult result = await RestoreAsync(backup, a => a with { StopTimeout = TimeSpan.FromSeconds(2) });

        Assert.Contains(result.Error!.ErrorCode, new[] { ErrorCode.ApplicationNotStopped, ErrorCode.RestoreTargetInUse, ErrorCode.ApplicationCommandFailed });
        Assert.DoesNotContain(result.Restore.Steps, s => s.Name == "Swap");
        Assert.Equal(before, Application.ProcessId);
        Assert.Equal(old, RestoreFixture.Digest(_fixture.Live));
        Assert.DoesNotContain(_fixture.Beside(), f => f.Contains(".emr-", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(50)]
    [InlineData(600)]
    public async Task R3_An_application_that_a_watchdog_brings_back_is_noticed_before_the_swap(int milliseconds)
    {
        EmrBackup backup = await PreparedAsync($"TEST_RESTART_MS={milliseconds}");
        Application.StartSupervised();
        string old = RestoreFixture.Digest(_fixture.Live);

        RestoreResult result = await RestoreAsync(backup);

        Assert.Contains(result.Error!.ErrorCode, new[] { ErrorCode.ApplicationCameBack, ErrorCode.RestoreTargetInUse });
        Assert.DoesNotContain(result.Restore.Steps, s => s.Name == "Swap");
        Assert.Equal(old, RestoreFixture.Digest(_fixture.Live));
        Assert.DoesNotContain(_fixture.Beside(), f => f.Contains(".emr-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task R7_A_schema_that_the_application_refuses_brings_the_old_database_back()
    {
        EmrBackup backup = await PreparedAsync("TEST_MAX_USER_VERSION=4");
        TestDatabase.Run(_fixture.Live, "PRAGMA user_version=5");
        backup = await _fixture.Backups.BackupAsync();
        TestDatabase.Run(_fixture.Live, "PRAGMA user_version=4");
        Application.Start();
        string old = RestoreFixture.Digest(_fixture.Live);

        RestoreResult result = await RestoreAsync(backup, patience: s_short);

        AssertBack(result, null, old);
        Assert.Equal(EmrOutcome.Failed, result.Restore.Outcome);
        Assert.Equal(4L, TestDatabase.Scalar(_fixture.Live, "PRAGMA user_version"));
    }

    [Fact]
    public async Task A_stop_in_the_middle_brings_the_old_database_and_the_application_back()
    {
        EmrBackup backup = await RunningAsync();
        string old = RestoreFixture.Digest(_fixture.Live);
        using var stop = new CancellationTokenSource();

        RestoreResult result = await RestoreAsync(backup, observer: name => { if (name == "Verify") stop.Cancel(); }, token: stop.Token);

        AssertBack(result, ErrorCode.RestoreStopped, old);
    }

    [Fact]
    public async Task R6_After_a_kill_the_application_runs_again_on_the_old_or_the_restored_database()
    {
        foreach (string step in new[] { "Stop", "Wait", "SafetyCopy", "Swap", "Verify", "Start", "Validate" })
        {
            foreach (bool resume in new[] { true, false })
            {
                using var fixture = new RestoreFixture();
                EmrBackup backup = await fixture.PrepareAsync();
                using var application = new TestApplication(fixture.Backups.Folder.File("emr"), fixture.Live);
                application.Start();
                string old = RestoreFixture.Digest(fixture.Live);
                await Assert.ThrowsAsync<RunAbandonedException>(
                    () => fixture.RestoreAsync(Request(fixture, application, backup, s_patience), name => { if (name == step) throw new RunAbandonedException(); }));

                var resumption = new RestoreResumption(fixture.Live) { Runner = new ShellRunner(), Patience = s_patience };
                RestoreResult result = resume
                    ? await fixture.Engine().ResumeAsync(resumption, null, default)
                    : await fixture.Engine().UndoAsync(resumption, null, default);

                Assert.True(result.Error is null, $"{step}, {resume}: {result.Error?.Message}");
                Assert.Equal(resume ? fixture.Content : old, RestoreFixture.Digest(fixture.Live));
                await EmrSim.Core.Applications.HealthProbe.WaitAsync(application.HealthUrl, TimeSpan.FromSeconds(30), default);
            }
        }
    }

    private static EmrApplication Asking(string database) =>
        ScriptedRunner.Application(database) with { Control = EmrApplicationControl.None, ValidateQuery = "SELECT count(*) FROM patients" };

    private async Task<EmrBackup> PreparedAsync(params string[] settings)
    {
        EmrBackup backup = await _fixture.PrepareAsync();
        _application = new TestApplication(_fixture.Backups.Folder.File("emr"), _fixture.Live, settings);
        return backup;
    }

    private async Task<EmrBackup> RunningAsync(params string[] settings)
    {
        EmrBackup backup = await PreparedAsync(settings);
        Application.Start();
        await EmrSim.Core.Applications.HealthProbe.WaitAsync(Application.HealthUrl, TimeSpan.FromSeconds(30), default);
        return backup;
    }

    private Task<RestoreResult> RestoreAsync(
        EmrBackup backup, Func<EmrApplication, EmrApplication>? change = null, RestorePatience? patience = null, Action<string>? observer = null, CancellationToken token = default)
    {
        RestoreRequest request = Request(_fixture, Application, backup, patience ?? s_patience);
        return _fixture.RestoreAsync(change is null ? request : request with { Application = change(request.Application!) }, observer, token);
    }

    private static RestoreRequest Request(RestoreFixture fixture, TestApplication application, EmrBackup backup, RestorePatience patience) => fixture.Request(backup) with
    {
        Patience = patience,
        Runner = new ShellRunner(),
        Application = new EmrApplication
        {
            Root = application.Root,
            Engine = EmrEngine.Sqlite,
            Database = application.Database,
            Control = EmrApplicationControl.Commands,
            HealthUrl = application.HealthUrl,
            StopCommand = application.Shell("stop"),
            StartCommand = application.Shell("start"),
            StopTimeout = TimeSpan.FromSeconds(20),
        },
    };

    private void AssertBack(RestoreResult result, ErrorCode? code, string old)
    {
        if (code is not null) Assert.Equal(code, result.Error!.ErrorCode);
        Assert.Contains("The old database has its place again", result.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(EmrOutcome.Failed, result.Restore.Outcome);
        Assert.Contains("PutBack", result.Restore.Steps.Select(s => s.Name));
        Assert.Contains("StartAgain", result.Restore.Steps.Select(s => s.Name));
        Assert.Null(result.Restore.SafetyCopy);
        Assert.Equal(old, RestoreFixture.Digest(_fixture.Live));
        Assert.DoesNotContain(_fixture.Beside(), f => f.Contains(".emr-", StringComparison.Ordinal));
    }
}
