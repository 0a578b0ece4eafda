using EmrSim.Core.Applications;
using EmrSim.Tests.Applications.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Applications;

/// <summary>What is found out of an application.</summary>
public sealed class FinderTests : IDisposable
{
    private readonly ApplicationFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(".env")]
    [InlineData("backend/.env")]
    [InlineData("server/.env")]
    public async Task The_env_file_is_found_and_its_database_is_relative_to_it(string name)
    {
        string env = _fixture.Write(name.Replace('/', Path.DirectorySeparatorChar), "SQLITE_PATH=./data/app.db\nPORT=4100\nPG_PASSWORD=geheim");

        EmrApplication found = await _fixture.FindAsync();

        Assert.Equal((env, "SQLITE_PATH", EmrEngine.Sqlite), (found.EnvFile, found.EnvVariable, found.Engine));
        Assert.Equal(Path.Combine(Path.GetDirectoryName(env)!, "data", "app.db"), found.Database);
        Assert.Equal((found.Database, found.Database), (found.LiteralPath, found.Destination));
        Assert.Equal(new Uri("http://localhost:4100/api/health"), found.HealthUrl);
        Assert.DoesNotContain("geheim", found + string.Join(' ', found.Findings) + string.Join(' ', _fixture.Said), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PORT=none")]
    [InlineData("PORT=0")]
    [InlineData("PORT=70000")]
    public async Task Without_a_port_the_health_check_is_that_of_the_reference_application(string line)
    {
        _fixture.Write(".env", "SQLITE_PATH=app.db\n" + line);

        Assert.Equal(new Uri("http://localhost:3002/api/health"), (await _fixture.FindAsync()).HealthUrl);
    }

    [Fact]
    public async Task A_missing_database_is_a_finding_and_a_warning_and_no_error()
    {
        _fixture.Write(".env", "SQLITE_PATH=app.db");
        Assert.Contains((await _fixture.FindAsync()).Findings, f => f.StartsWith("There is no database at", StringComparison.Ordinal));
        Assert.Contains(_fixture.Said, m => m.Contains("There is no database at", StringComparison.Ordinal));

        TestDatabase.Create(Path.Combine(_fixture.Root, "app.db"));

        Assert.DoesNotContain((await _fixture.FindAsync()).Findings, f => f.Contains("database", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_env_file_that_names_no_database_gives_way_to_one_that_does()
    {
        _fixture.Write(".env", "NODE_ENV=production");
        string env = _fixture.Write(Path.Combine("backend", ".env"), "SQLITE_PATH=app.db");

        EmrApplication found = await _fixture.FindAsync();

        Assert.Equal(env, found.EnvFile);
    }

    [Fact]
    public async Task Two_env_files_that_name_two_databases_are_a_finding()
    {
        string first = _fixture.Write(".env", "SQLITE_PATH=old.db");
        _fixture.Write("backend/.env", "SQLITE_PATH=app.db");

        EmrApplication found = await _fixture.FindAsync();

        Assert.Equal(first, found.EnvFile);
        Assert.Contains(found.Findings, f => f.Contains("names another database", StringComparison.Ordinal));
        Assert.DoesNotContain((await _fixture.FindAsync(_fixture.Request with { EnvFile = "backend/.env" })).Findings, f => f.Contains("another", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_env_file_in_UTF_16_is_a_finding()
    {
        File.WriteAllText(Path.Combine(_fixture.Root, ".env"), "SQLITE_PATH=app.db", System.Text.Encoding.Unicode);

        Assert.Contains((await _fixture.FindAsync()).Findings, f => f.Contains("UTF-16", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_application_on_PostgreSQL_has_no_database_file()
    {
        _fixture.Write(".env", "DATABASE_URL=postgres://emr:geheim@db/emr");

        EmrApplication found = await _fixture.FindAsync();

        Assert.Equal((EmrEngine.PostgreSql, null, null), (found.Engine, found.Database, found.Destination));
    }

    [Fact]
    public async Task What_is_missing_has_an_error_of_its_own()
    {
        Assert.Equal(ErrorCode.ApplicationNotFound, (await _fixture.FailAsync(new ApplicationRequest(_fixture.Folder.File("nowhere")))).ErrorCode);
        Assert.Equal(ErrorCode.ApplicationEnvFileNotFound, (await _fixture.FailAsync()).ErrorCode);
        Assert.Equal(ErrorCode.ApplicationEnvFileNotFound, (await _fixture.FailAsync(_fixture.Request with { EnvFile = "config/.env" })).ErrorCode);
        string env = _fixture.Write(".env", "PORT=3002");
        Assert.Equal(ErrorCode.ApplicationNotFound, (await _fixture.FailAsync(new ApplicationRequest(env))).ErrorCode);
        Assert.Equal(ErrorCode.ApplicationDatabaseUnnamed, (await _fixture.FailAsync()).ErrorCode);
    }

    [Theory]
    [InlineData("ftp://host/health")]
    [InlineData("/api/health")]
    [InlineData("http://user:geheim@host/health")]
    public async Task A_health_URL_that_is_none_or_holds_a_secret_is_refused_and_not_repeated(string url)
    {
        _fixture.Write(".env", "SQLITE_PATH=app.db");

        EmrSimException error = await _fixture.FailAsync(_fixture.Request with { HealthUrl = url });

        Assert.Equal(ErrorCode.InvalidArgument, error.ErrorCode);
        Assert.DoesNotContain("geheim", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_makes_no_sense_together_is_refused()
    {
        _fixture.Write(".env", "SQLITE_PATH=app.db");

        Assert.Equal(ErrorCode.InvalidArgument, (await _fixture.FailAsync(_fixture.Request with { Service = "emr", StopCommand = "x" })).ErrorCode);
        Assert.Equal(ErrorCode.InvalidArgument, (await _fixture.FailAsync(_fixture.Request with { StopTimeout = TimeSpan.Zero })).ErrorCode);
        Assert.Equal(ErrorCode.InvalidArgument, (await _fixture.FailAsync(_fixture.Request with { Service = "--all", Control = EmrApplicationControl.Systemd })).ErrorCode);
    }

    [Theory]
    [InlineData("WorkingDirectory={0}")]
    [InlineData("WorkingDirectory={0}/backend\nExecStart=/usr/bin/node server.js")]
    [InlineData("ExecStart=/usr/bin/node \"{0}/server.js\"")]
    [InlineData("ExecStart=/usr/bin/env \\\n  node {0}/server.js")]
    public async Task A_unit_that_runs_in_the_root_is_found(string line)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no systemd.");
        _fixture.Write(".env", "SQLITE_PATH=app.db");
        _fixture.AddUnit("other.service", "[Service]\nWorkingDirectory=" + _fixture.Root + "-other\nExecStart=/usr/bin/node x.js\n");
        _fixture.AddUnit("job.service", $"[Service]\nType=oneshot\nWorkingDirectory={_fixture.Root}\n");
        _fixture.AddUnit("emr@.service", $"[Service]\nWorkingDirectory={_fixture.Root}\n");
        _fixture.AddUnit("emr.service", "[Unit]\nDescription=x\n[Service]\n" + string.Format(System.Globalization.CultureInfo.InvariantCulture, line, _fixture.Root) + "\n", "lib/systemd/system");

        EmrApplication found = await _fixture.FindAsync();

        Assert.Equal((EmrApplicationControl.Systemd, "emr.service"), (found.Control, found.Service));
        Assert.Equal("emr", (await _fixture.FindAsync(_fixture.Request with { Service = "emr" })).Service![..3]);
    }

    [Fact]
    public async Task Two_units_are_a_finding_and_neither_is_taken()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no systemd.");
        _fixture.Write(".env", "SQLITE_PATH=app.db");
        _fixture.AddUnit("api.service", $"[Service]\nWorkingDirectory={_fixture.Root}\n");
        _fixture.AddUnit("web.service", $"[Service]\nWorkingDirectory={_fixture.Root}\n");

        EmrApplication found = await _fixture.FindAsync();

        Assert.Equal(EmrApplicationControl.None, found.Control);
        Assert.Contains(found.Findings, f => f.Contains("api.service (Systemd), web.service (Systemd)", StringComparison.Ordinal));
        Assert.Equal("web.service", (await _fixture.FindAsync(_fixture.Request with { Service = "web" })).Service);
    }

    [Fact]
    public async Task Without_anything_that_runs_it_nobody_can_stop_it_and_that_is_a_finding()
    {
        _fixture.Write(".env", "SQLITE_PATH=app.db");

        EmrApplication found = await _fixture.FindAsync();

        Assert.Equal(EmrApplicationControl.None, found.Control);
        Assert.Contains(found.Findings, f => f.StartsWith("Nothing was found that runs", StringComparison.Ordinal));
        Assert.Null(ApplicationControls.For(found, new ShellRunner()));
    }

    [Fact]
    public async Task A_parameter_comes_before_the_file_and_the_file_before_what_is_found()
    {
        _fixture.Write(".env", "SQLITE_PATH=app.db\nPORT=4100");
        _fixture.Know("""{ "database": "kept.db", "healthUrl": "https://emr.example/health", "stopCommand": "old stop", "startCommand": "old start", "stopTimeoutSeconds": 12 } // by hand""");

        EmrApplication found = await _fixture.FindAsync(_fixture.Request with { StopCommand = "new stop", ValidateQuery = "SELECT 1" });

        Assert.Equal(Path.Combine(_fixture.Root, "kept.db"), found.Database);
        Assert.Equal(new Uri("https://emr.example/health"), found.HealthUrl);
        Assert.Equal((EmrApplicationControl.Commands, "new stop", "old start"), (found.Control, found.StopCommand, found.StartCommand));
        Assert.Equal((TimeSpan.FromSeconds(12), "SELECT 1"), (found.StopTimeout, found.ValidateQuery));
        EmrApplication serviced = await _fixture.FindAsync(_fixture.Request with { Service = "emr", Control = EmrApplicationControl.WindowsService });
        Assert.Equal((EmrApplicationControl.WindowsService, "emr", null), (serviced.Control, serviced.Service, serviced.StopCommand));
    }

    [Fact]
    public async Task Save_keeps_what_was_given_and_what_was_found_and_nothing_that_the_env_file_says()
    {
        _fixture.Write(".env", "SQLITE_PATH=app.db\nPORT=4100\nPG_PASSWORD=geheim");
        _fixture.AddUnit("emr.service", $"[Service]\nWorkingDirectory={_fixture.Root}\n");
        _fixture.Know("""{ "validateQuery": "SELECT 1", "colour": "blue" }""");

        EmrApplication found = await _fixture.FindAsync(_fixture.Request with { StopTimeout = TimeSpan.FromSeconds(90), Save = true });

        Assert.Contains(found.Findings, f => f.Contains("'colour'", StringComparison.Ordinal));
        string kept = File.ReadAllText(Path.Combine(_fixture.Root, "emrsim.application.json"));
        Assert.DoesNotContain("geheim", kept, StringComparison.Ordinal);
        Assert.DoesNotContain("app.db", kept, StringComparison.Ordinal);
        Assert.DoesNotContain("4100", kept, StringComparison.Ordinal);
        Assert.Contains("\"colour\": \"blue\"", kept, StringComparison.Ordinal);
        File.Delete(Path.Combine(_fixture.Root, ".env"));
        _fixture.Write(".env", "SQLITE_PATH=moved.db");
        EmrApplication again = await _fixture.FindAsync();
        Assert.Equal(("SELECT 1", TimeSpan.FromSeconds(90), found.Control, found.Service), (again.ValidateQuery, again.StopTimeout, again.Control, again.Service));
        Assert.Equal(Path.Combine(_fixture.Root, "moved.db"), again.Database);
        if (OperatingSystem.IsLinux()) Assert.Equal("emr.service", again.Service);
        Assert.Empty(Directory.GetFiles(_fixture.Root, "*.partial"));
    }

    [Theory]
    [InlineData("{ \"control\": \"sideways\" }")]
    [InlineData("{ \"stopTimeoutSeconds\": -1 }")]
    [InlineData("{ \"formatVersion\": 99 }")]
    [InlineData("{ \"database\": 1 }")]
    [InlineData("null")]
    [InlineData("{")]
    public async Task A_file_that_cannot_be_used_is_an_error(string json)
    {
        _fixture.Write(".env", "SQLITE_PATH=app.db");
        _fixture.Know(json);

        Assert.Equal(ErrorCode.ApplicationFileDamaged, (await _fixture.FailAsync()).ErrorCode);
    }

    [Fact]
    public async Task Commands_that_others_can_change_are_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        _fixture.Write(".env", "SQLITE_PATH=app.db");
        _fixture.Know("""{ "stopCommand": "stop it" }""");
        string path = Path.Combine(_fixture.Root, "emrsim.application.json");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite);

        Assert.Equal(ErrorCode.ApplicationFileExposed, (await _fixture.FailAsync()).ErrorCode);
        _fixture.Know("""{ "validateQuery": "SELECT 1" }""");
        Assert.Equal("SELECT 1", (await _fixture.FindAsync()).ValidateQuery);
    }

    [Fact]
    public async Task Commands_of_another_account_are_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root can give a file away.");
        _fixture.Write(".env", "SQLITE_PATH=app.db");
        _fixture.Know("""{ "stopCommand": "stop it" }""");
        ExternalTool.Run("/bin/chown", ["65534", Path.Combine(_fixture.Root, "emrsim.application.json")]);

        Assert.Equal(ErrorCode.ApplicationFileExposed, (await _fixture.FailAsync()).ErrorCode);
    }
}
