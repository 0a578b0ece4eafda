namespace EmrSim.Core.Reporting;

/// <summary>One thing that speaks against a set.</summary>
/// <param name="Outcome">Failed, or Inconclusive where something is not known.</param>
/// <param name="Text">What it is, a sentence.</param>
/// <param name="When">When it happened, where that matters.</param>
internal sealed record Finding(EmrOutcome Outcome, string Text, DateTimeOffset? When = null);

/// <summary>The order of outcomes in a report.</summary>
internal static class Severity
{
    /// <summary>Failed comes first, then what is not known, then what passed.</summary>
    internal static int Rank(EmrOutcome outcome) => outcome switch
    {
        EmrOutcome.Failed => 0,
        EmrOutcome.Passed => 2,
        _ => 1,
    };

    /// <summary>The worst of several; what is nothing at all is not known.</summary>
    internal static EmrOutcome Worst(IEnumerable<EmrOutcome> outcomes) =>
        outcomes.Select(o => (EmrOutcome?)o).MinBy(o => Rank(o!.Value)) ?? EmrOutcome.Inconclusive;
}
