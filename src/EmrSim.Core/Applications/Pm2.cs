using System.Text.Json;
using EmrSim.Core.Programs;

namespace EmrSim.Core.Applications;

/// <summary>A process of PM2.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Status">What PM2 says of it: online, stopped, errored, launching and the like.</param>
/// <param name="Folder">The folder in which it runs.</param>
/// <param name="Script">What it runs.</param>
internal sealed record Pm2Process(string Name, string Status, string? Folder, string? Script);

/// <summary>PM2, the process manager of Node.js: pm2.keymetrics.io.</summary>
internal static class Pm2
{
    /// <summary>The program.</summary>
    /// <exception cref="EmrSimException">ApplicationServiceNotFound.</exception>
    internal static string Require(SystemHost host) => Find(host) ?? throw new EmrSimException(
        ErrorCode.ApplicationServiceNotFound, "There is no pm2 on this machine, or not in this account's PATH.", "pm2");

    /// <summary>The processes of this account's PM2. None where its daemon does not run: to ask would start it.</summary>
    /// <exception cref="EmrSimException">ApplicationServiceNotFound where there is no pm2, ApplicationCommandFailed.</exception>
    internal static async Task<IReadOnlyList<Pm2Process>> ListAsync(SystemHost host, CancellationToken token)
    {
        string pm2 = Require(host);
        if (!HasDaemon(host)) return [];
        SystemProgram run = await SystemProgram.RunAsync(pm2, ["jlist"], token, failure: ErrorCode.ApplicationCommandFailed).ConfigureAwait(false);
        return run.ExitCode == 0 ? Parse(run.Output) : throw Failed(run.Message, null);
    }

    /// <summary>Reads the list. It holds the environment of every process, secrets too, of which nothing is kept.</summary>
    internal static IReadOnlyList<Pm2Process> Parse(string output)
    {
        // PM2 may print notices before its list, some of them in brackets.
        string? list = output.Split('\n').FirstOrDefault(l => l.StartsWith("[{", StringComparison.Ordinal) || l.Trim() == "[]");
        if (list is null) return output.Trim().Length == 0 || output.TrimStart().StartsWith("[PM2]", StringComparison.Ordinal) ? [] : throw Failed("it gave no list", null);
        try
        {
            using var processes = JsonDocument.Parse(list);
            return [.. processes.RootElement.EnumerateArray().Select(ToProcess)];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw Failed("its list cannot be read", e);
        }
    }

    /// <summary>The program; null where there is none.</summary>
    internal static string? Find(SystemHost host) => OperatingSystem.IsWindows() ? host.Find("pm2.cmd", "pm2.exe") : host.Find("pm2");

    // The daemon keeps its process id there: pm2/paths.js.
    private static bool HasDaemon(SystemHost host) => File.Exists(Path.Combine(
        Environment.GetEnvironmentVariable("PM2_HOME") is { Length: > 0 } given ? given : Path.Combine(host.Home, ".pm2"), "pm2.pid"));

    private static Pm2Process ToProcess(JsonElement process)
    {
        JsonElement environment = process.GetProperty("pm2_env");
        return new Pm2Process(
            process.GetProperty("name").GetString() ?? "", Text(environment, "status") ?? "", Text(environment, "pm_cwd"), Text(environment, "pm_exec_path"));
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static EmrSimException Failed(string why, Exception? inner) => new(ErrorCode.ApplicationCommandFailed, $"pm2 could not be asked for its processes: {why}", "pm2", inner);
}
