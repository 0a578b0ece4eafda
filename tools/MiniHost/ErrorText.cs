using System.Management.Automation;

namespace EmrSim.MiniHost;

/// <summary>An error record in two lines: what happened, and its id with what to do next.</summary>
internal static class ErrorText
{
    internal static string Of(ErrorRecord record)
    {
        string command = record.InvocationInfo?.MyCommand?.Name is { Length: > 0 } name ? name + ": " : "";
        string text = command + (record.ErrorDetails?.Message ?? record.Exception.Message);
        string id = record.FullyQualifiedErrorId.Split(',')[0];
        string action = record.ErrorDetails?.RecommendedAction is { Length: > 0 } advice ? $". {advice}" : "";
        return $"{text}{Environment.NewLine}    {id} ({record.CategoryInfo.Category}){action}";
    }
}
