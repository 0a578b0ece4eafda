using System.Globalization;

namespace EmrSim.Core.Scheduling;

/// <summary>Writes and reads what cron is given: crontab(5).</summary>
internal static class CronTable
{
    /// <summary>What the line before a line of ours begins with; a file of ours, too.</summary>
    internal const string Marker = "# EmrSim backup schedule ";

    private const string SecondsToKill = "60";

    /// <summary>The line of comment that names a schedule.</summary>
    internal static string Comment(string name) => $"{Marker}{name}, made by Register-EmrBackupSchedule. Unregister-EmrBackupSchedule removes it.";

    /// <summary>
    /// The command: stdout is thrown away, so that cron sends mail only when there are errors. A script that was ended from outside said nothing itself,
    /// and cron keeps no record; so the shell says it, to whom cron mails and to the system's log.
    /// </summary>
    internal static string Command(ScheduleRequest request, string pwsh, IReadOnlyList<string> arguments)
    {
        string seconds = ((long)request.TimeLimit.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        // macOS has no timeout(1). 124 is its word for a limit that was reached, 128 and more that a signal ended the script: one that hung, or that took too much memory.
        string limit = OperatingSystem.IsMacOS() ? "" : $"timeout -k {SecondsToKill} {seconds} ";
        string run = $"{limit}{Word(pwsh)} {string.Join(' ', arguments.Select(Word))} >/dev/null";
        string said = $"\"EmrSim schedule {request.Name} was ended, exit code $c (124: it took longer than {seconds} s)\"";
        return $"{run}; c=$?; [ $c -le 1 ] || {{ m={said}; echo \"$m\" >&2; logger -t emrsim -p user.err \"$m\" 2>/dev/null; }}; exit $c";
    }

    /// <summary>The line of a job.</summary>
    /// <param name="request">The schedule.</param>
    /// <param name="account">The account, in crontabs of the system; null in those of a user.</param>
    /// <param name="command">The command.</param>
    internal static string Line(ScheduleRequest request, string? account, string command)
    {
        PowerShellLiteral.RequireOneLine(command);
        string user = account is null ? "" : account + " ";
        // An unescaped % ends the command and begins its input, even between quotes.
        return string.Create(
            CultureInfo.InvariantCulture, $"{request.At.Minute} {request.At.Hour} * * * {user}{command.Replace("%", "\\%", StringComparison.Ordinal)}");
    }

    /// <summary>A file for /etc/cron.d.</summary>
    internal static string File(ScheduleRequest request, string account, string command) => $"""
        {Comment(request.Name)}
        SHELL=/bin/sh
        PATH={SchedulerHost.JobPath}
        POWERSHELL_TELEMETRY_OPTOUT=1
        POWERSHELL_UPDATECHECK=Off
        {Line(request, account, command)}

        """.ReplaceLineEndings("\n");

    /// <summary>A user's crontab with a schedule's lines in it, in the place of older ones; all other lines stay as they are.</summary>
    internal static string With(string table, string name, string line) =>
        Ended(Without(table, name)) + Comment(name) + "\n" + line + "\n";

    /// <summary>A user's crontab without a schedule's lines.</summary>
    internal static string Without(string table, string name)
    {
        List<string> lines = [.. table.Split('\n')];
        while (Find(lines, name) is var at and >= 0)
        {
            lines.RemoveAt(at);
            // Where somebody has put something else between the two lines, it is theirs and stays.
            if (at < lines.Count && IsJob(lines[at], name)) lines.RemoveAt(at);
        }

        return string.Join('\n', lines);
    }

    /// <summary>The schedules in a user's crontab, and the line of each; one that is commented out is not enabled.</summary>
    internal static IEnumerable<(string Name, bool Enabled, string Line)> Read(string table)
    {
        string[] lines = table.Split('\n');
        for (int i = 0; i < lines.Length - 1; i++)
        {
            if (!lines[i].StartsWith(Marker, StringComparison.Ordinal)) continue;
            string name = lines[i][Marker.Length..].Split(',')[0];
            string line = lines[i + 1].TrimStart();
            if (IsJob(line, name)) yield return (name, !line.StartsWith('#'), line.TrimStart('#', ' '));
        }
    }

    private static int Find(List<string> lines, string name) => lines.FindIndex(l => l.StartsWith($"{Marker}{name},", StringComparison.Ordinal));

    private static bool IsJob(string line, string name) => line.Contains($"/{name}.ps1", StringComparison.Ordinal);

    private static string Ended(string table) => table.Length == 0 || table.EndsWith('\n') ? table : table + "\n";

    // A word of the shell in which nothing is expanded.
    private static string Word(string text) =>
        text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '/' or '.' or '_') ? text : "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
