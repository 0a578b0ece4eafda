using EmrSim.Tests.Support;
using Microsoft.Playwright;

namespace EmrSim.Tests.Reporting.Support;

/// <summary>A real browser, one for all tests of a class, started when the first of them needs it.</summary>
public sealed class Chromium : IAsyncDisposable
{
    // Where browsers of this family are on systems that have them under other names, or not on the path.
    private static readonly string[] s_programs =
    [
        "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        @"C:\Program Files\Google\Chrome\Application\chrome.exe", @"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Opens a page as a reader would, and keeps what the browser complains of and asks the network for.</summary>
    public async Task<OpenPage> OpenAsync(string file, int width, ColorScheme scheme = ColorScheme.Light)
    {
        _browser ??= await LaunchAsync(Array.Find(s_programs, File.Exists) ?? ExternalTool.Require("chromium"));
        return await OpenPage.OpenAsync(_browser, file, width, scheme);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    private async Task<IBrowser> LaunchAsync(string program)
    {
        _playwright = await Playwright.CreateAsync();
        return await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = program,
            // Chromium's sandbox does not run for root.
            ChromiumSandbox = OperatingSystem.IsLinux() && Environment.UserName == "root" ? false : null,
            Args = ["--disable-gpu", "--disable-dev-shm-usage"],
        });
    }
}

/// <summary>A page in a browser of its own.</summary>
public sealed class OpenPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;

    private OpenPage(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.Console += (_, message) => Complaints.Add($"{message.Type}: {message.Text}");
        page.PageError += (_, error) => Complaints.Add(error);
        page.Request += (_, request) => Requests.Add(request.Url);
    }

    public IPage Page { get; }

    /// <summary>Everything on the console: errors, and what the content security policy forbade.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>Every address that was asked for, the page's own first.</summary>
    public List<string> Requests { get; } = [];

    internal static async Task<OpenPage> OpenAsync(IBrowser browser, string file, int width, ColorScheme scheme)
    {
        IBrowserContext context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 800 },
            ColorScheme = scheme,
        });
        var open = new OpenPage(context, await context.NewPageAsync());
        await open.Page.GotoAsync(new Uri(file).AbsoluteUri);
        return open;
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
