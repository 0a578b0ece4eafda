using System.Globalization;
using EmrSim.Core.Stores;

namespace EmrSim.Core.Reporting;

/// <summary>Says what speaks against a set. What nobody looked at is not known, and never good.</summary>
/// <param name="now">The time of the report.</param>
internal sealed class Judge(DateTimeOffset now)
{
    private const int TestsNamed = 5;

    // Clocks of two machines differ a little without anybody's fault.
    private static readonly TimeSpan s_clockDifference = TimeSpan.FromMinutes(5);

    /// <summary>The findings on a set, worst first.</summary>
    internal IReadOnlyList<Finding> On(ReportSet set) =>
        [.. Once(Status(set).Concat(Proof(set)).Concat(Problems(set)).Concat(Backups(set)).Concat(Tests(set)).Concat(Runs(set))).OrderBy(f => Severity.Rank(f.Outcome))];

    // A status, a listing and a history tell of the same trouble in almost the same words; nobody wants to read it three times.
    private static List<Finding> Once(IEnumerable<Finding> findings)
    {
        var told = new List<Finding>();
        foreach (Finding finding in findings)
        {
            string text = Plain(finding.Text);
            if (!told.Exists(t => t.Outcome == finding.Outcome && text.EndsWith(Plain(t.Text), StringComparison.Ordinal))) told.Add(finding);
        }

        return told;
    }

    private static string Plain(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');

    private static IEnumerable<Finding> Status(ReportSet set)
    {
        if (set.Status is not { } status)
        {
            yield return new Finding(EmrOutcome.Inconclusive, "Whether its newest backup is fresh enough was not judged: the report was given no status of the set.");
            yield break;
        }

        if (status.Outcome == EmrOutcome.Passed) yield break;
        if (status.Problems.Count == 0) yield return new Finding(status.Outcome, status.Summary);
        foreach (string problem in status.Problems) yield return new Finding(status.Outcome, problem);
    }

    // A status that was not told to ask for a proof is good without one; a page that calls a set good says that it is proved restorable.
    private static IEnumerable<Finding> Proof(ReportSet set)
    {
        if (set is { ProvedUtc: null, Status: null or { Outcome: EmrOutcome.Passed } }) yield return new Finding(EmrOutcome.Inconclusive, "No test is known that restored one of its backups and passed.");
    }

    private static IEnumerable<Finding> Problems(ReportSet set) => set.Problems.Select(p => new Finding(EmrOutcome.Failed, p.Error.Message));

    private IEnumerable<Finding> Backups(ReportSet set)
    {
        if (set.Backups.Count == 0)
        {
            yield return set.IsListed
                ? new Finding(EmrOutcome.Failed, "It has no backup.")
                : new Finding(EmrOutcome.Inconclusive, "Which backups it has is not known: the report was given none.");
            yield break;
        }

        EmrBackup newest = set.Backups[^1];
        if (newest.CreatedUtc - now > s_clockDifference)
        {
            yield return new Finding(EmrOutcome.Inconclusive, "Its newest backup is dated in the future: a clock was wrong.", newest.CreatedUtc);
        }

        if (!set.Backups.Any(FolderStore.IsVerified))
        {
            yield return new Finding(EmrOutcome.Failed, string.Create(CultureInfo.InvariantCulture, $"It has no verified backup among {set.Backups.Count}."));
        }
        else if (!FolderStore.IsVerified(newest))
        {
            EmrOutcome outcome = newest.Verification.Outcome == EmrOutcome.Failed ? EmrOutcome.Failed : EmrOutcome.Inconclusive;
            yield return new Finding(outcome, $"Its newest backup is not verified: {newest.Verification}.", newest.CreatedUtc);
        }
        else if (set is { Status: null, Tests.Count: 0 } && set.FailedTestOf(newest) is { } test)
        {
            // A status would have told it, and a test that was piped in tells it itself.
            yield return new Finding(EmrOutcome.Failed, $"Its newest backup failed its last test: {test.Reason ?? "no reason was recorded."}", test.StartedUtc);
        }
    }

    // A test that was repeated counts as it ended last.
    private static IEnumerable<Finding> Tests(ReportSet set)
    {
        EmrBackupTest[] bad = [.. set.Tests.GroupBy(t => t.Path).Select(g => g.Last()).Where(t => t.Outcome != EmrOutcome.Passed).OrderBy(t => Severity.Rank(t.Outcome))];
        foreach (EmrBackupTest test in bad.Take(TestsNamed))
        {
            string said = test.Outcome == EmrOutcome.Failed ? "failed its test" : "could not be tested to the end";
            yield return new Finding(test.Outcome, $"{StorePath.FileName(test.Path)} {said} at level {test.Level}: {Why(test)}", test.StartedUtc);
        }

        if (bad.Length > TestsNamed)
        {
            yield return new Finding(
                Severity.Worst(bad.Skip(TestsNamed).Select(t => t.Outcome)),
                string.Create(CultureInfo.InvariantCulture, $"{bad.Length - TestsNamed} more of its backups did not pass their last test; see Failures."));
        }
    }

    // What failed and then went well is history; what failed last is a matter of now.
    private static IEnumerable<Finding> Runs(ReportSet set) => set.History.GroupBy(e => e.Kind).Select(g => g.Last())
        .Where(e => e.Outcome != EmrOutcome.Passed)
        .Select(e => new Finding(e.Outcome, $"{Last(e.Kind)} did not pass: {e.Reason ?? e.Error?.ToString() ?? "no reason was recorded."}", e.StartedUtc));

    private static string Last(EmrRunKind kind) => kind switch
    {
        EmrRunKind.Backup => "The last run of the backup",
        EmrRunKind.Mirror => "The last copy to the second store",
        EmrRunKind.Retention => "The last run of retention",
        EmrRunKind.Test => "The last test",
        EmrRunKind.Removal => "The last removal by hand",
        _ => $"The last run of kind {kind}",
    };

    /// <summary>The checks that did not pass, with what they found.</summary>
    internal static string Why(EmrBackupTest test)
    {
        string[] open = [.. test.Checks.Where(c => c.Outcome != EmrOutcome.Passed).Select(c => $"{c.Name}: {c.Detail}")];
        return open.Length > 0 ? string.Join("; ", open) : "no check says why.";
    }
}
