using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EmrSim.Tests.Support;

/// <summary>The application of tests/Application in a folder of its own, with a database, an <c>.env</c> and a port.</summary>
public sealed class TestApplication : IDisposable
{
    static TestApplication() => Environment.SetEnvironmentVariable("EMRSIM_TEST_OWNER", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));

    /// <summary>Makes one that does not run yet.</summary>
    /// <param name="root">Its folder.</param>
    /// <param name="database">Its database, which may be missing.</param>
    /// <param name="settings">Further lines of its <c>.env</c>; tests/Application/Settings.cs says which there are.</param>
    public TestApplication(string root, string database, params string[] settings)
    {
        Root = Directory.CreateDirectory(root).FullName;
        Database = database;
        Port = FreePort.Take();
        Configure(settings);
    }

    public string Root { get; }

    public string Database { get; }

    public int Port { get; }

    public Uri HealthUrl => new($"http://localhost:{Port}/api/health");

    /// <summary>The program.</summary>
    public static string Program { get; } = Find();

    /// <summary>Commands in a shell's language.</summary>
    public string Shell(string verb) => $"'{Program}' {verb} '{Root.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>Commands in PowerShell.</summary>
    public string PowerShell(string verb) => $"& '{Program}' {verb} '{Root.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>Writes its <c>.env</c> anew; it is read at the next start.</summary>
    public void Configure(params string[] settings) =>
        File.WriteAllLines(Path.Combine(Root, ".env"), [$"SQLITE_PATH={Database}", $"PORT={Port}", .. settings]);

    /// <summary>Starts it, and returns when it is there.</summary>
    public void Start() => Run("start");

    /// <summary>Starts it under a watchdog.</summary>
    public void StartSupervised()
    {
        Run("start-supervised");
        Wait.Until(() => ProcessId is not null, "the supervisor starts the application");
    }

    /// <summary>Asks it to stop; its watchdog is left alone.</summary>
    public void Stop() => Run("stop");

    /// <summary>The id that it wrote when it started; null where it never did.</summary>
    public int? ProcessId => File.Exists(Path.Combine(Root, "app.pid"))
        ? int.Parse(File.ReadAllText(Path.Combine(Root, "app.pid")), CultureInfo.InvariantCulture) : null;

    /// <summary>Whether an address answers with a status of success.</summary>
    public static bool IsHealthy(Uri url)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using HttpResponseMessage answer = client.Send(new HttpRequestMessage(HttpMethod.Get, url));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    /// <summary>Whether anybody takes connections at an address.</summary>
    public static bool Listens(Uri url)
    {
        using var client = new TcpClient();
        try
        {
            client.Connect(IPAddress.Loopback, url.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Dispose() => Run("kill");

    private void Run(string verb) => ExternalTool.Run(Program, [verb, Root]);

    private static string Find()
    {
        // Built as the test program is, for this system or, to be run by Wine, for another.
        string configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string name = OperatingSystem.IsWindows() ? "emrsim-test-app.exe" : "emrsim-test-app";
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "bin", "EmrSim.Tests.Application", configuration, name);
            if (File.Exists(path)) return path;
        }

        throw new FileNotFoundException("Build tests/Application in the Release configuration first.");
    }
}
