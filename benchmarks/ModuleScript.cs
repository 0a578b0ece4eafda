namespace EmrSim.Benchmarks;

/// <summary>Scripts that measure themselves inside a PowerShell session.</summary>
internal static class ModuleScript
{
    private const double BytesPerMegabyte = 1e6;

    /// <summary>Runs a command and writes its seconds, the process' peak memory in bytes and its processor seconds as the last line.</summary>
    internal static string Measured(string command) =>
        $$"""
        $ErrorActionPreference = 'Stop'
        $watch = [Diagnostics.Stopwatch]::StartNew()
        {{command}} | Out-Null
        $seconds = $watch.Elapsed.TotalSeconds
        $process = [Diagnostics.Process]::GetCurrentProcess()
        [string]::Format([cultureinfo]::InvariantCulture, '{0} {1} {2}', $seconds, $process.PeakWorkingSet64, $process.TotalProcessorTime.TotalSeconds)
        """;

    /// <summary>The figures of such a run.</summary>
    internal static (double Seconds, double PeakMegabytes, double ProcessorSeconds) Read(Timed run) =>
        (run.Figures[0], run.Figures[1] / BytesPerMegabyte, run.Figures[2]);
}
