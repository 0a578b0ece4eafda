using EmrSim.Core.Reporting.Html;

namespace EmrSim.Core.Reporting;

/// <summary>What every section needs to write itself.</summary>
/// <param name="Data">What is shown.</param>
/// <param name="Html">The page.</param>
/// <param name="Clock">How instants are told.</param>
/// <param name="Now">The time of the report.</param>
internal sealed record ReportContext(ReportData Data, HtmlWriter Html, ZoneClock Clock, DateTimeOffset Now)
{
    /// <summary>Writes values.</summary>
    internal Values Values { get; } = new(Html, Clock);

    /// <summary>How much is shown.</summary>
    internal ReportLimits Limits { get; } = new(Data.Sets.Count);

    /// <summary>What was summed up or left away, a sentence each, said at the end of the page.</summary>
    internal List<string> Remarks { get; } = [];

    /// <summary>The sets that have a calendar and charts.</summary>
    internal IEnumerable<ReportSet> DetailedSets => Data.Sets.Where(s => s.Backups.Count > 0 || s.History.Count > 0).Take(Limits.DetailedSets);
}
