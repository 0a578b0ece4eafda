using System.Globalization;
using System.Text.RegularExpressions;
using EmrSim.Core.Programs;

namespace EmrSim.Core.Scheduling;

/// <summary>Schedules as a service and a timer of systemd.</summary>
/// <param name="host">The machine.</param>
internal sealed partial class SystemdBackend(SchedulerHost host) : ISchedulerBackend
{
    private const string Prefix = "emrsim-";

    /// <inheritdoc/>
    public EmrScheduler Kind => EmrScheduler.Systemd;

    /// <inheritdoc/>
    public string DefaultAccount => host.IsPrivileged ? "root" : host.Account;

    private string[] Scope => host.IsPrivileged ? [] : ["--user"];

    /// <inheritdoc/>
    public (IReadOnlyList<ScheduleFile> Files, IReadOnlyList<string> Commands) Plan(
        ScheduleRequest request, string account, string pwsh, IReadOnlyList<string> arguments)
    {
        string? user = host.IsPrivileged ? account : null;
        string systemctl = string.Join(' ', ["systemctl", .. Scope]);
        return (
            [
                new ScheduleFile(Unit(request.Name, ".service"), SystemdUnits.Service(request, user, pwsh, arguments)),
                new ScheduleFile(Unit(request.Name, ".timer"), SystemdUnits.Timer(request)),
            ],
            [$"{systemctl} daemon-reload", $"{systemctl} enable {Prefix}{request.Name}.timer", $"{systemctl} restart {Prefix}{request.Name}.timer"]);
    }

    /// <inheritdoc/>
    public void RequireAvailable()
    {
        if (host.HasSystemd && host.Find("systemctl") is not null) return;
        throw new EmrSimException(
            ErrorCode.SchedulerFailed, "systemd does not run this machine (there is no /run/systemd/system). Use -As Cron, or -OutFile to write the units for another machine.");
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SchedulerEntry>> ListAsync(CancellationToken token)
    {
        if (!Directory.Exists(host.UnitFolder)) return [];
        var entries = new List<SchedulerEntry>();
        foreach (string path in Directory.GetFiles(host.UnitFolder, Prefix + "*.timer").Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileNameWithoutExtension(path)[Prefix.Length..];
            if (IsOurs(path)) entries.Add(await ReadAsync(name, token).ConfigureAwait(false));
        }

        return entries;
    }

    /// <inheritdoc/>
    public async Task InstallAsync(SchedulePlan plan, CancellationToken token)
    {
        foreach (ScheduleFile file in plan.Files)
        {
            if (File.Exists(file.Path) && !IsOurs(file.Path)) throw ScheduleWriter.Foreign(file.Path);
        }

        var writer = new ScheduleWriter();
        string timer = Prefix + plan.Request.Name + ".timer";
        try
        {
            foreach (ScheduleFile file in plan.Files) writer.Write(file);
            await ControlAsync(token, "daemon-reload").ConfigureAwait(false);
            await ControlAsync(token, "enable", timer).ConfigureAwait(false);
            // A timer that runs already takes a new time only when it is started again.
            await ControlAsync(token, "restart", timer).ConfigureAwait(false);
        }
        catch
        {
            bool isNew = writer.IsNew(plan.Files[^1].Path);
            if (isNew) await TryControlAsync("disable", "--now", timer).ConfigureAwait(false);
            writer.Undo();
            await TryControlAsync("daemon-reload").ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(string name, CancellationToken token)
    {
        string timer = Unit(name, ".timer");
        string service = Unit(name, ".service");
        bool any = false;
        if (IsOurs(timer))
        {
            any = true;
            if (host.HasSystemd) await ControlAsync(token, "disable", "--now", Prefix + name + ".timer").ConfigureAwait(false);
            ScheduleWriter.Remove(timer);
        }

        if (IsOurs(service))
        {
            any = true;
            ScheduleWriter.Remove(service);
        }

        if (any && host.HasSystemd) await ControlAsync(token, "daemon-reload").ConfigureAwait(false);
    }

    private async Task<SchedulerEntry> ReadAsync(string name, CancellationToken token)
    {
        string service = Unit(name, ".service");
        string command = File.Exists(service) ? Command().Match(await File.ReadAllTextAsync(service, token).ConfigureAwait(false)).Groups[1].Value : "";
        string[] files = [.. new[] { service, Unit(name, ".timer") }.Where(File.Exists)];
        if (!host.HasSystemd || host.Find("systemctl") is null) return new SchedulerEntry(name, false, files, command);

        Dictionary<string, string> timer = await ShowAsync(name + ".timer", "ActiveState,LastTriggerUSec,NextElapseUSecRealtime", token).ConfigureAwait(false);
        Dictionary<string, string> run = await ShowAsync(name + ".service", "ActiveState,Result", token).ConfigureAwait(false);
        bool enabled = timer.GetValueOrDefault("ActiveState") == "active";
        DateTimeOffset? last = Time(timer.GetValueOrDefault("LastTriggerUSec"));
        EmrOutcome? result = last is null || run.GetValueOrDefault("ActiveState") is "activating" or null ? null
            : run.GetValueOrDefault("Result") == "success" ? EmrOutcome.Passed : EmrOutcome.Failed;
        return new SchedulerEntry(name, enabled, files, command, last, result)
        {
            NextRunUtc = enabled ? Time(timer.GetValueOrDefault("NextElapseUSecRealtime")) : null,
        };
    }

    private async Task<Dictionary<string, string>> ShowAsync(string unit, string properties, CancellationToken token)
    {
        // In another zone and language times would be written so that nobody can read them back.
        Dictionary<string, string> environment = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "");
        environment["TZ"] = "UTC";
        environment["LC_ALL"] = "C";
        SystemProgram run = await SystemProgram.RunAsync(
            host.Find("systemctl")!, [.. Scope, "show", Prefix + unit, "--property=" + properties], token, environment: environment).ConfigureAwait(false);
        return run.Output.Split('\n').Select(l => l.Split('=', 2)).Where(p => p.Length == 2).ToDictionary(p => p[0], p => p[1].Trim());
    }

    private async Task ControlAsync(CancellationToken token, params string[] arguments) =>
        await SystemProgram.RequireAsync(host.Find("systemctl") ?? "systemctl", [.. Scope, .. arguments], token).ConfigureAwait(false);

    private async Task TryControlAsync(params string[] arguments)
    {
        try
        {
            await SystemProgram.RunAsync(host.Find("systemctl") ?? "systemctl", [.. Scope, .. arguments], CancellationToken.None).ConfigureAwait(false);
        }
        catch (EmrSimException)
        {
            // Undoing goes on with what can be undone.
        }
    }

    private static bool IsOurs(string path) => ScheduleWriter.IsMarked(path, SystemdUnits.Marker);

    /// <summary>Reads <c>Tue 2026-11-24 02:00:00 UTC</c>; systemd leaves empty, or calls n/a, what never was.</summary>
    private static DateTimeOffset? Time(string? text) => DateTimeOffset.TryParseExact(
        text?.Replace(" UTC", "", StringComparison.Ordinal),
        "ddd yyyy-MM-dd HH:mm:ss",
        CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal,
        out DateTimeOffset time) ? time : null;

    private string Unit(string name, string suffix) => Path.Combine(host.UnitFolder, Prefix + name + suffix);

    [GeneratedRegex("^ExecStart=(.*)$", RegexOptions.Multiline)]
    private static partial Regex Command();
}
