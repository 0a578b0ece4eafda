using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace EmrSim.MiniHost;

/// <summary>Output on stdout, errors on stderr, progress on one line of a terminal. It never asks.</summary>
internal sealed class MiniHostUI(MiniHost host) : PSHostUserInterface
{
    private const string ClearLine = "\r\u001b[K";
    private readonly MiniRawUI _raw = new();
    private bool _progressShown;

    public override PSHostRawUserInterface RawUI => _raw;

    public override bool SupportsVirtualTerminal => !Console.IsOutputRedirected;

    public override void Write(string value)
    {
        EndProgress();
        Console.Out.Write(value);
    }

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Write(value);

    public override void WriteLine(string value)
    {
        EndProgress();
        Console.Out.WriteLine(value);
    }

    public override void WriteErrorLine(string value)
    {
        host.ErrorWritten = true;
        EndProgress();
        Console.Error.WriteLine(Colored(value, "31"));
    }

    public override void WriteDebugLine(string message) => WriteLine("DEBUG: " + message);

    public override void WriteVerboseLine(string message) => WriteLine("VERBOSE: " + message);

    public override void WriteWarningLine(string message)
    {
        EndProgress();
        Console.Error.WriteLine(Colored("WARNING: " + message, "33"));
    }

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        if (Console.IsErrorRedirected) return;
        if (record.RecordType == ProgressRecordType.Completed)
        {
            EndProgress();
            return;
        }

        string percent = record.PercentComplete >= 0 ? record.PercentComplete.ToString("0' %'", CultureInfo.InvariantCulture).PadLeft(6) : "";
        string left = record.SecondsRemaining > 0 ? string.Create(CultureInfo.InvariantCulture, $", {record.SecondsRemaining} s left") : "";
        string line = $"{record.Activity}{percent}  {record.StatusDescription}{left}";
        int width = Math.Max(20, _raw.BufferSize.Width - 1);
        Console.Error.Write(ClearLine + (line.Length > width ? line[..width] : line));
        _progressShown = true;
    }

    /// <summary>Clears the progress line before anything else is written.</summary>
    internal void EndProgress()
    {
        if (!_progressShown) return;
        Console.Error.Write(ClearLine);
        _progressShown = false;
    }

    public override string ReadLine() => throw NoPrompt();

    public override SecureString ReadLineAsSecureString() => throw NoPrompt();

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) => throw NoPrompt();

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) => throw NoPrompt();

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) => throw NoPrompt();

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) =>
        throw NoPrompt();

    private static string Colored(string value, string color) => Console.IsErrorRedirected ? value : $"\u001b[{color}m{value}\u001b[0m";

    private static InvalidOperationException NoPrompt() => new("This session cannot ask. Give all parameters, and -Confirm:$false where a command would ask.");
}
