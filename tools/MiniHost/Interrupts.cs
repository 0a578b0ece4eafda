using System.Management.Automation;

namespace EmrSim.MiniHost;

/// <summary>Turns Ctrl+C into a stop of the pipeline, so that cmdlets clean up.</summary>
internal sealed class Interrupts : IDisposable
{
    private readonly PowerShell _shell;

    internal Interrupts(PowerShell shell)
    {
        _shell = shell;
        Console.CancelKeyPress += Stop;
    }

    public void Dispose() => Console.CancelKeyPress -= Stop;

    private void Stop(object? sender, ConsoleCancelEventArgs e)
    {
        e.Cancel = true;
        _ = _shell.StopAsync(null, null);
    }
}
