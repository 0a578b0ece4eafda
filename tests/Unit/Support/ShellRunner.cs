using EmrSim.Core.Applications;
using EmrSim.Core.Programs;

namespace EmrSim.Tests.Support;

/// <summary>Runs commands in the language of the system's shell, as a restore runs them in PowerShell.</summary>
internal sealed class ShellRunner : ICommandRunner
{
    public async Task<CommandResult> RunAsync(string script, string workingFolder, CancellationToken token)
    {
        SystemProgram run = OperatingSystem.IsWindows()
            ? await SystemProgram.RunAsync("cmd.exe", ["/c", script], token, failure: ErrorCode.ApplicationCommandFailed, folder: workingFolder)
            : await SystemProgram.RunAsync("/bin/sh", ["-c", script], token, failure: ErrorCode.ApplicationCommandFailed, folder: workingFolder);
        string[] output = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new CommandResult(run.ExitCode == 0 ? null : run.Message, output, output.Contains("false"));
    }
}
