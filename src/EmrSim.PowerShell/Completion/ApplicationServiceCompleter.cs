using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EmrSim.Core.Applications;
using EmrSim.Core.Programs;

namespace EmrSim.PowerShell.Completion;

/// <summary>Completes -Service with what runs in the root that -Path or -LiteralPath names.</summary>
public sealed class ApplicationServiceCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        ArgumentNullException.ThrowIfNull(fakeBoundParameters);
        string root = (fakeBoundParameters["LiteralPath"] ?? fakeBoundParameters["Path"])?.ToString() ?? ".";
        string prefix = (wordToComplete ?? "").Trim('\'', '"');
        IReadOnlyList<ServiceCandidate> found;
        try
        {
            var folder = new ApplicationFolder(Completing.FullPath(root));
            found = new ServiceSearch(SystemHost.This).FindAsync(folder, CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is EmrSimException or RuntimeException)
        {
            // Completion has no place for errors.
            yield break;
        }

        foreach (ServiceCandidate candidate in found.Where(c => c.Name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
        {
            yield return Completing.With(candidate.Name, candidate.ToString());
        }
    }
}
