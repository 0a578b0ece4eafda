using EmrSim.Core.Recovery;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmrSim.Tests.Worker;

/// <summary>Restores in a process that ends itself within one, or that a test kills.</summary>
internal static class Restores
{
    /// <summary>
    /// <c>restore store database</c>, <c>resume - database</c> or <c>undo - database</c>, and which of the engine's marks it must not outlive; says the outcome
    /// or the error's code. Without a mark it says each that it passes.
    /// </summary>
    internal static int Run(string what, string store, string database, string? end)
    {
        Program.Say("ready");
        int mark = 0;
        var engine = new RestoreEngine(NullLoggerFactory.Instance, TimeProvider.System)
        {
            Observer = name =>
            {
                if (end is null) Program.Say(name);
                // As a power cut does: nothing is disposed of, nothing is flushed.
                if (end == (++mark).ToString(System.Globalization.CultureInfo.InvariantCulture)) System.Diagnostics.Process.GetCurrentProcess().Kill();
            },
        };
        try
        {
            var resumption = new RestoreResumption(database);
            RestoreResult result = (what switch
            {
                "restore" => engine.RestoreAsync(new RestoreRequest(new RestoreSource(null, store, null, null), database) { Force = true }, null, default),
                "resume" => engine.ResumeAsync(resumption, null, default),
                _ => engine.UndoAsync(resumption, null, default),
            }).GetAwaiter().GetResult();
            Program.Say(result.Restore.Outcome.ToString());
            return 0;
        }
        catch (EmrSimException e)
        {
            Program.Say(e.ErrorCode.ToString());
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }
}
