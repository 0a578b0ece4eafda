using System.Diagnostics;

namespace EmrSim.Benchmarks;

/// <summary>A folder for one run of the benchmarks, the sample database in it, and the processes that work there.</summary>
internal sealed class Workbench : IDisposable
{
    private readonly string _artifacts = FindArtifacts();

    internal Workbench(Options options)
    {
        Options = options;
        Folder = Directory.CreateDirectory(Path.Combine(_artifacts, "bench")).FullName;
    }

    internal Options Options { get; }

    internal string Folder { get; }

    /// <summary>The manifest of the built module.</summary>
    internal string Module => Path.Combine(_artifacts, "module", "EmrSim", "EmrSim.psd1");

    private string Shell => Path.Combine(_artifacts, "bin", "EmrSim.MiniHost", "published", "emrsim-shell");

    /// <summary>The sample database of the wanted size; made when it is missing.</summary>
    internal string Sample(long turns)
    {
        string path = Path.Combine(Folder, $"sample-{turns}.db");
        if (!File.Exists(path))
        {
            Console.WriteLine($"Making a sample database of {turns:N0} turns …");
            RunModule($"New-EmrSampleDatabase -Path {path} -Turns {turns} | Out-Null");
        }

        return path;
    }

    /// <summary>An empty folder.</summary>
    internal string EmptyFolder(string name)
    {
        string path = Path.Combine(Folder, name);
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        return Directory.CreateDirectory(path).FullName;
    }

    /// <summary>Runs a script of a peer; what it writes to the standard output is returned.</summary>
    internal static Timed RunPeer(string script) => Run("bash", ["-euc", script]);

    /// <summary>Runs a script in a new PowerShell with the module in it.</summary>
    internal Timed RunModule(string script) => Run(Shell, ["-Module", Module, "-c", script]);

    /// <summary>A new PowerShell with the module in it.</summary>
    internal Session OpenModule() => new(Shell, ["-Module", Module]);

    /// <summary>Runs a script in a new PowerShell without the module.</summary>
    internal Timed RunBare(string script) => Run(Shell, ["-c", script]);

    /// <summary>Lets the disk come to rest, so that nobody pays for what another wrote.</summary>
    internal static void Settle() => Run("sync", []);

    /// <inheritdoc/>
    public void Dispose()
    {
        // The samples stay for the next run; everything else goes.
        foreach (string folder in Directory.GetDirectories(Folder)) Directory.Delete(folder, recursive: true);
    }

    private static Timed Run(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        long started = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return process.ExitCode == 0
            ? new Timed(seconds, output)
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {output}{errors.Result}");
    }

    private static string FindArtifacts()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (folder.Name == "artifacts") return folder.FullName;
        }

        throw new DirectoryNotFoundException("The benchmarks run from the folder they were built in: ./build.sh bench");
    }
}

/// <summary>How long a process ran, from its start to its end, and what it wrote.</summary>
internal sealed record Timed(double Seconds, string Output)
{
    /// <summary>The numbers of its output's last line.</summary>
    internal double[] Figures => [.. Output.TrimEnd().Split('\n')[^1].Split(' ').Select(double.Parse)];
}
