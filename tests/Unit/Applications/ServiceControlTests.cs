using EmrSim.Core.Applications;
using EmrSim.Tests.Applications.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Applications;

/// <summary>
/// Stopping and starting by programs of the system. Few machines that run tests have a systemd, and those of one system have no services of the other, so the
/// programs are shell scripts that answer as the real ones do; PM2 is the real one in <see cref="Pm2Tests"/>.
/// </summary>
public sealed class ServiceControlTests : IDisposable
{
    private readonly ApplicationFixture _fixture = new();

    public ServiceControlTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "The programs are scripts of a shell.");

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_unit_is_stopped_and_started_and_its_state_is_what_counts()
    {
        AddSystemctl();
        IApplicationControl control = Control(EmrApplicationControl.Systemd, "emr");

        Assert.True(await control.IsRunningAsync(_fixture.Token));
        await control.StopAsync(_fixture.Token);
        Assert.False(await control.IsRunningAsync(_fixture.Token));
        await control.StopAsync(_fixture.Token);
        await control.StartAsync(_fixture.Token);
        Assert.True(await control.IsRunningAsync(_fixture.Token));

        Assert.Equal(
            ["--no-ask-password --no-block stop -- emr.service", "--no-ask-password --no-block start -- emr.service"],
            _fixture.Calls("systemctl").Where(c => !c.Contains("show", StringComparison.Ordinal)));
        Assert.Contains("emr.service", control.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_unit_of_this_account_is_found_where_the_system_has_none()
    {
        AddSystemctl(user: true);
        IApplicationControl control = Control(EmrApplicationControl.Systemd, "emr.service");

        await control.StopAsync(_fixture.Token);

        Assert.Contains("--user --no-ask-password --no-block stop -- emr.service", _fixture.Calls("systemctl"));
    }

    [Theory]
    [InlineData("activating")]
    [InlineData("deactivating")]
    public async Task R3_A_unit_that_is_being_started_again_does_not_count_as_stopped(string state)
    {
        AddSystemctl(afterStop: state);
        IApplicationControl control = Control(EmrApplicationControl.Systemd, "emr");

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => control.StopAsync(_fixture.Token));

        Assert.Equal((ErrorCode.ApplicationNotStopped, "emr.service"), (error.ErrorCode, error.Target));
        Assert.True(await control.IsRunningAsync(_fixture.Token));
    }

    [Fact]
    public async Task A_unit_that_failed_is_stopped()
    {
        AddSystemctl(afterStop: "failed");

        await Control(EmrApplicationControl.Systemd, "emr").StopAsync(_fixture.Token);
    }

    [Fact]
    public async Task A_unit_that_does_not_exist_is_an_error_before_anything_is_done()
    {
        AddSystemctl(load: "not-found");
        IApplicationControl control = Control(EmrApplicationControl.Systemd, "emr");

        Assert.Equal(ErrorCode.ApplicationServiceNotFound, (await Assert.ThrowsAsync<EmrSimException>(() => control.StopAsync(_fixture.Token))).ErrorCode);
        Assert.Equal(ErrorCode.ApplicationServiceNotFound, (await Assert.ThrowsAsync<EmrSimException>(() => control.IsRunningAsync(_fixture.Token))).ErrorCode);
        Assert.DoesNotContain(_fixture.Calls("systemctl"), c => c.Contains("stop", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(EmrApplicationControl.Systemd)]
    [InlineData(EmrApplicationControl.Pm2)]
    [InlineData(EmrApplicationControl.WindowsService)]
    public async Task Without_the_program_that_controls_it_a_service_cannot_be_found(EmrApplicationControl kind) => Assert.Equal(
        ErrorCode.ApplicationServiceNotFound, (await Assert.ThrowsAsync<EmrSimException>(() => Control(kind, "emr").StopAsync(_fixture.Token))).ErrorCode);

    [Fact]
    public async Task A_unit_that_does_not_start_says_why()
    {
        AddSystemctl(start: "echo 'Access denied' >&2; exit 4");
        IApplicationControl control = Control(EmrApplicationControl.Systemd, "emr");
        await control.StopAsync(_fixture.Token);

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => control.StartAsync(_fixture.Token));

        Assert.Equal(ErrorCode.ApplicationNotStarted, error.ErrorCode);
        Assert.Contains("Access denied", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_unit_that_begins_and_never_is_there_did_not_start()
    {
        AddSystemctl(start: "echo activating > \"$state\"");
        IApplicationControl control = Control(EmrApplicationControl.Systemd, "emr");
        await control.StopAsync(_fixture.Token);

        Assert.Equal(ErrorCode.ApplicationNotStarted, (await Assert.ThrowsAsync<EmrSimException>(() => control.StartAsync(_fixture.Token))).ErrorCode);
    }

    [Fact]
    public async Task A_Windows_service_is_stopped_and_started()
    {
        _fixture.AddProgram("sc.exe", $$"""
            state='{{_fixture.Folder.File("state")}}'; [ -f "$state" ] || echo '4  RUNNING' > "$state"
            case $1 in
              query) printf '\r\nSERVICE_NAME: ab cd\r\n        TYPE               : 10  WIN32_OWN_PROCESS  \r\n        STATUS             : %s \r\n                                (STOPPABLE)\r\n        WIN32_EXIT_CODE    : 0  (0x0)\r\n' "$(cat "$state")" ;;
              stop) echo '1  STOPPED' > "$state" ;;
              start) echo '4  RUNNING' > "$state" ;;
            esac
            """);
        IApplicationControl control = Control(EmrApplicationControl.WindowsService, "ab cd");

        Assert.True(await control.IsRunningAsync(_fixture.Token));
        await control.StopAsync(_fixture.Token);
        Assert.False(await control.IsRunningAsync(_fixture.Token));
        await control.StartAsync(_fixture.Token);

        Assert.True(await control.IsRunningAsync(_fixture.Token));
        Assert.Contains("stop ab cd", _fixture.Calls("sc.exe"));
    }

    [Theory]
    [InlineData("[SC] EnumQueryServicesStatus:OpenService FEHLER 1060:\\r\\n\\r\\nDer angegebene Dienst ist kein installierter Dienst.", ErrorCode.ApplicationServiceNotFound)]
    [InlineData("[SC] OpenService FAILED 5:\\r\\n\\r\\nAccess is denied.", ErrorCode.ApplicationCommandFailed)]
    public async Task A_Windows_service_that_is_not_there_or_may_not_be_asked_is_an_error(string output, ErrorCode code)
    {
        _fixture.AddProgram("sc.exe", $"printf '{output}'; exit 36");

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => Control(EmrApplicationControl.WindowsService, "emr").StopAsync(_fixture.Token));

        Assert.Equal(code, error.ErrorCode);
    }

    [Theory]
    [InlineData("1  STOPPED", ServiceState.Stopped)]
    [InlineData("2  START_PENDING", ServiceState.Changing)]
    [InlineData("3  STOP_PENDING", ServiceState.Changing)]
    [InlineData("4  RUNNING", ServiceState.Running)]
    [InlineData("7  PAUSED", ServiceState.Changing)]
    public void The_state_of_a_Windows_service_is_read(string state, object expected) => Assert.Equal(
        expected, WindowsServiceControl.Parse($"\r\nSERVICE_NAME: feed a\r\n        TYPE               : 110  WIN32_OWN_PROCESS  (interactive)\r\n        STATE              : {state} \r\n"));

    [Theory]
    [InlineData("-x")]
    [InlineData("")]
    [InlineData("all")]
    [InlineData("a\nb")]
    [InlineData("*")]
    public void A_name_that_would_be_an_option_or_everything_is_refused(string name) =>
        Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<EmrSimException>(() => Control(EmrApplicationControl.Pm2, name)).ErrorCode);

    [Fact]
    public void A_service_without_a_name_is_refused() => Assert.Equal(
        ErrorCode.InvalidArgument,
        Assert.Throws<EmrSimException>(() => ApplicationControls.For(new EmrApplication { Root = "/srv", Engine = EmrEngine.Sqlite, Control = EmrApplicationControl.Systemd }, new ShellRunner())).ErrorCode);

    private IApplicationControl Control(EmrApplicationControl kind, string name) => ApplicationControls.For(
        new EmrApplication { Root = _fixture.Root, Engine = EmrEngine.Sqlite, Control = kind, Service = name, StopTimeout = TimeSpan.FromSeconds(1) },
        new ShellRunner(),
        _fixture.Host)!;

    private void AddSystemctl(string load = "loaded", string afterStop = "inactive", string start = "echo active > \"$state\"", bool user = false) => _fixture.AddProgram(
        "systemctl",
        $$"""
        state='{{_fixture.Folder.File("state")}}'; [ -f "$state" ] || echo active > "$state"
        load={{load}}
        case "$1" in --user) [ {{user}} = True ] || exit 1; shift ;; *) [ {{user}} = True ] && load=not-found ;; esac
        case "$*" in
          show*) printf 'LoadState=%s\nActiveState=%s\nSubState=x\n' "$load" "$(cat "$state")" ;;
          *' stop '*) echo {{afterStop}} > "$state" ;;
          *' start '*) {{start}} ;;
        esac
        """);
}
