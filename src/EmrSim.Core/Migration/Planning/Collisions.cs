using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Migration.Values;
using EmrSim.Core.Sqlite;
using SQLitePCL;

namespace EmrSim.Core.Migration.Planning;

/// <summary>Finds keys that SQLite tells apart by their storage class alone: 1 from '1', and 'a' from x'61'. Once they are of one type nobody does.</summary>
internal static class Collisions
{
    internal static void Tell(PlanDraft draft, PlannedTable table, IReadOnlyList<SourceIndexColumn> columns, string? where, string what)
    {
        if (columns.Any(c => c.Column is null)) return;
        PlannedColumn[] planned = [.. columns.Select(c => table.Column(c.Column!))];
        PlannedColumn[] mixed = [.. planned.Where(IsMixed).Distinct()];
        if (mixed.Length == 0 || !HaveDoubles(draft.Rows, table, planned, where)) return;
        draft.Findings.Error(
            "KeysCollide",
            table.Name,
            $"Values in {what} differ only by being numbers, texts or bytes, and are equal in PostgreSQL, where {string.Join(", ", mixed.Select(m => $"{m.Name} is {m.Type}"))}.",
            "Change one of each pair, or choose another type with -TypeMap.");
    }

    private static bool HaveDoubles(SourceRows rows, PlannedTable table, IEnumerable<PlannedColumn> columns, string? where)
    {
        try
        {
            return rows.HasDoubles(table.Source, [.. columns.Select(c => Cast(rows, table, c))], where);
        }
        catch (SqliteFault fault) when (fault.Code == raw.SQLITE_ERROR)
        {
            // The condition needs the application. PostgreSQL sees for itself when it makes the index.
            return false;
        }
    }

    private static bool IsMixed(PlannedColumn column)
    {
        long[] classes = [column.Profile.Integers + column.Profile.Reals, column.Profile.Texts, column.Profile.Blobs];
        return classes.Count(c => c > 0) > 1 && (column.IsText || column.Type.Kind == PgKind.Bytea);
    }

    private static string Cast(SourceRows rows, PlannedTable table, PlannedColumn column)
    {
        string name = SourceRows.Name(table.Source, column.Name);
        return (!IsMixed(column) ? name : column.IsText ? $"CAST({name} AS TEXT)" : rows.Bytes(name)) + Collations.ByBytesIfForeign(column.Source);
    }
}
