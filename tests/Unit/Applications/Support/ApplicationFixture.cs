using EmrSim.Core.Applications;
using EmrSim.Core.Programs;
using EmrSim.Tests.Support;
using Microsoft.Extensions.Logging;

namespace EmrSim.Tests.Applications.Support;

/// <summary>An application's folder on a machine of its own, whose programs and units are those that a test makes.</summary>
internal sealed class ApplicationFixture : IDisposable
{
    private readonly LoggerFactory _loggers;

    internal ApplicationFixture()
    {
        _loggers = new LoggerFactory([Log]);
        Root = Directory.CreateDirectory(Folder.File("emr")).FullName;
        Directory.CreateDirectory(Folder.File("bin"));
        Host = new SystemHost { Root = Folder.File("root"), Programs = [Folder.File("bin")], Home = Folder.File("home"), Settings = Folder.File("settings") };
    }

    internal TempFolder Folder { get; } = new();

    internal ListLoggerProvider Log { get; } = new();

    /// <summary>What was logged.</summary>
    internal IEnumerable<string> Said => Log.Events.Select(e => e.Message);

    internal SystemHost Host { get; }

    internal string Root { get; }

    internal ApplicationRequest Request => new(Root);

    internal CancellationToken Token { get; } = TestContext.Current.CancellationToken;

    internal Task<EmrApplication> FindAsync(ApplicationRequest? request = null) => new ApplicationFinder(_loggers) { Host = Host }.FindAsync(request ?? Request, Token);

    internal async Task<EmrSimException> FailAsync(ApplicationRequest? request = null) => await Assert.ThrowsAsync<EmrSimException>(() => FindAsync(request));

    /// <summary>Writes a file below the root.</summary>
    internal string Write(string name, string text)
    {
        string path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Writes what is known of the application.</summary>
    internal void Know(string json) => Write(ApplicationFile.Name, json);

    /// <summary>Writes a unit of systemd.</summary>
    internal void AddUnit(string name, string text, string folder = "etc/systemd/system")
    {
        string path = Path.Combine(Host.Root, folder);
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, name), text);
    }

    /// <summary>Makes a program of the machine from lines of shell; what it is called with is noted.</summary>
    internal void AddProgram(string name, string script)
    {
        string path = Folder.File("bin", name);
        File.WriteAllText(path, $"#!/bin/sh\nprintf '%s ' \"$@\" >> '{Folder.File(name + ".log")}'; echo >> '{Folder.File(name + ".log")}'\n{script.ReplaceLineEndings("\n")}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
    }

    /// <summary>What a program was called with, a line for each run.</summary>
    internal string[] Calls(string name) => File.Exists(Folder.File(name + ".log")) ? [.. File.ReadAllLines(Folder.File(name + ".log")).Select(l => l.Trim())] : [];

    public void Dispose()
    {
        _loggers.Dispose();
        Folder.Dispose();
    }
}
