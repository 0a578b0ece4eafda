using System.ComponentModel;
using System.Globalization;
using System.Text.RegularExpressions;

namespace EmrSim.Formatting;

/// <summary>What EmrSim.Format.ps1xml calls. Public because formatting runs as script; not for scripts of your own.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static partial class _Format
{
    private static readonly string[] s_units = ["B", "KB", "MB", "GB", "TB", "PB"];

    /// <summary>A length in bytes as a person reads it: <c>431.2 MB</c>.</summary>
    /// <param name="bytes">The length in bytes.</param>
    public static string Length(long bytes)
    {
        double value = bytes;
        int unit = 0;
        while (Math.Abs(value) >= 1024 && unit < s_units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        string digits = unit == 0 ? bytes.ToString(CultureInfo.InvariantCulture) : value.ToString("0.0", CultureInfo.InvariantCulture);
        return $"{digits} {s_units[unit]}";
    }

    /// <summary>A duration as a person reads it: <c>3.2 s</c>, <c>4 min 05 s</c>, <c>2 h 10 min</c>.</summary>
    /// <param name="duration">The duration.</param>
    public static string Duration(TimeSpan duration)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (duration < TimeSpan.FromSeconds(1)) return duration.TotalMilliseconds.ToString("0", culture) + " ms";
        if (duration < TimeSpan.FromMinutes(1)) return duration.TotalSeconds.ToString("0.0", culture) + " s";
        return duration < TimeSpan.FromHours(1)
            ? string.Create(culture, $"{(int)duration.TotalMinutes} min {duration.Seconds:00} s")
            : string.Create(culture, $"{(int)duration.TotalHours} h {duration.Minutes:00} min");
    }

    /// <summary>An instant in the local zone, in a form that sorts: <c>2026-03-01 02:00:04</c>.</summary>
    /// <param name="instant">The instant.</param>
    public static string Time(DateTimeOffset instant) =>
        instant.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>A count with thin grouping: <c>1 000 000</c>.</summary>
    /// <param name="count">The count.</param>
    public static string Count(long count) =>
        count.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', ' ');

    /// <summary>An age in its two largest units: <c>3 d 2 h</c>, <c>3 h 12 min</c>, <c>40 s</c>.</summary>
    /// <param name="age">The age; a negative one lies in the future.</param>
    public static string Age(TimeSpan age)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (age < TimeSpan.Zero) return "-" + Age(age == TimeSpan.MinValue ? TimeSpan.MaxValue : -age);
        if (age < TimeSpan.FromMinutes(1)) return string.Create(culture, $"{age.Seconds} s");
        (int whole, string unit, int rest, string smaller) =
            age >= TimeSpan.FromDays(1) ? (age.Days, "d", age.Hours, "h") :
            age >= TimeSpan.FromHours(1) ? (age.Hours, "h", age.Minutes, "min") : (age.Minutes, "min", 0, "");
        return rest == 0 ? string.Create(culture, $"{whole} {unit}") : string.Create(culture, $"{whole} {unit} {rest} {smaller}");
    }

    /// <summary>What is worth knowing of a run besides its outcome: why it did not pass, else what came of it.</summary>
    /// <param name="entry">The run.</param>
    public static string Run(EmrHistoryEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Reason is { } reason) return Detail(reason);
        string what = entry.Removed is { } removed ? string.Create(CultureInfo.InvariantCulture, $"{removed} removed")
            : entry is { Kind: EmrRunKind.Backup, DatabaseLength: { } length, StoredLength: { } stored } ? $"{Length(length)} stored as {Length(stored)}"
            : entry.Level?.ToString() ?? (entry.StoredLength is { } copied ? $"{Length(copied)} copied" : "done");
        return $"{what} in {Duration(entry.Duration)}";
    }

    /// <summary>Checks in a few words: what is wrong by name, or how many passed.</summary>
    /// <param name="checks">The checks of one test.</param>
    public static string Checks(IReadOnlyList<EmrBackupCheck> checks)
    {
        ArgumentNullException.ThrowIfNull(checks);
        EmrBackupCheck[] open = [.. checks.Where(c => c.Outcome != EmrOutcome.Passed)];
        return open.Length == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{checks.Count} passed")
            : Detail(string.Join("; ", open.Select(c => $"{c.Name} {c.Outcome}: {c.Detail}")));
    }

    /// <summary>Steps in a few words: what went wrong by name, or how many passed.</summary>
    /// <param name="steps">The steps of one restore.</param>
    public static string Steps(IReadOnlyList<EmrRestoreStep> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        EmrRestoreStep[] open = [.. steps.Where(s => s.Outcome != EmrOutcome.Passed)];
        return open.Length == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{steps.Count} passed")
            : Detail(string.Join("; ", open.Select(s => $"{s.Name} {s.Outcome}: {s.Detail}")));
    }

    /// <summary>A check's detail with digests cut to their first digits, as people compare them.</summary>
    /// <param name="detail">The detail.</param>
    public static string Detail(string detail)
    {
        ArgumentNullException.ThrowIfNull(detail);
        return Digest().Replace(detail, "$1…");
    }

    /// <summary>A backup's set, with a mark where the backup is pinned now: <c>app (pinned)</c>.</summary>
    /// <param name="backup">The backup.</param>
    public static string Name(EmrBackup backup)
    {
        ArgumentNullException.ThrowIfNull(backup);
        return backup.IsPinnedAt(TimeProvider.System.GetUtcNow()) ? backup.Name + " (pinned)" : backup.Name;
    }

    /// <summary>The best that is known of a backup: the day on which it was last proved to restore, else how it was verified when it was made.</summary>
    /// <param name="backup">The backup.</param>
    public static string Verified(EmrBackup backup)
    {
        ArgumentNullException.ThrowIfNull(backup);
        return backup.LastProved is { } proved ? "Proved " + Day(proved) : backup.Verification.ToString();
    }

    /// <summary>An instant's local day, or nothing.</summary>
    /// <param name="instant">The instant; null where there is none.</param>
    public static string Day(DateTimeOffset? instant) =>
        instant?.ToLocalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";

    /// <summary>Tiers of a retention policy, the finest first: <c>Daily, Weekly</c>.</summary>
    /// <param name="tiers">The tiers.</param>
    public static string Tiers(IReadOnlyList<EmrRetentionTier> tiers) => string.Join(", ", tiers);

    /// <summary>What a column holds: <c>1 000 text, 2 null</c>.</summary>
    /// <param name="classes">How many values of each storage class.</param>
    public static string Classes(IReadOnlyDictionary<string, long> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        return string.Join(", ", classes.Select(c => $"{Count(c.Value)} {c.Key}"));
    }

    /// <summary>How many findings of each severity: <c>1 Error, 3 Warning</c>.</summary>
    /// <param name="findings">The findings.</param>
    public static string Findings(IReadOnlyList<EmrFinding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        return findings.Count == 0
            ? "none"
            : string.Join(", ", findings.GroupBy(f => f.Severity).OrderByDescending(g => g.Key).Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Count()} {g.Key}")));
    }

    [GeneratedRegex("([0-9a-f]{12})[0-9a-f]{52}")]
    private static partial Regex Digest();
}
