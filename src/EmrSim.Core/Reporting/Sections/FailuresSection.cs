using System.Globalization;
using EmrSim.Core.Reporting.Html;

namespace EmrSim.Core.Reporting.Sections;

/// <summary>Every run and every test that did not pass, the newest first.</summary>
internal sealed class FailuresSection : ReportSection
{
    internal override string Id => "failures";

    internal override string Heading => "Failures";

    internal override bool Applies(ReportContext context) => context.Data.Sets.Count > 0;

    internal override void Write(ReportContext context)
    {
        Failure[] all = [.. Collect(context.Data).OrderByDescending(f => f.When ?? context.Now).ThenBy(f => f.Set, StringComparer.Ordinal)];
        if (all.Length == 0)
        {
            bool looked = context.Data.Sets.Any(s => s.History.Count > 0 || s.Tests.Count > 0);
            context.Html.Element("p", looked
                ? "None among the runs and tests that this report was given."
                : "Not known: this report was given no history and no tests.");
            return;
        }

        context.Html.Open("p");
        context.Values.Count("failures", all.Length).Text(all.Length == 1 ? " run or test did not pass." : " runs and tests did not pass.");
        context.Html.Close("p").Open("ol", ("class", "events"));
        foreach (Failure failure in all.Take(ReportLimits.Items)) WriteOne(context, failure);
        context.Html.Close("ol");
        if (all.Length <= ReportLimits.Items) return;
        context.Remarks.Add(string.Create(
            CultureInfo.InvariantCulture, $"Failures: the newest {ReportLimits.Items} of {all.Length} are listed; older ones are only counted."));
    }

    private static void WriteOne(ReportContext context, Failure failure)
    {
        (HtmlWriter html, Values values) = (context.Html, context.Values);
        html.Line().Open("li", ("class", "event")).Open("p", ("class", "event-head"));
        values.Outcome("failure", failure.Outcome).Text(" ");
        html.Open("strong").Text(failure.What + " of ");
        values.Name(failure.Set);
        html.Close("strong").Close("p").Open("p", ("class", "when"));
        if (failure.When is { } when) values.Instant("failure-when", when);
        if (failure.Took is { } took)
        {
            html.Text(", took ");
            values.Duration("failure-took", took);
        }

        html.Close("p").Open("p", ("class", "reason")).Element("bdi", failure.Reason, ("data-field", "failure-reason"));
        if (failure.Error is { } error) html.Text(" ").Element("code", error.ToString());
        html.Close("p").Close("li");
    }

    private static IEnumerable<Failure> Collect(ReportData data) => data.Sets
        .SelectMany(s => s.History).Distinct().Where(e => e.Outcome != EmrOutcome.Passed)
        .Select(e => new Failure(e.StartedUtc, e.Name, e.Kind.ToString(), e.Outcome, e.Duration, e.Reason ?? "No reason was recorded.", e.Error))
        .Concat(data.Sets.SelectMany(s => s.Tests.Where(t => t.Outcome != EmrOutcome.Passed).Select(t => Of(s, t))))
        .Concat(data.Sets.SelectMany(s => s.Problems.Select(p => new Failure(null, s.Name, "Reading", EmrOutcome.Failed, null, p.Error.Message, p.Error.ErrorCode))));

    private static Failure Of(ReportSet set, EmrBackupTest test) => new(
        test.StartedUtc, set.Name, $"Test at level {test.Level}", test.Outcome, test.Duration, $"{StorePath.FileName(test.Path)}: {Judge.Why(test)}", null);

    private sealed record Failure(
        DateTimeOffset? When, string Set, string What, EmrOutcome Outcome, TimeSpan? Took, string Reason, ErrorCode? Error);
}
