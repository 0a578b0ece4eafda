using EmrSim.Core.Applications;
using EmrSim.Core.Files;
using EmrSim.Core.Programs;
using EmrSim.Tests.Applications.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Applications;

/// <summary>Applications under the real PM2, in a home of its own.</summary>
public sealed class Pm2Tests : IDisposable
{
    private readonly ApplicationFixture _fixture = new();
    private readonly string _pm2;
    private readonly SystemHost _host;

    public Pm2Tests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The script of npm is one of a shell.");
        ExternalTool.Require("node");
        _pm2 = ExternalTool.RequireNpm("pm2", "bin", "pm2");
        _host = _fixture.Host with { Programs = [Path.GetDirectoryName(_pm2)!] };
        // PM2 and what it starts learn it from there.
        Environment.SetEnvironmentVariable("PM2_HOME", _fixture.Folder.File("pm2"));
    }

    public void Dispose()
    {
        if (_pm2 is not null) ExternalTool.Run(_pm2, ["kill"]);
        Environment.SetEnvironmentVariable("PM2_HOME", null);
        _fixture.Dispose();
    }

    [Fact]
    public async Task A_process_of_PM2_is_found_stopped_without_coming_back_and_started()
    {
        string data = _fixture.Write("data.txt", "open");
        string script = _fixture.Write("backend/server.js", $"require('fs').openSync('{data}', 'r'); setInterval(() => {{}}, 1000)");
        _fixture.Write(".env", "SQLITE_PATH=data.txt");
        Assert.Empty(await Pm2.ListAsync(_host, _fixture.Token));
        Assert.False(File.Exists(Path.Combine(_fixture.Folder.File("pm2"), "pm2.pid")), "To ask PM2 has started it.");
        ExternalTool.Run(_pm2, ["start", script, "--name", "emr api", "--watch"]);

        EmrApplication found = await new ApplicationFinder(new Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory()) { Host = _host }.FindAsync(_fixture.Request, _fixture.Token);
        Assert.Equal((EmrApplicationControl.Pm2, "emr api"), (found.Control, found.Service));
        IApplicationControl control = ApplicationControls.For(found, new ShellRunner(), _host)!;
        Assert.True(await control.IsRunningAsync(_fixture.Token));
        Wait.Until(() => FileHolders.Of(data).Count > 0, "the script opens its file");

        await control.StopAsync(_fixture.Token);

        Assert.False(await control.IsRunningAsync(_fixture.Token));
        Assert.Empty(await new ApplicationWatch(control, data).ReleaseAsync(TimeSpan.FromSeconds(10), _fixture.Token));
        // PM2 watches the folder, and what was stopped must stay so when a restore changes files there.
        _fixture.Write("backend/changed.txt", "x");
        await new ApplicationWatch(control, data).SettleAsync(TimeSpan.FromSeconds(2), _fixture.Token);
        await control.StartAsync(_fixture.Token);
        Assert.True(await control.IsRunningAsync(_fixture.Token));
        Assert.Equal(
            ErrorCode.ApplicationCameBack,
            (await Assert.ThrowsAsync<EmrSimException>(() => new ApplicationWatch(control, _fixture.Folder.File("other.db")).RequireStoppedAsync(_fixture.Token))).ErrorCode);
    }

    [Fact]
    public async Task A_process_that_PM2_does_not_know_is_an_error()
    {
        ExternalTool.Run(_pm2, ["ping"]);
        IApplicationControl control = ApplicationControls.For(
            new EmrApplication { Root = _fixture.Root, Engine = EmrEngine.Sqlite, Control = EmrApplicationControl.Pm2, Service = "emr" }, new ShellRunner(), _host)!;

        Assert.Equal(ErrorCode.ApplicationServiceNotFound, (await Assert.ThrowsAsync<EmrSimException>(() => control.StopAsync(_fixture.Token))).ErrorCode);
    }

    [Theory]
    [InlineData("[]", 0)]
    [InlineData("", 0)]
    [InlineData("[PM2] Spawning PM2 daemon\n[PM2] PM2 Successfully daemonized\n[]", 0)]
    [InlineData(">>>> In-memory PM2 is out-of-date, do:\n>>>> $ pm2 update\n[{\"name\":\"emr\",\"pm2_env\":{\"status\":\"online\",\"pm_cwd\":\"/srv\",\"PG_PASSWORD\":\"[{\"}}]", 1)]
    public void The_list_of_PM2_is_read(string output, int count) => Assert.Equal(count, Pm2.Parse(output).Count);

    [Theory]
    [InlineData("command not found: jlist")]
    [InlineData("[{\"name\":")]
    [InlineData("[{\"name\":\"emr\"}]")]
    public void A_list_that_is_none_is_an_error(string output) =>
        Assert.Equal(ErrorCode.ApplicationCommandFailed, Assert.Throws<EmrSimException>(() => Pm2.Parse(output)).ErrorCode);
}
