using System.Globalization;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using EmrSim.Tests.Reporting.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Reporting;

/// <summary>Every number of a page is one of the objects'.</summary>
[NotUnderWine("it computes alone, alike on every system, and is slow there")]
public sealed class NumbersTests : IDisposable
{
    private readonly ReportFixture _fixture = new();
    private readonly IReadOnlyList<object> _items = Sample.TwoSets();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("chat")]
    [InlineData("billing-archive")]
    public async Task The_overview_of_a_set_tells_of_its_backups(string set)
    {
        EmrBackup[] backups = Backups(set);
        EmrBackup newest = backups[^1];

        IElement card = (await _fixture.PageAsync(_items)).Card(set);

        Assert.Equal(newest.CreatedUtc, card.Instant("newest"));
        Assert.Equal(ReportObjects.Now - newest.CreatedUtc, card.Duration("age"));
        Assert.Equal(newest.StoredLength, card.Number("stored"));
        Assert.Equal(newest.DatabaseLength, card.Number("database"));
        Assert.Equal(newest.Rows, card.Number("rows"));
        Assert.Equal(newest.Verification.Outcome.ToString(), card.Raw("verified"));
        Assert.Equal(newest.Verification.Level.ToString(), card.Raw("level"));
        Assert.Equal(backups.Length, card.Number("count"));
        Assert.Equal(backups.Sum(b => b.StoredLength), card.Number("total-stored"));
        Assert.Equal(backups.Count(b => b.Pinned), card.QuerySelector("[data-field='pinned']") is null ? 0 : card.Number("pinned"));
        Assert.Equal(_items.OfType<EmrBackupStatus>().Single(s => s.Name == set).Summary, card.QuerySelector("[data-field='summary']")!.TextContent);
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("billing-archive")]
    public async Task The_table_has_a_row_with_the_values_of_every_backup(string set)
    {
        EmrBackup[] backups = Backups(set);

        IElement[] rows = (await _fixture.PageAsync(_items)).Rows("backups", set);

        Assert.Equal(backups.Length, rows.Length);
        foreach ((IElement row, EmrBackup backup) in rows.Zip(backups.Reverse()))
        {
            EmrRetentionDecision decision = _items.OfType<EmrRetentionDecision>().Single(d => d.Backup.Id == backup.Id);
            Assert.Equal(backup.CreatedUtc, row.Instant("created"));
            Assert.Equal(backup.StoredLength, row.Number("stored"));
            Assert.Equal(backup.DatabaseLength, row.Number("database"));
            Assert.Equal(backup.Rows, row.Number("rows"));
            Assert.Equal(backup.Duration, row.Duration("took"));
            // A test that failed says more than that all was well when the backup was made.
            bool failed = _items.OfType<EmrBackupTest>().LastOrDefault(t => t.Path == backup.Path && t.Outcome != EmrOutcome.Inconclusive)?.Outcome == EmrOutcome.Failed;
            Assert.Equal((failed ? EmrOutcome.Failed : backup.Verification.Outcome).ToString(), row.Raw("verified"));
            Assert.Equal(decision.Action.ToString(), row.Raw("action"));
            Assert.Equal(string.Join(", ", decision.Tiers), row.QuerySelector("[data-field='tiers']")?.TextContent ?? "");
            Assert.Equal(Path.GetFileName(backup.Path), row.QuerySelector("td.file")!.TextContent);
        }
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("billing-archive")]
    public async Task The_charts_and_their_table_have_a_point_for_every_backup(string set)
    {
        EmrBackup[] backups = Backups(set);

        IHtmlDocument page = await _fixture.PageAsync(_items);

        IElement[] rows = page.Rows("chart", set);
        Assert.Equal(backups.Length, rows.Length);
        foreach ((IElement row, EmrBackup backup) in rows.Zip(backups))
        {
            Assert.Equal(backup.CreatedUtc, row.Instant("at"));
            Assert.Equal(backup.StoredLength, row.Number("stored"));
            Assert.Equal(backup.DatabaseLength, row.Number("database"));
            Assert.Equal(backup.Duration, row.Duration("took"));
        }

        IElement section = page.QuerySelectorAll("#trends section").Single(s => s.GetAttribute("aria-label")!.EndsWith(" " + set, StringComparison.Ordinal));
        Assert.Equal(backups.Length, section.QuerySelectorAll("rect.bar").Length);
        Assert.All(section.QuerySelectorAll("svg path.stored[d^='M'][d*='L']"), p => Assert.Equal(backups.Length, p.GetAttribute("d")!.Count(c => c is 'M' or 'L')));
        Assert.Equal(
            _items.OfType<EmrHistoryEntry>().Count(e => e.Name == set && e.Kind == EmrRunKind.Backup && e.Outcome != EmrOutcome.Passed),
            section.QuerySelectorAll("text.cross").Length);
    }

    [Fact]
    public async Task Bars_and_lines_are_as_high_as_their_values()
    {
        EmrBackup[] backups = [.. Enumerable.Range(0, 5).Select(i => ReportObjects.Backup("chat", ReportObjects.Now.AddDays(i - 5), 1) with { Duration = TimeSpan.FromSeconds(i * 2) })];

        IHtmlDocument page = await _fixture.PageAsync(backups);

        // The axis ends at 8 s: the bars are 0, a quarter, a half, three quarters and all of it.
        double[] heights = [.. page.QuerySelectorAll("rect.bar").Select(r => double.Parse(r.GetAttribute("height")!, CultureInfo.InvariantCulture))];
        Assert.Equal([1, 37.5, 75, 112.5, 150], heights);
        Assert.Equal(["0 s", "2 s", "4 s", "6 s", "8 s"], page.QuerySelectorAll("figure:last-child text.y").Select(t => t.TextContent));
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("billing-archive")]
    public async Task The_calendar_counts_every_backup_on_its_local_day(string set)
    {
        TimeZoneInfo berlin = TestZone.Berlin;
        EmrRetentionDecision[] decisions = [.. _items.OfType<EmrRetentionDecision>().Where(d => d.Backup.Name == set)];

        IHtmlDocument page = await _fixture.PageAsync(_items);

        IElement section = page.QuerySelectorAll("#calendar section").Single(s => s.GetAttribute("aria-label")!.EndsWith(" " + set, StringComparison.Ordinal));
        IElement[] days = [.. section.QuerySelectorAll("td[data-day]")];
        foreach (IGrouping<string, EmrRetentionDecision> day in decisions.GroupBy(d => Day(d.Backup.CreatedUtc)))
        {
            IElement cell = Assert.Single(days, d => d.GetAttribute("data-day") == day.Key);
            Assert.Equal(day.Count(d => d.Action == EmrRetentionAction.Keep), Number(cell, "data-kept"));
            Assert.Equal(day.Count(d => d.Action == EmrRetentionAction.Remove), Number(cell, "data-removed"));
            foreach (EmrRetentionTier tier in day.SelectMany(d => d.Tiers)) Assert.Contains(tier.ToString()[0], cell.QuerySelector("b")!.TextContent);
        }

        Assert.Equal(decisions.Length, days.Sum(d => Number(d, "data-kept") + Number(d, "data-removed")));
        Assert.Equal(Failures().Count(f => f == set), days.Sum(d => Number(d, "data-failed")));

        string Day(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, berlin).ToString("yyyy-MM-dd");
        static int Number(IElement cell, string name) => int.Parse(cell.GetAttribute(name)!, CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Failures_drills_removals_and_pins_are_those_of_the_objects()
    {
        IHtmlDocument page = await _fixture.PageAsync(_items);

        Assert.Equal(Failures().Length, page.Number("failures"));
        Assert.Equal(Failures().Length, page.QuerySelectorAll("#failures .event").Length);
        EmrBackupTest[] drills = [.. _items.OfType<EmrBackupTest>().OrderByDescending(t => t.StartedUtc)];
        IElement[] rows = [.. page.QuerySelectorAll("#drills tbody tr")];
        Assert.Equal(drills.Length, rows.Length);
        foreach ((IElement row, EmrBackupTest drill) in rows.Zip(drills))
        {
            Assert.Equal(drill.StartedUtc, row.Instant("drill"));
            Assert.Equal(drill.Duration, row.Duration("drill-took"));
            Assert.Equal(drill.Outcome.ToString(), row.Raw("drill-outcome"));
        }

        EmrRetentionDecision[] removals = [.. _items.OfType<EmrRetentionDecision>().Where(d => d.Action == EmrRetentionAction.Remove)];
        Assert.Equal(removals.Length, Sum(page, "removals"));
        Assert.Equal(removals.Sum(d => d.Backup.StoredLength), Sum(page, "freed"));
        Assert.Equal(_items.OfType<EmrBackup>().Single(b => b.PinnedUntilUtc is not null).PinnedUntilUtc, page.Instant("pin-until"));
    }

    [Theory]
    [InlineData(24, true)]
    [InlineData(6, true)]
    [InlineData(0.1, false)]
    public async Task The_next_backup_is_expected_by_the_usual_interval(double hours, bool isHabit)
    {
        // One gap of a week does not change what is usual.
        EmrBackup[] backups = [.. Enumerable.Range(0, 9).Select(i => ReportObjects.Backup("chat", ReportObjects.Now.AddHours(-hours * (9 - i)).AddDays(i == 0 ? -7 : 0)))];

        IHtmlDocument page = await _fixture.PageAsync(backups);

        Assert.Equal(isHabit, page.QuerySelector("[data-field='due']") is not null);
        if (!isHabit) return;
        Assert.Equal(TimeSpan.FromHours(hours), page.Duration("interval"));
        Assert.Equal(ReportObjects.Now, page.Instant("due"));
    }

    [Fact]
    public async Task A_drill_that_is_given_as_a_test_and_as_history_is_one()
    {
        EmrBackup backup = ReportObjects.Backup("chat", ReportObjects.Now.AddHours(-1));
        EmrBackupTest test = ReportObjects.Test(backup, ReportObjects.Now.AddMinutes(-3), EmrVerificationLevel.Restore);
        EmrHistoryEntry run = ReportObjects.Run("chat", test.StartedUtc, kind: EmrRunKind.Test) with { Level = EmrVerificationLevel.Restore, File = Path.GetFileName(backup.Path) };

        IHtmlDocument page = await _fixture.PageAsync([backup, test, run, run, test, backup]);

        Assert.Equal(1, page.Number("drills"));
        Assert.Equal(1, page.Card("chat").Number("count"));
        Assert.Equal(test.StartedUtc, page.Card("chat").Instant("proved"));
    }

    private static long Sum(IHtmlDocument page, string field) =>
        page.QuerySelectorAll($"[data-field='{field}']").Sum(e => long.Parse(e.GetAttribute("data-value")!, CultureInfo.InvariantCulture));

    private EmrBackup[] Backups(string set) => [.. _items.OfType<EmrBackup>().Where(b => b.Name == set).OrderBy(b => b.CreatedUtc)];

    // The set of every run and every test that did not pass.
    private string[] Failures() =>
    [
        .. _items.OfType<EmrHistoryEntry>().Where(e => e.Outcome != EmrOutcome.Passed).Select(e => e.Name),
        .. _items.OfType<EmrBackupTest>().Where(t => t.Outcome != EmrOutcome.Passed).Select(t => t.Backup!.Name),
    ];
}
