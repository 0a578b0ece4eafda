using System.Globalization;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using EmrSim.Core.Reporting;
using EmrSim.Tests.Reporting.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Reporting;

/// <summary>The page as a parser and a screen reader see it.</summary>
public sealed partial class StructureTests : IDisposable
{
    private const string Hostile = "<img src=x onerror=\"alert('1')\"> & \"q\" \u202Eevil\u202C שלום \u0007 \ud800 ]]></style><script>";

    private readonly ReportFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_page_needs_no_network_and_no_script()
    {
        IHtmlDocument page = await _fixture.PageAsync(Sample.TwoSets());

        string policy = page.QuerySelector("meta[http-equiv='Content-Security-Policy']")!.GetAttribute("content")!;
        Assert.Contains("default-src 'none'; style-src 'unsafe-inline'; img-src data:", policy, StringComparison.Ordinal);
        Assert.Empty(page.QuerySelectorAll("script, link, iframe, img, object, embed, base, form"));
        Assert.DoesNotContain(page.All, e => e.Attributes.Any(a => a.Name.StartsWith("on", StringComparison.Ordinal) || a.Name is "src" or "srcset"));
        Assert.All(page.QuerySelectorAll("[href]"), e => Assert.StartsWith("#", e.GetAttribute("href"), StringComparison.Ordinal));
        Assert.DoesNotMatch(@"url\(|@import|https?:", page.QuerySelector("style")!.TextContent);
    }

    [Fact]
    public async Task A_page_has_landmarks_and_headings_in_order()
    {
        IHtmlDocument page = await _fixture.PageAsync(Sample.TwoSets());

        Assert.Equal("en", page.DocumentElement.GetAttribute("lang"));
        foreach (string landmark in new[] { "header", "main", "nav[aria-label]", "footer" }) Assert.Single(page.QuerySelectorAll(landmark));
        Assert.Equal("a", page.Body!.FirstElementChild!.LocalName);
        Assert.Equal("#main", page.Body.FirstElementChild.GetAttribute("href"));
        int[] levels = [.. page.QuerySelectorAll("h1, h2, h3, h4, h5, h6").Select(h => h.LocalName[1] - '0')];
        Assert.Equal(1, levels[0]);
        Assert.Single(levels, 1);
        Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.True(pair.Second <= pair.First + 1));
        Assert.All(page.QuerySelectorAll("main > section"), s => Assert.NotNull(page.GetElementById(s.GetAttribute("aria-labelledby")!)));
    }

    [Fact]
    public async Task Every_reference_within_a_page_has_its_one_target()
    {
        IHtmlDocument page = await _fixture.PageAsync(Sample.TwoSets());

        string[] ids = [.. page.QuerySelectorAll("[id]").Select(e => e.Id!)];
        Assert.Equal(ids.Distinct().Count(), ids.Length);
        IEnumerable<string> named = page.QuerySelectorAll("[href]").Select(e => e.GetAttribute("href")![1..])
            .Concat(page.QuerySelectorAll("[aria-labelledby]").SelectMany(e => e.GetAttribute("aria-labelledby")!.Split(' ')));
        Assert.All(named, id => Assert.Contains(id, ids));
    }

    [Fact]
    public async Task Tables_have_captions_and_scopes_and_those_that_scroll_take_the_keyboard()
    {
        IHtmlDocument page = await _fixture.PageAsync(Sample.TwoSets());

        Assert.NotEmpty(page.QuerySelectorAll("table"));
        Assert.All(page.QuerySelectorAll("table"), t => Assert.NotEqual("", t.QuerySelector("caption")!.TextContent.Trim()));
        Assert.All(page.QuerySelectorAll("th"), h => Assert.Contains(h.GetAttribute("scope"), new[] { "col", "row" }));
        Assert.All(page.QuerySelectorAll("tbody tr"), r => Assert.Equal("th", r.FirstElementChild!.LocalName));
        Assert.All(page.QuerySelectorAll("table:not(.month)"), t =>
        {
            IElement box = t.ParentElement!;
            Assert.Equal("0", box.GetAttribute("tabindex"));
            Assert.Equal("region", box.GetAttribute("role"));
            Assert.NotEqual("", box.GetAttribute("aria-label"));
        });
    }

    [Fact]
    public async Task Pictures_have_a_name_a_description_and_a_table_of_their_numbers()
    {
        IHtmlDocument page = await _fixture.PageAsync(Sample.TwoSets());

        IElement[] pictures = [.. page.QuerySelectorAll("svg[role='img']")];
        Assert.Equal(4, pictures.Length);
        Assert.All(pictures, p =>
        {
            Assert.NotEqual("", p.QuerySelector("title")!.TextContent);
            Assert.NotEqual("", p.QuerySelector("desc")!.TextContent);
            Assert.NotNull(p.Ancestors<IElement>().First(a => a.LocalName == "section").QuerySelector("details table[data-table='chart']"));
        });
        Assert.All(page.QuerySelectorAll("svg:not([role]):not(.plot svg)"), s => Assert.Equal("true", s.GetAttribute("aria-hidden")));
        // What a colour says, a symbol and a word say, too.
        Assert.All(page.QuerySelectorAll(".mark"), m => Assert.True(m.QuerySelector("svg use") is not null && m.TextContent.Trim().Length > 0));
        Assert.All(page.QuerySelectorAll("td.bad"), d => Assert.Matches("[×?]", d.QuerySelector("b")!.TextContent));
    }

    [Fact]
    public async Task Hostile_names_are_text()
    {
        EmrBackup backup = ReportObjects.Backup("x", ReportObjects.Now.AddHours(-1)) with
        {
            Name = Hostile, Path = $"/srv/{Hostile}.zst", Pinned = true, PinReason = Hostile, PinnedUntilUtc = ReportObjects.Now.AddDays(1),
        };
        object[] items =
        [
            backup, ReportObjects.Decision(backup) with { Reason = Hostile }, ReportObjects.Run(Hostile, ReportObjects.Now, EmrOutcome.Failed) with { Reason = Hostile },
            ReportObjects.Test(backup, ReportObjects.Now, EmrVerificationLevel.Restore, EmrOutcome.Failed) with { Checks = [new(Hostile, EmrOutcome.Failed, Hostile, TimeSpan.Zero)] },
            ReportObjects.Status(Hostile, backup, EmrOutcome.Failed, Hostile) with { Destination = "/srv", Summary = Hostile },
        ];

        IHtmlDocument page = await _fixture.PageAsync(items, new ReportRequest(_fixture.File) { Title = Hostile, LeftOut = [Hostile] });

        Assert.Empty(page.QuerySelectorAll("img, script"));
        Assert.Single(page.QuerySelectorAll("style"));
        string shown = Hostile.Replace("\u202E", "[U+202E]").Replace("\u202C", "[U+202C]").Replace("\u0007", "[U+0007]").Replace('\ud800', '\uFFFD');
        Assert.Equal(shown, page.QuerySelector("h1 bdi")!.TextContent);
        Assert.Equal(shown, page.QuerySelector("#sets h3 bdi")!.TextContent);
        Assert.Equal(shown, page.QuerySelector("[data-field='failure-reason']")!.TextContent.Split(": ")[0][..shown.Length]);
        Assert.Contains(shown, page.Title, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_objects_and_the_same_clock_give_the_same_bytes_in_every_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        var pages = new List<string>();
        try
        {
            foreach (string culture in new[] { "en-US", "de-DE", "ar-SA", "th-TH", "fa-IR" })
            {
                CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(culture);
                await _fixture.PageAsync(Sample.TwoSets());
                pages.Add(await File.ReadAllTextAsync(_fixture.File));
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = before;
        }

        Assert.All(pages, p => Assert.Equal(pages[0], p));
        Assert.DoesNotMatch(OtherDigits(), pages[0]);
    }

    [Fact]
    public async Task Times_are_UTC_with_the_zone_beside_them_through_the_hour_that_comes_twice()
    {
        DateTimeOffset first = new(2026, 10, 25, 0, 30, 0, TimeSpan.Zero);
        EmrBackup[] backups = [ReportObjects.Backup("chat", first), ReportObjects.Backup("chat", first.AddHours(1)), ReportObjects.Backup("chat", first.AddHours(22).AddMinutes(45))];

        IHtmlDocument page = await _fixture.PageAsync(backups);

        Assert.Equal(
            ["2026-10-25 23:15 UTC 2026-10-26 00:15 at UTC+01:00", "2026-10-25 01:30 UTC 02:30 at UTC+01:00", "2026-10-25 00:30 UTC 02:30 at UTC+02:00"],
            page.Rows("backups", "chat").Select(r => r.FirstElementChild!.TextContent));
        Assert.Equal("2", page.QuerySelector("td[data-day='2026-10-25']")!.GetAttribute("data-kept"));
        Assert.Equal("1", page.QuerySelector("td[data-day='2026-10-26']")!.GetAttribute("data-kept"));
        Assert.Equal($"{TestZone.Berlin.Id} (UTC+01:00 now)", page.QuerySelector("[data-field='zone']")!.TextContent);
    }

    [Fact]
    public async Task In_UTC_times_are_told_once()
    {
        IHtmlDocument page = await _fixture.PageAsync(Sample.TwoSets(), new ReportRequest(_fixture.File) { Zone = TimeZoneInfo.Utc });

        Assert.Empty(page.QuerySelectorAll(".local"));
        Assert.Equal("UTC", page.QuerySelector("[data-field='zone']")!.TextContent);
    }

    [GeneratedRegex("[٠-٩۰-۹]")]
    private static partial Regex OtherDigits();
}
