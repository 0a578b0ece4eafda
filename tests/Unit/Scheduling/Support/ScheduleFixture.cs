using EmrSim.Core.Scheduling;
using EmrSim.Tests.Support;
using Microsoft.Extensions.Logging;

namespace EmrSim.Tests.Scheduling;

/// <summary>
/// A machine of its own for schedules: its /etc and its account's settings are folders of the test. Its pwsh is the mini host of tools, which runs
/// the built module.
/// </summary>
internal sealed class ScheduleFixture : IDisposable
{
    private readonly LoggerFactory _loggers;

    internal ScheduleFixture(bool privileged = true, string pwshFolder = "bin")
    {
        _loggers = new LoggerFactory([Log]);
        Database = TestDatabase.Create(Folder.File("app.db"));
        Pwsh = Write("pwsh", MiniHost, Path.Combine(Folder.Path, pwshFolder));
        Directory.CreateDirectory(Folder.File("bin"));
        Host = new SchedulerHost
        {
            Root = Folder.File("root"),
            IsPrivileged = privileged,
            Settings = Folder.File("settings"),
            Programs = [Folder.File("bin")],
            Process = null,
        };
        // Whoever runs the tests is root to this machine, and its files are root's.
        if (!privileged || OperatingSystem.IsWindows()) return;
        Host = Host with { Account = "root" };
        Program("stat", "echo root");
        Program("sudo", "shift 4; exec \"$@\"");
    }

    internal TempFolder Folder { get; } = new();

    internal ListLoggerProvider Log { get; } = new();

    internal SchedulerHost Host { get; set; }

    internal string Database { get; }

    internal string Store => Folder.File("store");

    internal string Pwsh { get; }

    internal ScheduleEngine Engine => new(_loggers, TimeProvider.System) { Host = Host };

    /// <summary>The module as it was built.</summary>
    internal static string ModulePath { get; } = Find("module", "EmrSim", "EmrSim.psd1");

    private static string MiniHost { get; } = OperatingSystem.IsWindows() ? "" : $$"""
        export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=0 DOTNET_ROOT='{{Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "../../.."))}}'
        [ "$1 $2 $3" = "-NoProfile -NonInteractive -File" ] || exit 64
        script=$(printf %s "$4" | sed "s/'/''/g")
        exec '{{Find("bin", "EmrSim.MiniHost", "release", "emrsim-shell")}}' -c "& '$script' $5; exit \$LASTEXITCODE"
        """;

    /// <summary>A request for a job at two o'clock.</summary>
    internal ScheduleRequest Request(EmrScheduler scheduler = EmrScheduler.Cron, params string[] databases) =>
        new("nightly", new ScheduledBackup([.. (databases.Length == 0 ? [Database] : databases).Select(ScheduledSource.OfPath)], Store), new TimeOnly(2, 0))
        {
            As = scheduler,
            PwshPath = Pwsh,
            ModulePath = ModulePath,
            RetryDelay = TimeSpan.FromMinutes(1),
        };

    internal SchedulePlan Plan(ScheduleRequest request) => new SchedulePlanner(TimeProvider.System) { Host = Host }.Plan(request);

    internal Task<EmrBackupSchedule> RegisterAsync(ScheduleRequest request) =>
        Engine.RegisterAsync(Plan(request), new Synchronous(static _ => { }), TestContext.Current.CancellationToken);

    internal async Task<IReadOnlyList<ScheduleEntry>> ListAsync() =>
        await new ScheduleCatalog(TimeProvider.System) { Host = Host }.ListAsync(TestContext.Current.CancellationToken);

    /// <summary>Skips a test that runs one of the machine's programs, pwsh among them, where there is no shell to run it.</summary>
    internal static void RequireShell() => Assert.SkipWhen(OperatingSystem.IsWindows(), "The machine's programs are shell scripts.");

    /// <summary>Makes a program of the machine from lines of shell.</summary>
    internal string Program(string name, string script)
    {
        if (script.Length > 0) RequireShell();
        return Write(name, script, Folder.File("bin"));
    }

    private string Write(string name, string script, string folder)
    {
        string below = Path.GetRelativePath(Folder.Path, Path.Combine(folder, name));
        Assert.SkipWhen(OperatingSystem.IsWindows() && below.IndexOfAny(['"', '<', '>', '|', '?', '*', ':']) >= 0, "Windows has no such names.");
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, name);
        File.WriteAllText(path, "#!/bin/sh\n" + script.ReplaceLineEndings("\n") + "\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        return path;
    }

    /// <summary>Makes a program that notes its arguments and then runs lines of shell.</summary>
    internal void Recorder(string name, string script = "") =>
        Program(name, $"printf '%s|' \"$@\" >> '{Folder.File(name + ".log")}'; echo >> '{Folder.File(name + ".log")}'\n{script}");

    /// <summary>What a recorder noted: a line for each run, with a bar behind each argument.</summary>
    internal string[] Recorded(string name) => File.Exists(Folder.File(name + ".log")) ? File.ReadAllLines(Folder.File(name + ".log")) : [];

    /// <summary>Gives the machine a cron that reads /etc/cron.d.</summary>
    internal void AddCron()
    {
        Program("cron", "");
        Directory.CreateDirectory(Host.CronFolder);
    }

    /// <summary>Gives the machine a systemd. Units are enabled by the real systemctl; there is nothing that would run them.</summary>
    internal void AddSystemd(string show = "")
    {
        string systemctl = ExternalTool.Require("systemctl");
        Directory.CreateDirectory(Path.Combine(Host.Root, "run/systemd/system"));
        Recorder(
            "systemctl",
            $$"""
            user=
            [ "$1" = --user ] && { user=1; shift; }
            case $1$user in
              --version) echo 'systemd 252 (252.38-1~deb12u1)' ;;
              enable | disable) [ "$2" = --now ] && set -- "$1" "$3"; {{systemctl}} --root='{{Host.Root}}' "$@" 2>/dev/null ;;
              show*) printf '{{show}}' ;;
            esac
            """);
    }

    public void Dispose()
    {
        _loggers.Dispose();
        Folder.Dispose();
    }

    private static string Find(params string[] below)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine([folder.FullName, "artifacts", .. below]);
            if (Path.Exists(path)) return path;
        }

        throw new FileNotFoundException("Build the module first: ./build.sh build", string.Join('/', below));
    }
}
