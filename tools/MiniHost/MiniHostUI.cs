using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace EmrSim.MiniHost;

/// <summary>Output on stdout, errors and warnings on stderr, progress on one line of a terminal.</summary>
internal sealed class MiniHostUI : PSHostUserInterface
{
    private const string Red = "31;1";
    private const string Yellow = "33;1";
    private const string ClearLine = "\r\u001b[K";

    private static readonly bool s_noColor = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
    private static readonly bool s_outputColor = !Console.IsOutputRedirected && !s_noColor;
    private static readonly bool s_errorColor = !Console.IsErrorRedirected && !s_noColor;
    private static readonly bool s_progress = !Console.IsErrorRedirected;

    private readonly MiniRawUI _raw = new();
    private bool _progressShown;
    private bool _asErrors;

    public override PSHostRawUserInterface RawUI => _raw;

    public override bool SupportsVirtualTerminal => s_outputColor;

    /// <summary>Whether anything was written as an error.</summary>
    internal bool ErrorWritten { get; private set; }

    public override void Write(string value)
    {
        EndProgress();
        (_asErrors ? Console.Error : Console.Out).Write(GetOutputString(value, _asErrors ? s_errorColor : s_outputColor));
    }

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Write(value);

    public override void WriteLine(string value) => Write(value + Environment.NewLine);

    public override void WriteErrorLine(string value)
    {
        ErrorWritten = true;
        WriteAside(value, Red);
    }

    public override void WriteWarningLine(string message) => WriteAside("WARNING: " + message, Yellow);

    public override void WriteVerboseLine(string message) => WriteAside("VERBOSE: " + message, Yellow);

    public override void WriteDebugLine(string message) => WriteAside("DEBUG: " + message, Yellow);

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        if (!s_progress) return;
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

    /// <summary>Sends what is written to stderr until the result is disposed.</summary>
    internal IDisposable WriteAsErrors() => new ErrorRedirection(this);

    public override string ReadLine() => Answer.Line() ?? throw NoPrompt();

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) =>
        Answer.Choice(caption, message, choices, defaultChoice) ?? throw NoPrompt();

    public override SecureString ReadLineAsSecureString() => throw NoPrompt();

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) => throw NoPrompt();

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) => throw NoPrompt();

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) =>
        throw NoPrompt();

    private static InvalidOperationException NoPrompt() =>
        new("This session cannot ask. Give all parameters, and -Confirm:$false where a command would ask.");

    private void WriteAside(string value, string color)
    {
        EndProgress();
        string text = GetOutputString(value, s_errorColor);
        Console.Error.WriteLine(s_errorColor ? $"\u001b[{color}m{text}\u001b[0m" : text);
    }

    private sealed class ErrorRedirection : IDisposable
    {
        private readonly MiniHostUI _ui;

        internal ErrorRedirection(MiniHostUI ui)
        {
            _ui = ui;
            _ui.ErrorWritten = true;
            _ui._asErrors = true;
        }

        public void Dispose() => _ui._asErrors = false;
    }
}
