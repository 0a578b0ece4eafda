using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using EmrSim.Tests.Reporting.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Reporting;

/// <summary>Very many objects, and values at the ends of what they can be.</summary>
[NotUnderWine("it computes alone, alike on every system, and is slow there")]
public sealed class AmountTests : IDisposable
{
    private const int MegaBytes = 1024 * 1024;

    private readonly ReportFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(1, 10_000)]
    [InlineData(3, 4_000)]
    [InlineData(300, 40)]
    [InlineData(100, 120, 24 * 31)]
    public async Task Many_backups_stay_small_and_none_is_lost_from_the_sums(int sets, int backups, int hours = 7)
    {
        var items = new List<object>();
        for (int set = 0; set < sets; set++)
        {
            for (int i = 0; i < backups; i++)
            {
                EmrBackup backup = ReportObjects.Backup($"set {set:000}", ReportObjects.Now.AddHours(-hours * i), 1_000_000 + i);
                items.Add(backup);
                items.Add(ReportObjects.Decision(backup, i % 9 == 0 ? [EmrRetentionTier.Weekly] : []) with { Reason = $"Reason {i}." });
                items.Add(ReportObjects.Run(backup.Name, backup.CreatedUtc, i % 5 == 0 ? EmrOutcome.Failed : EmrOutcome.Passed));
            }
        }

        IHtmlDocument page = await _fixture.PageAsync(items);

        Assert.True(new FileInfo(_fixture.File).Length < 2 * MegaBytes, $"The page has {new FileInfo(_fixture.File).Length} bytes.");
        Assert.Equal((long)sets * backups, page.Number("total-backups"));
        IElement[] listed = page.Rows("backups", "set 000");
        IElement[] months = page.Rows("months", "set 000");
        Assert.Equal(backups, listed.Length + months.Sum(m => m.Number("month-count")));
        Assert.Equal(
            items.OfType<EmrBackup>().Where(b => b.Name == "set 000").Sum(b => b.StoredLength),
            listed.Sum(r => r.Number("stored")) + months.Sum(m => m.Number("month-stored")));
        string remarks = string.Join('\n', page.QuerySelectorAll("#about .remark").Select(r => r.TextContent));
        foreach (string part in new[] { "All backups:", "Failures:" }) Assert.Contains(part, remarks, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_chart_sums_up_is_the_largest_of_each_period()
    {
        EmrBackup[] backups = [.. Enumerable.Range(0, 2000).Select(i => ReportObjects.Backup("chat", ReportObjects.Now.AddHours(-5 * i), 1_000_000 + i * 7919 % 10_007))];

        IHtmlDocument page = await _fixture.PageAsync(backups);

        IElement[] points = page.Rows("chart", "chat");
        Assert.InRange(points.Length, 30, 130);
        Assert.Equal(backups.Length, points.Sum(p => p.Number("backups")));
        Assert.Equal(backups.Max(b => b.StoredLength), points.Max(p => p.Number("stored")));
        Assert.Equal(backups.Max(b => b.Duration), points.Max(p => p.Duration("took")));
        Assert.Contains("Largest size of each week", page.QuerySelector("#trends figcaption")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Years_that_are_not_shown_day_by_day_are_counted_month_by_month()
    {
        EmrBackup[] backups = [.. Enumerable.Range(0, 900).Select(i => ReportObjects.Backup("chat", ReportObjects.Now.AddDays(-i)))];

        IHtmlDocument page = await _fixture.PageAsync(backups);

        Assert.Equal(6, page.QuerySelectorAll("table.month").Length);
        IElement years = page.QuerySelector("table.years")!;
        Assert.Equal(["2026", "2025", "2024"], years.QuerySelectorAll("tbody th").Select(h => h.TextContent));
        Assert.Equal(backups.Length, years.QuerySelectorAll("[data-field='year-month']").Sum(m => int.Parse(m.GetAttribute("data-value")!)));
    }

    [Fact]
    public async Task Values_at_the_ends_of_their_types_are_written()
    {
        EmrBackup backup = ReportObjects.Backup("chat", ReportObjects.Now);
        EmrBackup[] odd =
        [
            backup with { Id = Guid.NewGuid(), CreatedUtc = DateTimeOffset.MinValue, StoredLength = long.MaxValue, DatabaseLength = long.MaxValue, Duration = TimeSpan.MaxValue },
            backup with { Id = Guid.NewGuid(), CreatedUtc = DateTimeOffset.MaxValue, StoredLength = long.MaxValue, Duration = TimeSpan.MaxValue },
            backup with { Id = Guid.NewGuid(), StoredLength = 0, DatabaseLength = 0, Duration = TimeSpan.Zero, Tables = new Dictionary<string, long> { ["a"] = long.MaxValue, ["b"] = 1 } },
            backup with { Id = Guid.NewGuid(), StoredLength = -1, Duration = TimeSpan.FromSeconds(-1), PinnedUntilUtc = DateTimeOffset.MaxValue, Pinned = true },
        ];

        IHtmlDocument page = await _fixture.PageAsync(odd);

        Assert.Equal(4, page.Card("chat").Number("count"));
        Assert.Equal(long.MaxValue, page.Card("chat").Number("total-stored"));
        Assert.DoesNotContain("NaN", await File.ReadAllTextAsync(_fixture.File), StringComparison.Ordinal);
        Assert.DoesNotContain("∞", page.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_backup_alone_has_charts_too()
    {
        IHtmlDocument page = await _fixture.PageAsync([ReportObjects.Backup("chat", ReportObjects.Now.AddHours(-1))]);

        Assert.Single(page.QuerySelectorAll("rect.bar"));
        Assert.Single(page.QuerySelectorAll("circle.stored-dot"));
    }
}
