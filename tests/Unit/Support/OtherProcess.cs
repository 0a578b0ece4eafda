using System.Diagnostics;

namespace EmrSim.Tests.Support;

/// <summary>A process of another program that works beside the test. It ends with the test, or is killed by it.</summary>
public sealed class OtherProcess : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private string? _folder;

    private OtherProcess(string program, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // The runtime's pipes for debuggers would stay behind those that are killed.
            Environment = { ["DOTNET_EnableDiagnostics"] = "0" },
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        _process = Started.Of(start);
        // What nobody reads must not hold it up.
        Errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>What it writes to stderr until it ends.</summary>
    public Task<string> Errors { get; }

    public int Id => _process.Id;

    /// <summary>Starts a role of tests/Worker and waits until it is ready.</summary>
    public static OtherProcess Start(params string[] arguments) => StartIn(null, arguments);

    /// <summary>Starts a role of tests/Worker with some environment variables of its own.</summary>
    public static OtherProcess StartIn(IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        var process = new OtherProcess(Program("EmrSim.Tests.Worker", "emrsim-test-worker"), arguments, environment);
        string? ready = process.ReadLine();
        if (ready == "ready") return process;
        process.Kill();
        throw new InvalidOperationException($"The worker said '{ready}': {process.Errors.Result}");
    }

    /// <summary>Starts a role of tests/Worker in a shell that confines it first, such as by <c>ulimit</c>.</summary>
    public static OtherProcess StartConfined(string confinement, params string[] arguments) =>
        new("bash", ["-c", confinement + "; exec \"$0\" \"$@\"", Program("EmrSim.Tests.Worker", "emrsim-test-worker"), .. arguments]);

    /// <summary>Starts a role of tests/Worker through a program that makes it another account's, from where any account can read it.</summary>
    public static OtherProcess StartAs(string program, params string[] arguments)
    {
        string source = Path.GetDirectoryName(Program("EmrSim.Tests.Worker", "emrsim-test-worker"))!;
        string target = Directory.CreateTempSubdirectory("emrsim-worker-").FullName;
        return new("bash", ["-c", $"cp -r '{source}/.' '{target}' && chmod -R a+rX '{target}' && {program} \"$0\" \"$@\"", Path.Combine(target, "emrsim-test-worker"), .. arguments])
        {
            _folder = target,
        };
    }

    /// <summary>Starts an application that commits a row to <c>turns</c> every millisecond and answers every line with their number.</summary>
    public static OtherProcess StartWriter(string database) => new(Program("EmrSim.DemoWriter", "emrsim-demo-writer"), [database]);

    /// <summary>Its next line; null where it has ended.</summary>
    public string? ReadLine()
    {
        Task<string?> line = _process.StandardOutput.ReadLineAsync();
        return line.Wait(s_patience) ? line.Result : throw new TimeoutException("The other process said nothing for a minute.");
    }

    /// <summary>Asks it something.</summary>
    public string? Ask(string question = "")
    {
        _process.StandardInput.WriteLine(question);
        _process.StandardInput.Flush();
        return ReadLine();
    }

    /// <summary>Ends its input and waits until it has ended.</summary>
    /// <returns>Its exit code and what it had still to say.</returns>
    public (int ExitCode, string Output) End()
    {
        _process.StandardInput.Close();
        string output = _process.StandardOutput.ReadToEnd();
        if (!_process.WaitForExit(s_patience)) throw new TimeoutException("The other process did not end.");
        return (_process.ExitCode, output);
    }

    /// <summary>Ends it as a power cut would: kill -9 on Unix.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
        if (_folder is not null) TempFolder.Remove(_folder);
    }

    private static string Program(string project, string name)
    {
        // Built as the test program is, for this system or, to be run by Wine, for another.
        string configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "bin", project, configuration, OperatingSystem.IsWindows() ? name + ".exe" : name);
            if (File.Exists(path)) return path;
        }

        throw new FileNotFoundException($"Build {project} in the Release configuration first.");
    }
}
