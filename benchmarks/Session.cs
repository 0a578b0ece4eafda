using System.Diagnostics;

namespace EmrSim.Benchmarks;

/// <summary>A PowerShell session with the module in it that runs one command after the other.</summary>
internal sealed class Session : IDisposable
{
    private const string Done = "done";

    private readonly Process _process;

    internal Session(string program, string[] arguments)
    {
        _process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }

    /// <summary>Runs a command to its end.</summary>
    internal void Run(string command)
    {
        _process.StandardInput.WriteLine($"{command}; '{Done}' | Out-Host");
        _process.StandardInput.Flush();
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            if (line.EndsWith(Done, StringComparison.Ordinal)) return;
        }

        throw new InvalidOperationException($"The session ended in '{command}'.");
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
