using System.Globalization;
using System.Text;

namespace EmrSim.Core.Scheduling;

/// <summary>Writes units of systemd: systemd.service(5), systemd.timer(5), systemd.exec(5).</summary>
internal static class SystemdUnits
{
    /// <summary>What the first line of a unit of ours begins with.</summary>
    internal const string Marker = "# EmrSim backup schedule ";

    private static readonly string[] s_temporary = ["/tmp", "/var/tmp"];

    /// <summary>The service.</summary>
    /// <param name="request">The schedule.</param>
    /// <param name="account">The account that it runs as; null in units of a user, which are the user's.</param>
    /// <param name="pwsh">The PowerShell that it runs.</param>
    /// <param name="arguments">Its arguments.</param>
    internal static string Service(ScheduleRequest request, string? account, string pwsh, IReadOnlyList<string> arguments)
    {
        var unit = new StringBuilder();
        Line(unit, $"{Marker}{request.Name}, made by Register-EmrBackupSchedule. Unregister-EmrBackupSchedule removes it.");
        Line(unit, "[Unit]");
        Line(unit, $"Description=EmrSim backup schedule {request.Name}");
        if (account is not null)
        {
            Line(unit, "Wants=network-online.target");
            Line(unit, "After=network-online.target");
        }

        Line(unit, "");
        Line(unit, "[Service]");
        Line(unit, "Type=oneshot");
        // With User= systemd sets HOME, without which PowerShell finds no vault of SecretManagement; so root is named, too.
        if (account is not null) Line(unit, $"User={account}");
        Line(unit, "Environment=POWERSHELL_TELEMETRY_OPTOUT=1 POWERSHELL_UPDATECHECK=Off");
        Line(unit, $"ExecStart={Program(pwsh)} {string.Join(' ', arguments.Select(Argument))}");
        // No Restart=: the script repeats what failed, and only that. A restart would back up again what succeeded; and its start limit, which must reach beyond
        // the last repetition, would refuse the next night's run where a missed one was made up for during the day.
        Line(unit, $"TimeoutStartSec={Seconds(request.TimeLimit)}");
        Line(unit, "NoNewPrivileges=yes");
        // No folder is made read-only: SQLite makes -shm beside a database in WAL mode even to read it, and databases can lie anywhere.
        if (account is not null && !UsesTemporaryFolder(request.Backup)) Line(unit, "PrivateTmp=yes");
        return unit.ToString();
    }

    /// <summary>The timer.</summary>
    internal static string Timer(ScheduleRequest request)
    {
        string at = request.At.ToString("HH:mm", CultureInfo.InvariantCulture);
        var unit = new StringBuilder();
        Line(unit, $"{Marker}{request.Name}, made by Register-EmrBackupSchedule. Unregister-EmrBackupSchedule removes it.");
        Line(unit, "[Unit]");
        Line(unit, $"Description=EmrSim backup schedule {request.Name}, daily at {at}");
        Line(unit, "");
        Line(unit, "[Timer]");
        Line(unit, $"OnCalendar={Calendar(request)}");
        Line(unit, "Persistent=true");
        if (request.RandomDelay > TimeSpan.Zero) Line(unit, $"RandomizedDelaySec={Seconds(request.RandomDelay)}");
        Line(unit, "");
        Line(unit, "[Install]");
        Line(unit, "WantedBy=timers.target");
        return unit.ToString();
    }

    /// <summary>When it runs, as systemd writes it: systemd.time(7).</summary>
    internal static string Calendar(ScheduleRequest request)
    {
        string zone = request.Backup.TimeZone is null ? "" : " " + Zones.ToIana(Zones.Find(request.Backup.TimeZone));
        return $"*-*-* {request.At.ToString("HH:mm:ss", CultureInfo.InvariantCulture)}{zone}";
    }

    // systemd takes no quote and no backslash in the name of a program, only in arguments. Of the name no variable is expanded.
    private static string Program(string path) => path.AsSpan().IndexOfAny("'\"\\") < 0
        ? Quote(path.Replace("%", "%%", StringComparison.Ordinal))
        : "/usr/bin/env " + Argument(path);

    // Quotes and escapes as in C; % begins a specifier and $ a variable unless they are doubled.
    private static string Argument(string argument) =>
        argument.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '/' or '.' or '_')
            ? argument
            : Quote(argument.Replace("%", "%%", StringComparison.Ordinal).Replace("$", "$$", StringComparison.Ordinal));

    private static string Quote(string text)
    {
        PowerShellLiteral.RequireOneLine(text);
        return '"' + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + '"';
    }

    private static bool UsesTemporaryFolder(ScheduledBackup backup) =>
        backup.Sources.Select(s => s.Path).Append(backup.Destination).Append(backup.MirrorTo).Append(backup.WorkPath).Append(backup.LogPath)
            .Concat(backup.Secrets.Select(s => s.File))
            .Any(p => p is not null && s_temporary.Any(t => p == t || p.StartsWith(t + "/", StringComparison.Ordinal)));

    private static string Seconds(TimeSpan time) => ((long)time.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    private static void Line(StringBuilder unit, string line) => unit.Append(line).Append('\n');
}
