using System.Management.Automation.Language;

namespace EmrSim.MiniHost;

/// <summary>Reads commands line by line until <c>exit</c> or the end of the input.</summary>
internal static class Prompt
{
    internal static void Serve(Session session)
    {
        Console.WriteLine("PowerShell's core commands and EmrSim's. exit ends the session; pwsh has more comfort.");
        while (session.ExitCode is null && ReadCommand() is { } command) session.Run(command);
    }

    /// <summary>One whole command, over as many lines as it takes; null at the end of the input.</summary>
    private static string? ReadCommand()
    {
        string text = "";
        Console.Write("EmrSim> ");
        while (Console.ReadLine() is { } line)
        {
            text += line + Environment.NewLine;
            Parser.ParseInput(text, out _, out ParseError[] errors);
            if (!errors.Any(e => e.IncompleteInput)) return text;
            Console.Write(">> ");
        }

        return null;
    }
}
