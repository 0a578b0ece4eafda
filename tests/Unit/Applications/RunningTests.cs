using System.Net;
using System.Net.Sockets;
using System.Text;
using EmrSim.Core.Applications;
using EmrSim.Core.Files;
using EmrSim.Tests.Support;
using Microsoft.Data.Sqlite;

namespace EmrSim.Tests.Applications;

/// <summary>A real application of its own process, controlled by commands: stopped, started, watched, asked for its health and for its database.</summary>
public sealed class RunningTests : IDisposable
{
    private static readonly TimeSpan s_moment = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly TempFolder _folder = new();
    private readonly TestApplication _application;
    private readonly CancellationToken _token = TestContext.Current.CancellationToken;

    public RunningTests() => _application = new TestApplication(_folder.File("emr"), TestDatabase.Create(_folder.File("app.db")));

    public void Dispose()
    {
        _application.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Commands_stop_and_start_it_and_it_is_on_its_database()
    {
        IApplicationControl control = Control();
        await control.StartAsync(_token);
        HealthAnswer health = await HealthProbe.WaitAsync(_application.HealthUrl, s_patience, _token);
        DatabaseUseResult use = await DatabaseUse.ProveAsync(_application.Database, health, s_patience, _token);

        Assert.Equal((200, "sqlite", false), (health.StatusCode, health.Storage, health.InMemory));
        Assert.Equal(EmrOutcome.Passed, use.Outcome);
        Assert.Contains("emrsim-test-app", use.Detail, StringComparison.Ordinal);
        Assert.True(await control.IsRunningAsync(_token));

        await control.StopAsync(_token);

        Assert.False(await control.IsRunningAsync(_token));
        var watch = new ApplicationWatch(control, _application.Database);
        Assert.Empty(await watch.ReleaseAsync(TimeSpan.Zero, _token));
        await watch.SettleAsync(TimeSpan.FromMilliseconds(300), _token);
    }

    [Fact]
    public async Task A_stop_waits_for_an_application_that_takes_its_time()
    {
        _application.Configure("TEST_STOP_MS=1000");
        _application.Start();

        await Control().StopAsync(_token);

        Assert.Empty(await new ApplicationWatch(null, _application.Database).ReleaseAsync(TimeSpan.Zero, _token));
    }

    [Fact]
    public async Task R3_An_application_that_does_not_stop_is_an_error_that_names_it()
    {
        _application.Configure("TEST_IGNORE_STOP=1");
        _application.Start();

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => Control(timeout: s_moment).StopAsync(_token));

        Assert.Equal((ErrorCode.ApplicationNotStopped, _application.Root), (error.ErrorCode, error.Target));
        Assert.Contains($"({_application.ProcessId}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task R3_An_application_that_a_watchdog_starts_again_is_noticed()
    {
        _application.Configure("TEST_RESTART_MS=500");
        _application.StartSupervised();
        int? first = _application.ProcessId;
        IApplicationControl control = Control();
        await control.StopAsync(_token);

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(
            () => new ApplicationWatch(control, _application.Database).SettleAsync(s_patience, _token));

        Assert.Equal(ErrorCode.ApplicationCameBack, error.ErrorCode);
        // It opens its database before it writes its id.
        Wait.Until(() => _application.ProcessId != first, "the application that came back writes its id");
        Assert.Contains("watchdog", error.Message, StringComparison.Ordinal);
        Assert.Contains("emrsim-test-app", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task R3_One_that_is_back_before_its_stop_command_is_has_come_back_and_not_gone_on()
    {
        _application.Start();
        IApplicationControl control = Control($"{_application.Shell("stop")} && {_application.Shell("start")} && sleep 1", timeout: s_patience / 10);

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => control.StopAsync(_token));

        Assert.Equal(ErrorCode.ApplicationCameBack, error.ErrorCode);
        Assert.Contains($"({_application.ProcessId}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task R2_A_connection_of_this_process_counts_too()
    {
        Wine.Cannot("nobody tells who has a file open.");
        using SqliteConnection own = TestDatabase.Open(_application.Database);
        Assert.NotNull(TestDatabase.Scalar(own, "SELECT count(*) FROM patients"));
        var watch = new ApplicationWatch(Control(), _application.Database);

        FileHolders holders = await watch.ReleaseAsync(TimeSpan.Zero, _token);

        Assert.Contains("this process", holders.ToString(), StringComparison.Ordinal);
        Assert.Equal(ErrorCode.ApplicationCameBack, (await Assert.ThrowsAsync<EmrSimException>(() => watch.RequireStoppedAsync(_token))).ErrorCode);
        // It proves nothing of the application.
        Assert.Equal(
            ErrorCode.ApplicationNotOnDatabase,
            (await Assert.ThrowsAsync<EmrSimException>(() => DatabaseUse.ProveAsync(_application.Database, null, TimeSpan.Zero, _token))).ErrorCode);
    }

    [Fact]
    public async Task R5_A_StopCommand_that_finds_nothing_to_stop_is_no_error_where_nobody_has_the_database_open()
    {
        IApplicationControl control = Control(stop: "exit 1");

        await control.StopAsync(_token);

        Assert.False(await control.IsRunningAsync(_token));
    }

    [Fact]
    public async Task A_StopCommand_that_fails_is_an_error_where_nobody_knows_the_database()
    {
        IApplicationControl control = ApplicationControls.For(
            new EmrApplication { Root = _application.Root, Engine = EmrEngine.Unknown, Control = EmrApplicationControl.Commands, StopCommand = "exit 1" }, new ShellRunner())!;

        Assert.Equal(ErrorCode.ApplicationCommandFailed, (await Assert.ThrowsAsync<EmrSimException>(() => control.StopAsync(_token))).ErrorCode);
    }

    [Fact]
    public async Task R6_An_application_that_runs_is_not_started_a_second_time()
    {
        Wine.Cannot("nobody tells who has a file open.");
        _application.Start();
        int? first = _application.ProcessId;

        await Control(start: "exit 1").StartAsync(_token);

        Assert.Equal(first, _application.ProcessId);
        Assert.True(await Control().IsRunningAsync(_token));
    }

    [Fact]
    public async Task A_command_that_fails_is_an_error_with_what_it_said()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The command is one of /bin/sh.");
        _application.Start();
        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => Control(stop: "echo no such service >&2; exit 5").StopAsync(_token));

        Assert.Equal(ErrorCode.ApplicationCommandFailed, error.ErrorCode);
        Assert.Contains("no such service", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, ErrorCode.ApplicationNotStopped)]
    [InlineData(false, ErrorCode.ApplicationNotStarted)]
    public async Task A_command_that_does_not_end_is_ended(bool stop, ErrorCode code)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no sleep.");
        IApplicationControl control = Control("sleep 100", "sleep 100", TimeSpan.FromMilliseconds(300));

        Assert.Equal(code, (await Assert.ThrowsAsync<EmrSimException>(() => stop ? control.StopAsync(_token) : control.StartAsync(_token))).ErrorCode);
    }

    [Fact]
    public async Task A_command_that_is_missing_is_an_error()
    {
        IApplicationControl control = ApplicationControls.For(
            new EmrApplication { Root = _application.Root, Engine = EmrEngine.Sqlite, Control = EmrApplicationControl.Commands, StartCommand = "true" }, new ShellRunner())!;

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => control.StopAsync(_token));

        Assert.Equal(ErrorCode.InvalidArgument, error.ErrorCode);
        Assert.Contains("-StopCommand", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TEST_HEALTH=fail", "500 InternalServerError: {\"status\":\"error\",\"reason\":\"told to fail\"}")]
    [InlineData("TEST_HEALTH=never", "nothing was answered in time")]
    [InlineData(null, "the connection was refused")]
    public async Task A_health_check_that_does_not_become_good_ends_at_the_limit_and_says_what_was_answered_last(string? setting, string last)
    {
        if (setting is not null)
        {
            _application.Configure(setting);
            _application.Start();
            // However busy the machine is: what is asked of it counts from when it can be asked.
            Wait.Until(() => TestApplication.Listens(_application.HealthUrl), "the application listens");
        }

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => HealthProbe.WaitAsync(_application.HealthUrl, s_moment, _token));

        Assert.Equal(ErrorCode.ApplicationUnhealthy, error.ErrorCode);
        Assert.Contains(last, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf8")]
    [InlineData("none")]
    [InlineData("\"UTF-8\"")]
    public async Task A_health_check_with_a_charset_that_NET_does_not_know_is_an_answer(string charset)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task answering = AnswerAsync(listener, $"application/json; charset={charset}", "\uFEFF{\"storage\":\"sqlite\",\"name\":\"\u00e9\"}");

        HealthAnswer answer = await HealthProbe.WaitAsync(new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/api/health"), s_patience, _token);
        await answering;

        Assert.Equal((200, "sqlite"), (answer.StatusCode, answer.Storage));
    }

    [Theory]
    [InlineData("/api/health")]
    [InlineData("api/health")]
    [InlineData("localhost:3002/api/health")]
    [InlineData("http://user:word@localhost/")]
    public async Task A_health_URL_that_cannot_be_asked_is_refused_before_anything_is_stopped(string url)
    {
        var address = new Uri(url, UriKind.RelativeOrAbsolute);
        EmrSimException early = Assert.Throws<EmrSimException>(() => ApplicationControls.For(
            new EmrApplication { Root = _application.Root, Engine = EmrEngine.Sqlite, Control = EmrApplicationControl.None, HealthUrl = address }, new ShellRunner()));
        EmrSimException late = await Assert.ThrowsAsync<EmrSimException>(() => HealthProbe.WaitAsync(address, s_moment, _token));

        Assert.Equal((ErrorCode.InvalidArgument, ErrorCode.InvalidArgument), (early.ErrorCode, late.ErrorCode));
    }

    [Fact]
    public async Task A_health_check_that_is_good_after_a_while_is_waited_for()
    {
        _application.Configure("TEST_HEALTH=1500");
        _application.Start();

        Assert.Equal(200, (await HealthProbe.WaitAsync(_application.HealthUrl, s_patience, _token)).StatusCode);
    }

    [Theory]
    [InlineData("TEST_STORAGE=memory")]
    [InlineData("TEST_STORAGE=memory", "TEST_SAY_STORAGE=0")]
    public async Task R8_An_application_on_its_memory_is_not_on_its_database_however_well_it_says_it_is(params string[] settings)
    {
        _application.Configure(settings);
        _application.Start();
        HealthAnswer health = await HealthProbe.WaitAsync(_application.HealthUrl, s_patience, _token);

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => DatabaseUse.ProveAsync(_application.Database, health, s_moment, _token));

        Assert.Equal((ErrorCode.ApplicationNotOnDatabase, _application.Database), (error.ErrorCode, error.Target));
    }

    [Fact]
    public async Task R8_An_application_that_cannot_open_its_database_says_that_it_is_well_and_is_found_out()
    {
        await File.WriteAllTextAsync(_application.Database, "This is no database, but it is long enough to be looked at.", _token);
        _application.Start();
        HealthAnswer health = await HealthProbe.WaitAsync(_application.HealthUrl, s_patience, _token);

        Assert.Equal(("memory", true), (health.Storage, health.InMemory));
        await Assert.ThrowsAsync<EmrSimException>(() => DatabaseUse.ProveAsync(_application.Database, health, s_moment, _token));
    }

    [Fact]
    public async Task R8_An_application_on_another_database_is_not_on_this_one()
    {
        _application.Start();
        HealthAnswer health = await HealthProbe.WaitAsync(_application.HealthUrl, s_patience, _token);
        string other = TestDatabase.Create(_folder.File("other.db"));

        Assert.Equal(
            ErrorCode.ApplicationNotOnDatabase,
            (await Assert.ThrowsAsync<EmrSimException>(() => DatabaseUse.ProveAsync(other, health, s_moment, _token))).ErrorCode);
    }

    [Fact]
    public async Task R8_An_application_that_still_has_the_old_file_open_is_not_on_the_new_one()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets nobody replace a file that is open.");
        _application.Start();
        File.Move(TestDatabase.Create(_folder.File("new.db")), _application.Database, overwrite: true);
        foreach (string sidecar in new[] { "-wal", "-shm" }) File.Delete(_application.Database + sidecar);

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => DatabaseUse.ProveAsync(_application.Database, null, s_moment, _token));

        Assert.Equal(ErrorCode.ApplicationNotOnDatabase, error.ErrorCode);
        if (OperatingSystem.IsLinux()) Assert.Contains("the old file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task R7_An_application_that_refuses_a_newer_schema_never_becomes_healthy()
    {
        TestDatabase.Run(_application.Database, "PRAGMA user_version = 9");
        _application.Configure("TEST_MAX_USER_VERSION=8");
        Assert.Throws<InvalidOperationException>(_application.Start);

        Assert.Equal(
            ErrorCode.ApplicationUnhealthy,
            (await Assert.ThrowsAsync<EmrSimException>(() => HealthProbe.WaitAsync(_application.HealthUrl, s_moment, _token))).ErrorCode);
    }

    private async Task AnswerAsync(TcpListener listener, string type, string body)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync(_token);
        NetworkStream stream = client.GetStream();
        _ = await stream.ReadAsync(new byte[4096], _token);
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nConnection: close\r\nContent-Length: {bytes.Length}\r\n\r\n"), _token);
        await stream.WriteAsync(bytes, _token);
    }

    private IApplicationControl Control(string? stop = null, string? start = null, TimeSpan? timeout = null)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Its commands are those of /bin/sh; tests/Module controls an application by PowerShell's there, too.");
        return ControlBy(stop, start, timeout);
    }

    private IApplicationControl ControlBy(string? stop, string? start, TimeSpan? timeout) => ApplicationControls.For(
        new EmrApplication
        {
            Root = _application.Root,
            Engine = EmrEngine.Sqlite,
            Database = _application.Database,
            Control = EmrApplicationControl.Commands,
            StopCommand = stop ?? _application.Shell("stop"),
            StartCommand = start ?? _application.Shell("start"),
            StopTimeout = timeout ?? s_patience,
        },
        new ShellRunner())!;
}
