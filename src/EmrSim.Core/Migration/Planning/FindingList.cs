namespace EmrSim.Core.Migration.Planning;

/// <summary>Gathers what is to be known or decided.</summary>
internal sealed class FindingList
{
    private readonly List<EmrFinding> _findings = [];

    /// <summary>All of them, once each: the worst first, then by what they are about.</summary>
    internal IReadOnlyList<EmrFinding> Sorted => Sort(_findings);

    internal static IReadOnlyList<EmrFinding> Sort(IEnumerable<EmrFinding> findings) =>
        [.. findings.Distinct().OrderByDescending(f => f.Severity).ThenBy(f => f.Object, StringComparer.Ordinal).ThenBy(f => f.Id, StringComparer.Ordinal)];

    internal void Add(IEnumerable<EmrFinding> findings) => _findings.AddRange(findings);

    internal void Error(string id, string about, string message, string action) => Add(EmrSeverity.Error, id, about, message, action);

    internal void Warn(string id, string about, string message, string action) => Add(EmrSeverity.Warning, id, about, message, action);

    internal void Inform(string id, string about, string message, string action) => Add(EmrSeverity.Information, id, about, message, action);

    internal void Add(EmrSeverity severity, string id, string about, string message, string action) => _findings.Add(new EmrFinding(severity, id, about, message, action));
}
