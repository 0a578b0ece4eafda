namespace EmrSim.HelpGenerator;

/// <summary>Gaps in the documentation, collected so that one run names them all.</summary>
internal sealed class Problems
{
    private readonly List<string> _found = [];

    internal IReadOnlyList<string> Found => _found;

    /// <summary>Notes a gap in the form in which MSBuild and editors recognise errors.</summary>
    /// <param name="place">A member's full name, or a file with its line.</param>
    /// <param name="what">What is wrong there.</param>
    internal void Add(string place, string what) => _found.Add($"{place} : error HELP: {what}");
}
