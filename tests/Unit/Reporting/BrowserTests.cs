using System.Text.Json;
using EmrSim.Core.Reporting;
using EmrSim.Tests.Reporting.Support;
using EmrSim.Tests.Support;
using Microsoft.Playwright;

namespace EmrSim.Tests.Reporting;

/// <summary>The page in a real Chromium.</summary>
[NotUnderWine("Chromium is of Linux here")]
public sealed class BrowserTests(Chromium chromium) : IClassFixture<Chromium>, IDisposable
{
    private const double LeastContrast = 4.5;

    private static readonly string s_longName = new('W', 300);

    private readonly ReportFixture _fixture = new();

    public static MatrixTheoryData<int, string> Pages { get; } = new([360, 768, 1600], ["TwoSets", "Hostile", "Empty", "ManyYears"]);

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_renders_without_overflow_complaint_or_request(int width, string content)
    {
        await _fixture.PageAsync(Items(content), new ReportRequest(_fixture.File) { Title = content == "Hostile" ? s_longName : null });

        await using OpenPage open = await chromium.OpenAsync(_fixture.File, width);

        Assert.True(await open.Page.Locator("h1").IsVisibleAsync());
        Assert.True((await open.Page.Locator("#verdict").BoundingBoxAsync())!.Height > 20);
        Assert.Equal("", await open.Page.EvaluateAsync<string>(PageScripts.Overflowing));
        await open.Page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");
        Assert.Equal("", await open.Page.EvaluateAsync<string>(PageScripts.Overflowing));
        Assert.Empty(open.Complaints);
        Assert.Equal([new Uri(_fixture.File).AbsoluteUri], open.Requests);
    }

    [Theory]
    [InlineData(ColorScheme.Light, 360)]
    [InlineData(ColorScheme.Light, 1600)]
    [InlineData(ColorScheme.Dark, 360)]
    [InlineData(ColorScheme.Dark, 1600)]
    public async Task Text_stands_out_from_its_background(ColorScheme scheme, int width)
    {
        await _fixture.PageAsync([.. Sample.TwoSets(), ReportObjects.Backup("old", ReportObjects.Now.AddDays(-900)), ReportObjects.Backup("old", ReportObjects.Now)]);
        await using OpenPage open = await chromium.OpenAsync(_fixture.File, width, scheme);
        await open.Page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");

        JsonElement[] texts = [.. (await open.Page.EvaluateAsync<JsonElement>(PageScripts.Contrasts)).EnumerateArray()];

        Assert.True(texts.Length > 1000);
        Assert.All(texts, t => Assert.True(t.GetProperty("ratio").GetDouble() >= LeastContrast, t.ToString()));
        // The scheme has really changed: white would stand out from white at 1:1 only.
        string page = await open.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
        Assert.Equal(scheme == ColorScheme.Dark ? "rgb(17, 20, 23)" : "rgb(246, 247, 248)", page);
    }

    [Fact]
    public async Task The_measure_of_contrast_finds_pale_text()
    {
        await _fixture.PageAsync(Sample.TwoSets());
        await using OpenPage open = await chromium.OpenAsync(_fixture.File, 1600);
        await open.Page.EvaluateAsync("document.querySelector('h2#sets-heading').style.color = '#999'");

        JsonElement[] texts = [.. (await open.Page.EvaluateAsync<JsonElement>(PageScripts.Contrasts)).EnumerateArray()];

        Assert.Equal("Sets", Assert.Single(texts, t => t.GetProperty("ratio").GetDouble() < LeastContrast).GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("document.querySelector('h1').style.width = '500px'", "h1")]
    [InlineData("document.querySelector('.month').style.width = '500px'", "table.month")]
    [InlineData("document.querySelector('.card').style.whiteSpace = 'nowrap'", "cut: article")]
    public async Task The_measure_of_overflow_finds_what_is_too_wide(string script, string finding)
    {
        await _fixture.PageAsync(Sample.TwoSets());
        await using OpenPage open = await chromium.OpenAsync(_fixture.File, 360);

        await open.Page.EvaluateAsync(script);

        Assert.Contains(finding, await open.Page.EvaluateAsync<string>(PageScripts.Overflowing), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_policy_of_the_page_forbids_scripts_and_the_network()
    {
        await _fixture.PageAsync(Sample.TwoSets());
        await using OpenPage open = await chromium.OpenAsync(_fixture.File, 360);

        await open.Page.EvaluateAsync(
            "() => { const i = document.createElement('img'); i.src = 'http://localhost:9/x.png'; document.body.append(i);" +
            " const s = document.createElement('script'); s.textContent = 'window.evil = 1'; document.body.append(s); }");

        // The console's messages come in order: when this one is there, so are those before it.
        await open.Page.RunAndWaitForConsoleMessageAsync(
            () => open.Page.EvaluateAsync("console.log('done')"), new PageRunAndWaitForConsoleMessageOptions { Predicate = m => m.Text == "done" });
        Assert.Equal(2, open.Complaints.Count(c => c.Contains("Content Security Policy", StringComparison.Ordinal)));
        Assert.True(await open.Page.EvaluateAsync<bool>("window.evil === undefined"));
    }

    [Fact]
    public async Task The_keyboard_reaches_the_skip_link_the_sections_and_what_scrolls()
    {
        await _fixture.PageAsync(Sample.TwoSets());
        await using OpenPage open = await chromium.OpenAsync(_fixture.File, 360);

        await open.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("skip", await Focused(open, "className"));
        Assert.True((await open.Page.Locator(".skip").BoundingBoxAsync())!.X >= 0);
        Assert.NotEqual("none", await open.Page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle"));
        await open.Page.Keyboard.PressAsync("Enter");
        Assert.Equal("main", await Focused(open, "id"));

        var reached = new List<string>();
        for (int i = 0; i < 60; i++)
        {
            await open.Page.Keyboard.PressAsync("Tab");
            reached.Add(await open.Page.EvaluateAsync<string>(
                "(e => e.getAttribute('aria-label') ?? e.getAttribute('href') ?? e.localName)(document.activeElement)"));
            Assert.True(await open.Page.EvaluateAsync<bool>("document.activeElement === document.body || getComputedStyle(document.activeElement).outlineStyle !== 'none'"));
        }

        foreach (string stop in new[] { "#set-1", "#sets", "#backups", "summary", "Table of restore drills", "Table of backups of chat" }) Assert.Contains(stop, reached);
    }

    [Fact]
    public async Task A_wide_table_scrolls_by_the_arrow_keys()
    {
        await _fixture.PageAsync(Sample.TwoSets());
        await using OpenPage open = await chromium.OpenAsync(_fixture.File, 360);
        ILocator box = open.Page.Locator("[aria-label='Table of backups of chat']");

        await box.FocusAsync();
        await open.Page.Keyboard.PressAsync("ArrowRight");

        // Not WaitForFunction: it polls by eval, which the page's own policy forbids.
        for (int i = 0; i < 200 && !await open.Page.EvaluateAsync<bool>("document.activeElement.scrollLeft > 0"); i++) await Task.Delay(25);
        Assert.True(await open.Page.EvaluateAsync<bool>("document.activeElement.scrollLeft > 0"));
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task On_paper_it_is_dark_on_white_without_boxes_that_scroll(ColorScheme scheme)
    {
        await _fixture.PageAsync(Sample.TwoSets());
        await using OpenPage open = await chromium.OpenAsync(_fixture.File, 700, scheme);

        await open.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print, ColorScheme = scheme });

        Assert.Equal("rgb(255, 255, 255)", await open.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        Assert.False(await open.Page.Locator("nav").IsVisibleAsync());
        Assert.Equal("", await open.Page.EvaluateAsync<string>(PageScripts.Overflowing));
        Assert.All(
            (await open.Page.EvaluateAsync<JsonElement>(PageScripts.Contrasts)).EnumerateArray(),
            t => Assert.True(t.GetProperty("ratio").GetDouble() >= LeastContrast, t.ToString()));
        byte[] pdf = await open.Page.PdfAsync(new PagePdfOptions { Format = "A4" });
        Assert.Equal("%PDF"u8.ToArray(), pdf[..4]);
        Assert.True(pdf.Length > 50_000);
    }

    private static IEnumerable<object> Items(string content) => content switch
    {
        "TwoSets" => Sample.TwoSets(),
        "Hostile" => Hostile(),
        "ManyYears" => Enumerable.Range(0, 3000).Select(i => ReportObjects.Backup("chat", ReportObjects.Now.AddDays(-i), 1_000_000_000_000L + i)),
        _ => [],
    };

    private static IEnumerable<object> Hostile()
    {
        foreach (string name in new[] { "<img src=x onerror=fetch('http://localhost:9/')>", s_longName, "\u202Eevil שלום עולם", "a\"'`</style><script>alert(1)</script>" })
        {
            EmrBackup backup = ReportObjects.Backup("x", ReportObjects.Now.AddHours(-1)) with { Name = name, Path = $"{ReportObjects.Store}/{name}.zst", Id = Guid.NewGuid() };
            yield return backup;
            yield return ReportObjects.Decision(backup) with { Reason = name };
            yield return ReportObjects.Run(name, ReportObjects.Now, EmrOutcome.Failed) with { Reason = name };
            yield return ReportObjects.Test(backup, ReportObjects.Now, EmrVerificationLevel.Restore, EmrOutcome.Failed);
        }
    }

    private static Task<string> Focused(OpenPage open, string property) => open.Page.EvaluateAsync<string>($"document.activeElement.{property}");
}
