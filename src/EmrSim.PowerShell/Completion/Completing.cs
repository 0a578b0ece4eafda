using System.Management.Automation;

namespace EmrSim.PowerShell.Completion;

/// <summary>What completers share.</summary>
internal static class Completing
{
    /// <summary>A value, quoted where it must be.</summary>
    internal static CompletionResult With(string value, string toolTip)
    {
        string text = value.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.') ? value : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
        return new CompletionResult(text, value, CompletionResultType.ParameterValue, toolTip);
    }

    /// <summary>An absolute path. PowerShell's location and drives are the session's, which is in the middle of completing and answers only to a nested script.</summary>
    internal static string FullPath(string path)
    {
        using var shell = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
        return shell.AddScript("$ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($args[0])").AddArgument(path).Invoke<string>()[0];
    }
}
