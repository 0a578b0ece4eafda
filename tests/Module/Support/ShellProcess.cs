using System.Diagnostics;

namespace EmrSim.Tests.Support;

/// <summary>A PowerShell session in a process of its own: the mini host, without the module until the script imports it.</summary>
public static class ShellProcess
{
    private static readonly string s_program = ModuleSession.FindArtifacts(
        "bin", "EmrSim.MiniHost", "release", OperatingSystem.IsWindows() ? "emrsim-shell.exe" : "emrsim-shell");

    /// <summary>Runs a script to its end.</summary>
    public static ShellResult Run(string script)
    {
        var start = new ProcessStartInfo(s_program, ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
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
