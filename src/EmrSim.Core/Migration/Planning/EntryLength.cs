using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Migration.Values;
using EmrSim.Core.Sqlite;
using SQLitePCL;

namespace EmrSim.Core.Migration.Planning;

/// <summary>
/// How long the longest entry of an index may become. PostgreSQL's B-tree takes 2 704 bytes at most, a third of a page (BTMaxItemSize); SQLite's takes any. A long text may
/// still fit because PostgreSQL compresses it, but nobody can say so beforehand.
/// </summary>
internal static class EntryLength
{
    /// <summary>The most bytes of an entry.</summary>
    internal const int Most = 2704;

    // The head of an entry, with the bits for NULLs.
    private const int Head = 16;
    // The head of a value, and what aligns it; a number or a time as a whole.
    private const int PerColumn = 8;
    private const int PerNumber = 16;

    /// <summary>The length of the longest entry where it may be too long; else 0.</summary>
    /// <param name="rows">Asks the source.</param>
    /// <param name="table">The table.</param>
    /// <param name="columns">The columns of the index.</param>
    /// <param name="where">The condition of a partial one, as SQLite has it.</param>
    internal static long TooLong(SourceRows rows, PlannedTable table, IReadOnlyList<SourceIndexColumn> columns, string? where)
    {
        long most = Head + columns.Sum(c => c.Column is { } name ? Longest(table.Column(name)) : LongestOfAny(table));
        // What an expression gives may be longer than what it is given, as that of hex() is.
        if (most <= Most && columns.All(c => c.Column is not null)) return 0;
        try
        {
            long measured = Head + rows.Greatest(table.Source, string.Join(" + ", columns.Select(c => Measure(rows, table, c))), where);
            return measured > Most ? measured : 0;
        }
        catch (SqliteFault fault) when (fault.Code == raw.SQLITE_ERROR)
        {
            // The expression needs the application.
            return most > Most ? most : 0;
        }
    }

    private static long Longest(PlannedColumn column) => IsOfAnyLength(column) ? PerColumn + Bytes(column) : PerNumber;

    private static long LongestOfAny(PlannedTable table) => PerColumn + table.Columns.Max(Bytes);

    private static long Bytes(PlannedColumn column) => Factor(column) * Math.Max(column.Profile.LongestText, column.Profile.LongestBlob);

    private static string Measure(SourceRows rows, PlannedTable table, SourceIndexColumn column)
    {
        string value = column.Column is { } name ? SourceRows.Name(table.Source, name) : $"({column.Expression}\n)";
        int factor = column.Column is null ? 1 : Factor(table.Column(column.Column));
        return $"{PerNumber} + {factor} * ifnull(length({rows.Bytes(value)}), 0)";
    }

    // As jsonb a number of one digit takes a dozen bytes.
    private static int Factor(PlannedColumn column) => column.Type.Kind == PgKind.Jsonb ? 4 : 1;

    private static bool IsOfAnyLength(PlannedColumn column) => column.IsText || column.Type.Kind is PgKind.Bytea or PgKind.Json or PgKind.Jsonb or PgKind.Numeric;
}
