using System.Diagnostics;

namespace EmrSim.Tests.Support;

/// <summary>A PowerShell session in a process of its own: the mini host, without the module until the script imports it.</summary>
public static class ShellProcess
{
    /// <summary>What other programs are built as, as the test program is: for this system or, to be run by Wine, for another.</summary>
    public static string Configuration { get; } = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    private static readonly string s_program = ModuleSession.FindArtifacts(
        "bin", "EmrSim.MiniHost", Configuration, OperatingSystem.IsWindows() ? "emrsim-shell.exe" : "emrsim-shell");

    /// <summary>Runs a script to its end.</summary>
    /// <param name="script">PowerShell, of the core commands alone.</param>
    /// <param name="folder">Where it runs; the test program's own folder where none is given.</param>
    public static ShellResult Run(string script, string folder = "") => RunWith(["-c", script], folder: folder);

    /// <summary>Runs the mini host with arguments of the caller's own.</summary>
    /// <param name="arguments">Its command line.</param>
    /// <param name="input">What it reads from stdin, to its end.</param>
    /// <param name="folder">Where it runs.</param>
    public static ShellResult RunWith(string[] arguments, string input = "", string folder = "")
    {
        using Process process = Start(arguments, folder);
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        return ReadToEnd(process);
    }

    /// <summary>Starts the mini host with all its streams in the caller's hands.</summary>
    public static Process Start(string[] arguments, string folder = "") => Started.Of(new ProcessStartInfo(s_program, arguments)
    {
        WorkingDirectory = folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    });

    /// <summary>What a process says until it ends.</summary>
    public static ShellResult ReadToEnd(Process process)
    {
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new ShellResult(process.ExitCode, output, errors.Result);
    }
}

/// <summary>What a process left.</summary>
public sealed record ShellResult(int ExitCode, string Output, string Errors)
{
    /// <summary>The lines of its output that say something.</summary>
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public ShellResult ThrowOnError() =>
        ExitCode == 0 ? this : throw new InvalidOperationException($"The session ended with {ExitCode}: {Output}{Errors}");
}
