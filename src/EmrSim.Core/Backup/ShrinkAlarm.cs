using System.Diagnostics;
using System.Globalization;
using EmrSim.Core.Logging;
using EmrSim.Core.Verification;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Backup;

/// <summary>
/// Compares a snapshot with the last good backup of its set. An empty database passes every integrity check, so losing the rows must be
/// noticed by their number.
/// </summary>
internal static class ShrinkAlarm
{
    // Below this many rows a loss of half is everyday life.
    private const long RowsThatMatter = 100;
    private const double LargestLoss = 0.5;
    // Queues and sessions are emptied every day; a table of this share of all rows is not.
    private const double LargeTable = 0.05;

    /// <summary>Fails when all rows or more than half of them are gone, or all rows of a large table.</summary>
    /// <param name="previous">The newest backup of the set that counts as good; null for the first.</param>
    /// <param name="unreadable">Whether the set has manifests that cannot be read.</param>
    /// <param name="tables">Rows per table in the new snapshot.</param>
    /// <param name="accepted">Whether the user said that the loss is meant.</param>
    /// <param name="logger">Is warned of single tables that lost most of their rows.</param>
    internal static CheckResult Check(
        EmrBackup? previous, bool unreadable, IReadOnlyDictionary<string, long> tables, bool accepted, ILogger logger)
    {
        long started = Stopwatch.GetTimestamp();
        if (previous is null)
        {
            return unreadable
                ? CheckResult.Inconclusive(
                    CheckNames.Shrink, ErrorCode.TestInconclusive, "no earlier manifest of this set can be read, so there is nothing to compare with", started)
                : CheckResult.Passed(CheckNames.Shrink, "the first backup of this set", started);
        }

        long rows = tables.Values.Sum(), before = previous.Rows;
        string? emptied = null;
        foreach ((string table, long had) in previous.Tables)
        {
            long has = tables.GetValueOrDefault(table);
            if (!Shrank(had, has)) continue;
            Log.TableShrank(logger, table, previous.SourcePath, has, had);
            if (has == 0 && had >= RowsThatMatter && had >= before * LargeTable) emptied ??= table;
        }

        string detail = string.Create(CultureInfo.InvariantCulture, $"{rows} rows; the last backup had {before}");
        if (emptied is not null) detail += $"; table {emptied} has lost all of its {previous.Tables[emptied].ToString(CultureInfo.InvariantCulture)}";
        if (emptied is null && !Shrank(before, rows)) return CheckResult.Passed(CheckNames.Shrink, detail, started);
        return accepted
            ? CheckResult.Passed(CheckNames.Shrink, detail + " (accepted)", started)
            : CheckResult.Failed(CheckNames.Shrink, ErrorCode.DatabaseShrank, detail, started);
    }

    private static bool Shrank(long before, long now) =>
        before > 0 && (now == 0 || (before >= RowsThatMatter && now < before * LargestLoss));
}
