using System.Globalization;
using EmrSim.Core.Reporting.Html;

namespace EmrSim.Core.Reporting.Sections;

/// <summary>What comes next: the next backup by the usual interval, what the plan removes, the pins that end.</summary>
internal sealed class NextSection : ReportSection
{
    private const int GapsLookedAt = 14;

    // Backups that lie closer were made by hand, one after the other.
    private static readonly TimeSpan s_shortestHabit = TimeSpan.FromMinutes(10);

    internal override string Id => "next";

    internal override string Heading => "What comes next";

    internal override bool Applies(ReportContext context) => context.Data.Sets.Any(s => s.Backups.Count > 0);

    internal override void Write(ReportContext context)
    {
        HtmlWriter html = context.Html;
        ReportSet[] sets = [.. context.Data.Sets.Where(s => s.Backups.Count > 0)];
        if (sets.Length > ReportLimits.NextSets)
        {
            context.Remarks.Add(string.Create(
                CultureInfo.InvariantCulture, $"What comes next: told of the first {ReportLimits.NextSets} of {sets.Length} sets, the worst first."));
        }

        html.Open("div", ("class", "cards"));
        foreach (ReportSet set in sets.Take(ReportLimits.NextSets))
        {
            html.Line().Open("div", ("class", "card"));
            SetHeading(context, set);
            html.Open("ul", ("class", "plain"));
            Due(context, set);
            Removals(context, set);
            Pins(context, set);
            html.Close("ul").Close("div");
        }

        html.Close("div");
    }

    /// <summary>The middle one of the newest gaps between backups; null where there are too few to speak of a habit.</summary>
    internal static TimeSpan? UsualInterval(IReadOnlyList<EmrBackup> backups)
    {
        DateTimeOffset[] times = [.. backups.Select(b => b.CreatedUtc).TakeLast(GapsLookedAt + 1)];
        if (times.Length < 4) return null;
        TimeSpan[] gaps = [.. times.Skip(1).Zip(times, (later, earlier) => later - earlier).Order()];
        return gaps[gaps.Length / 2] is var usual && usual >= s_shortestHabit ? usual : null;
    }

    private static void Due(ReportContext context, ReportSet set)
    {
        if (!set.IsListed || UsualInterval(set.Backups) is not { } interval) return;
        DateTimeOffset newest = set.Backups[^1].CreatedUtc;
        if (interval > DateTimeOffset.MaxValue - newest) return;
        HtmlWriter html = context.Html;
        DateTimeOffset due = newest + interval;
        html.Open("li").Text("The newest backups lie about ");
        context.Values.Age("interval", interval).Text(due >= context.Now ? " apart, so the next one is expected about " : " apart, so one was expected about ");
        context.Values.Instant("due", due).Text(due >= context.Now ? "." : ": ");
        if (due < context.Now) context.Values.Age("overdue", context.Now - due).Text(" ago.");
        html.Close("li");
    }

    private static void Removals(ReportContext context, ReportSet set)
    {
        (HtmlWriter html, Values values) = (context.Html, context.Values);
        EmrRetentionDecision[] removals = [.. set.Backups.Select(set.DecisionOn).OfType<EmrRetentionDecision>().Where(d => d.Action == EmrRetentionAction.Remove)];
        html.Open("li");
        if (set.Decisions.Count == 0)
        {
            html.Text("What retention removes is not known: the report was given no plan.").Close("li");
            return;
        }

        if (removals.Length == 0)
        {
            html.Text("The retention plan removes nothing.").Close("li");
            return;
        }

        html.Text("The retention plan removes ");
        values.Count("removals", removals.Length, "backup", "backups").Text(" and frees ");
        values.Length("freed", Values.Sum(removals.Select(d => d.Backup.StoredLength))).Text(":");
        // The oldest go first; what goes for the same reason is told together.
        IGrouping<string, EmrRetentionDecision>[] reasons = [.. removals.GroupBy(d => d.Reason)];
        html.Open("ul");
        foreach (IGrouping<string, EmrRetentionDecision> reason in reasons.Take(context.Limits.Named)) Removal(context, [.. reason.Select(d => d.Backup)], reason.Key);
        html.Close("ul");
        int more = reasons.Skip(context.Limits.Named).Sum(r => r.Count());
        if (more > 0) values.Count("more-removals", more, "more, for another reason; see All backups.", "more, for other reasons; see All backups.");
        html.Close("li");
    }

    private static void Removal(ReportContext context, EmrBackup[] backups, string reason)
    {
        (HtmlWriter html, Values values) = (context.Html, context.Values);
        html.Open("li");
        if (backups.Length > 1) values.Count("removal-count", backups.Length).Text(" backups, from ");
        values.Instant("removal", backups[0].CreatedUtc);
        if (backups.Length > 1)
        {
            html.Text(" to ");
            values.Instant("removal-last", backups[^1].CreatedUtc);
        }

        html.Text(": ").Element("bdi", reason).Close("li");
    }

    private static void Pins(ReportContext context, ReportSet set)
    {
        (HtmlWriter html, Values values) = (context.Html, context.Values);
        EmrBackup[] pins = [.. set.Backups.Where(b => b is { Pinned: true, PinnedUntilUtc: not null }).OrderBy(b => b.PinnedUntilUtc)];
        foreach (EmrBackup pin in pins.Take(context.Limits.Named))
        {
            html.Open("li").Text("The pin on the backup of ");
            values.Instant("pin", pin.CreatedUtc).Text(pin.PinnedUntilUtc > context.Now ? " ends " : " has ended ");
            values.Instant("pin-until", pin.PinnedUntilUtc!.Value);
            if (pin.PinReason is { } reason) html.Text(" (").Element("bdi", reason).Text(")");
            html.Text(".").Close("li");
        }

        if (pins.Length <= context.Limits.Named) return;
        context.Remarks.Add(string.Create(CultureInfo.InvariantCulture, $"Pins: the {context.Limits.Named} that end first are listed, of {pins.Length} with an end."));
    }
}
