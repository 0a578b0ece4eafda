using System.Management.Automation;

namespace EmrSim.MiniHost;

/// <summary>Turns Ctrl+C into a stop of the pipeline, so that cmdlets clean up. A second one ends the process.</summary>
internal sealed class Interrupts : IDisposable
{
    private readonly PowerShell _shell;
    private int _count;

    internal Interrupts(PowerShell shell)
    {
        _shell = shell;
        Console.CancelKeyPress += Stop;
    }

    public void Dispose() => Console.CancelKeyPress -= Stop;

    private void Stop(object? sender, ConsoleCancelEventArgs e)
    {
        if (Interlocked.Increment(ref _count) > 1) return;
        e.Cancel = true;
        _ = _shell.StopAsync(null, null);
    }
}
