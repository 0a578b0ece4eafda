using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EmrSim.Core.Stores;

namespace EmrSim.PowerShell.Completion;

/// <summary>Completes -Name with the sets that -Destination holds.</summary>
public sealed class BackupNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        ArgumentNullException.ThrowIfNull(fakeBoundParameters);
        string destination = fakeBoundParameters["Destination"]?.ToString() ?? ".";
        // Tab must not wait for a network.
        if (BackupStores.IsAddress(destination)) yield break;
        string prefix = (wordToComplete ?? "").Trim('\'', '"');
        IReadOnlyList<string> sets;
        try
        {
            sets = BackupCatalog.Sets(FullPath(destination));
        }
        catch (Exception e) when (e is EmrSimException or RuntimeException)
        {
            // Completion has no place for errors; the command itself will say what is wrong with the destination.
            yield break;
        }

        foreach (string set in sets.Where(s => s.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
        {
            string text = set.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.') ? set : $"'{set.Replace("'", "''", StringComparison.Ordinal)}'";
            yield return new CompletionResult(text, set, CompletionResultType.ParameterValue, $"Backup set {set} in {destination}");
        }
    }

    // PowerShell's location and drives are the session's. It is in the middle of completing, so it answers only to a nested script.
    private static string FullPath(string path)
    {
        using var shell = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
        return shell.AddScript("$ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($args[0])").AddArgument(path).Invoke<string>()[0];
    }
}
