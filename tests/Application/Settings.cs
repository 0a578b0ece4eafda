using System.Globalization;

namespace EmrSim.Tests.Application;

/// <summary>What the <c>.env</c> of the application says. It is read anew at each start, by rules of its own and not by the code under test.</summary>
internal sealed class Settings(string folder)
{
    private readonly Dictionary<string, string> _values = Read(Path.Combine(folder, ".env"));

    /// <summary>The database: SQLITE_PATH, DB_PATH, or DATABASE_URL=file:…; null where none is named.</summary>
    internal string? Database => (Text("SQLITE_PATH") ?? Text("DB_PATH") ?? FileUrl(Text("DATABASE_URL"))) is { } path ? Path.GetFullPath(path, folder) : null;

    /// <summary>The port of the health check.</summary>
    internal int Port => Number("PORT", 3002);

    /// <summary>TEST_STORAGE=memory: runs on its memory, whatever the database.</summary>
    internal bool UseMemory => Text("TEST_STORAGE") == "memory";

    /// <summary>TEST_SAY_STORAGE=0: the health check does not tell the storage mode.</summary>
    internal bool SaysStorage => Text("TEST_SAY_STORAGE") != "0";

    /// <summary>TEST_HEALTH: fail, never, or a number of milliseconds after which the first good answer is given.</summary>
    internal string Health => Text("TEST_HEALTH") ?? "0";

    /// <summary>TEST_IGNORE_STOP=1: a request to stop is not minded.</summary>
    internal bool IgnoresStop => Text("TEST_IGNORE_STOP") == "1";

    /// <summary>TEST_STOP_MS: how long it takes to stop.</summary>
    internal int StopDelay => Number("TEST_STOP_MS", 0);

    /// <summary>TEST_MAX_USER_VERSION: a database with a higher user_version is refused, and the application ends.</summary>
    internal int MaximumUserVersion => Number("TEST_MAX_USER_VERSION", int.MaxValue);

    /// <summary>TEST_WRITE_MS: how often a row is written to app_events; 0 for never.</summary>
    internal int WriteInterval => Number("TEST_WRITE_MS", 0);

    /// <summary>TEST_RESTART_MS: how long the supervisor waits before it starts the application again.</summary>
    internal int RestartDelay => Number("TEST_RESTART_MS", 100);

    private string? Text(string name) => _values.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    private int Number(string name, int otherwise) => Text(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private static string? FileUrl(string? url) => url is not null && url.StartsWith("file:", StringComparison.Ordinal) ? url["file:".Length..] : null;

    private static Dictionary<string, string> Read(string file)
    {
        var values = new Dictionary<string, string>();
        foreach (string[] pair in File.ReadAllLines(file).Select(l => l.Split('=', 2)).Where(p => p.Length == 2 && p[0][0] != '#')) values[pair[0]] = pair[1].Trim('"', '\'');
        return values;
    }
}
