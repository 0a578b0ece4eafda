using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using EmrSim.Core.Reporting;
using EmrSim.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace EmrSim.Tests.Reporting.Support;

/// <summary>A folder and the engine of reports, whose clock stands still.</summary>
public sealed class ReportFixture : IDisposable
{
    private readonly FakeTimeProvider _clock = new(ReportObjects.Now);

    public ReportFixture() => _clock.SetLocalTimeZone(TestZone.Berlin);

    public TempFolder Folder { get; } = new();

    public string File => Folder.File("report.html");

    public async Task<IHtmlDocument> PageAsync(IEnumerable<object> items, ReportRequest? request = null)
    {
        ReportResult result = await ExportAsync((request ?? new ReportRequest(File)) with { Items = [.. items], Overwrite = true });
        return Parse(await System.IO.File.ReadAllTextAsync(result.Page.FullName));
    }

    public Task<ReportResult> ExportAsync(ReportRequest request, CancellationToken token = default) =>
        new ReportEngine(LoggerFactory.Create(_ => { }), _clock).ExportAsync(request, token);

    public async Task<EmrSimException> FailAsync(ReportRequest request) => await Assert.ThrowsAsync<EmrSimException>(() => ExportAsync(request));

    /// <summary>Parses as a browser does; errors of the markup are failures.</summary>
    public static IHtmlDocument Parse(string html)
    {
        var errors = new List<string>();
        var parser = new HtmlParser(new HtmlParserOptions { IsStrictMode = false });
        parser.Error += (_, e) => errors.Add(e.ToString() ?? "");
        IHtmlDocument document = parser.ParseDocument(html);
        Assert.Empty(errors);
        return document;
    }

    public void Dispose() => Folder.Dispose();
}
