namespace EmrSim.MiniHost;

/// <summary>
/// A PowerShell of our own for machines without pwsh: <c>emrsim-shell [-Module path] [-c script | -File script]</c>.
/// </summary>
/// <remarks>It has PowerShell's core commands only. The exit code is 1 when there was any error, else 0.</remarks>
internal static class Program
{
    private const int UsageError = 2;

    private static int Main(string[] arguments)
    {
        if (Options.Parse(arguments) is not { } options)
        {
            Console.Error.WriteLine(Options.Usage);
            return UsageError;
        }

        using var session = new Session();
        bool good = options.Module is null || session.Run("Import-Module -Name $args[0]", options.Module);
        if (!good) return 1;

        if (options.File is { } file) good = session.Run("& $args[0]", file);
        else if (options.Script is { } script) good = session.Run(script);
        else Prompt.Serve(session);
        return session.ExitCode ?? (good ? 0 : 1);
    }
}
