using System.Globalization;
using EmrSim.Core.Migration.Values;

namespace EmrSim.Core.Migration.Planning;

/// <summary>
/// Writes the partitions of a table: one for each period from the first that has rows to the last, some that are yet to come, and one for all else, so that no row is ever
/// refused. Periods are those of UTC.
/// </summary>
internal sealed class PartitionWriter(PlanDraft draft, PlannedTable table)
{
    private const int Ahead = 3;
    // Planning a query takes longer with each partition; a thousand are planned in some milliseconds.
    private const int Most = 1000;

    internal void Write()
    {
        if (table.Partition is not { } rule) return;
        if (TimeRange.Of(draft.Rows, table, rule.Column) is { } range) WritePeriods(rule, rule.Period.Begin(range.First), rule.Period.Begin(range.Last));
        else TellOfNothing(rule);
        string name = draft.Names.Relations.TakeDerived(table.TargetName, "_default");
        draft.Add(EmrDdlPhase.Table, name, $"CREATE TABLE {PlanDraft.Quote(name)} PARTITION OF {PlanDraft.Quote(table.TargetName)} DEFAULT");
    }

    private void WritePeriods(PartitionRule rule, DateOnly first, DateOnly last)
    {
        int count = rule.Period.Count(first, last);
        if (count > Most)
        {
            draft.Findings.Error(
                "PartitionRefused",
                table.Name,
                string.Create(CultureInfo.InvariantCulture, $"From {first:yyyy-MM-dd} to {last:yyyy-MM-dd} there would be {count} partitions; more than {Most} make every query slow."),
                "Choose a longer period, or correct the rows at the ends.");
            return;
        }

        DateOnly? begin = first;
        for (int i = 0; i < count + Ahead && begin is { } from && rule.Period.Next(from) is { } to; i++, begin = to) Write(rule, from, to);
    }

    private void Write(PartitionRule rule, DateOnly from, DateOnly to)
    {
        string name = draft.Names.Relations.TakeDerived(table.TargetName, rule.Period.Suffix(from));
        draft.Add(
            EmrDdlPhase.Table,
            name,
            $"CREATE TABLE {PlanDraft.Quote(name)} PARTITION OF {PlanDraft.Quote(table.TargetName)} FOR VALUES FROM ('{Bound(rule, from)}') TO ('{Bound(rule, to)}')");
    }

    // With its zone, lest it be read in that of whoever runs the statement.
    private static string Bound(PartitionRule rule, DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + rule.Column.Type.Kind switch
    {
        PgKind.TimestampTz => " 00:00:00+00",
        PgKind.Timestamp => " 00:00:00",
        _ => "",
    };

    private void TellOfNothing(PartitionRule rule) => draft.Findings.Warn(
        "NoPartitionsYet",
        table.Name,
        $"The table has no rows, so nobody can say for which {rule.Period.ToString().ToLowerInvariant()}s it needs partitions; it gets one for all rows.",
        "Make partitions before it grows.");
}
