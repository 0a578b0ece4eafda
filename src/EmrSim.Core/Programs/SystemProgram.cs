using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace EmrSim.Core.Programs;

/// <summary>A run of a program of the system.</summary>
/// <param name="ExitCode">What it ended with.</param>
/// <param name="Output">What it wrote to stdout.</param>
/// <param name="Errors">What it wrote to stderr.</param>
internal sealed record SystemProgram(int ExitCode, string Output, string Errors)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    // What it started in the background keeps its pipes open, and may do so for years.
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(2);

    /// <summary>What it had to say, in one line.</summary>
    internal string Message
    {
        get
        {
            string said = string.Join(' ', (Errors + "\n" + Output).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
            return said.Length > 0 ? said : $"exit code {ExitCode}";
        }
    }

    /// <summary>Runs one to its end.</summary>
    /// <param name="program">Its absolute path.</param>
    /// <param name="arguments">Its arguments. None of them may be a secret: others can read them.</param>
    /// <param name="token">Ends it.</param>
    /// <param name="input">What it reads from stdin.</param>
    /// <param name="environment">All of its environment; null for that of this process.</param>
    /// <param name="encoding">How its streams are written; UTF-8 where null.</param>
    /// <param name="failure">What it is reported as when it cannot be started or does not end.</param>
    /// <param name="folder">Where it runs; this process' own folder where empty.</param>
    /// <param name="patience">How long it may run; two minutes where null.</param>
    /// <exception cref="EmrSimException">What <paramref name="failure"/> says.</exception>
    internal static async Task<SystemProgram> RunAsync(
        string program,
        IEnumerable<string> arguments,
        CancellationToken token,
        string input = "",
        IReadOnlyDictionary<string, string>? environment = null,
        Encoding? encoding = null,
        ErrorCode failure = ErrorCode.SchedulerFailed,
        string folder = "",
        TimeSpan? patience = null)
    {
        encoding ??= new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = encoding,
            StandardOutputEncoding = encoding,
            StandardErrorEncoding = encoding,
            CreateNoWindow = true,
            WorkingDirectory = folder,
        };
        if (environment is not null)
        {
            start.Environment.Clear();
            foreach ((string name, string value) in environment) start.Environment[name] = value;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(patience ?? s_patience);
        using Process process = Start(start, failure);
        using var output = new ProgramOutput(process.StandardOutput);
        using var errors = new ProgramOutput(process.StandardError);
        try
        {
            await WriteAsync(process, input, limit.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            await Task.WhenAny(Task.WhenAll(output.Ended, errors.Ended), Task.Delay(s_lastWords, limit.Token)).ConfigureAwait(false);
            return new SystemProgram(process.ExitCode, output.Text, errors.Text);
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            token.ThrowIfCancellationRequested();
            throw new EmrSimException(
                failure, $"'{program}' did not end within {(patience ?? s_patience).TotalSeconds:0} seconds and was stopped.", program, e);
        }
    }

    /// <summary>Runs one that must end well.</summary>
    /// <exception cref="EmrSimException">SchedulerFailed.</exception>
    internal static async Task<SystemProgram> RequireAsync(string program, IReadOnlyList<string> arguments, CancellationToken token)
    {
        SystemProgram run = await RunAsync(program, arguments, token).ConfigureAwait(false);
        return run.ExitCode == 0 ? run : throw new EmrSimException(
            ErrorCode.SchedulerFailed, $"'{Path.GetFileName(program)} {string.Join(' ', arguments)}' failed: {run.Message}", program);
    }

    private static Process Start(ProcessStartInfo start, ErrorCode failure)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new EmrSimException(failure, $"'{start.FileName}' could not be started: {e.Message}", start.FileName, e);
        }
    }

    private static async Task WriteAsync(Process process, string input, CancellationToken token)
    {
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), token).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading all of it; its exit code says whether that was well.
        }
    }
}
