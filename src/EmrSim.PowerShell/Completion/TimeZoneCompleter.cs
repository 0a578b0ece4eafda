using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace EmrSim.PowerShell.Completion;

/// <summary>Completes -TimeZone with the zones that this machine knows; any part of an id finds it.</summary>
public sealed class TimeZoneCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string part = (wordToComplete ?? "").Trim('\'', '"');
        foreach (TimeZoneInfo zone in TimeZoneInfo.GetSystemTimeZones().Where(z => z.Id.Contains(part, StringComparison.OrdinalIgnoreCase)))
        {
            string text = zone.Id.All(c => char.IsLetterOrDigit(c) || c is '/' or '_' or '-' or '+') ? zone.Id : $"'{zone.Id}'";
            string offset = (zone.BaseUtcOffset < TimeSpan.Zero ? "-" : "+") + zone.BaseUtcOffset.ToString(@"hh\:mm", CultureInfo.InvariantCulture);
            yield return new CompletionResult(text, zone.Id, CompletionResultType.ParameterValue, $"{zone.Id} (UTC{offset})");
        }
    }
}
