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
            sets = BackupCatalog.Sets(Completing.FullPath(destination));
        }
        catch (Exception e) when (e is EmrSimException or RuntimeException)
        {
            // Completion has no place for errors; the command itself will say what is wrong with the destination.
            yield break;
        }

        foreach (string set in sets.Where(s => s.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
        {
            yield return Completing.With(set, $"Backup set {set} in {destination}");
        }
    }
}
