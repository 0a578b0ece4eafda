using System.Globalization;
using EmrSim.Core.Migration.Values;

namespace EmrSim.Core.Migration.Planning;

/// <summary>Says where a table goes beyond what PostgreSQL can hold (https://www.postgresql.org/docs/current/limits.html).</summary>
internal static class LimitFindings
{
    private const int MostColumns = 1600;
    // A page of 8 192 bytes less its head, less a row's head and the bits for NULLs.
    private const int PageRoom = 8160;
    private const int RowHead = 24;
    // A value that was moved out of its row leaves a pointer behind, and shorter ones stay.
    private const int Pointer = 18;
    private const int Number = 8;
    private const long Field = 1L << 30;
    private const int FieldHead = 1024;

    internal static void Tell(PlannedTable table, FindingList findings)
    {
        if (table.Columns.Count > MostColumns)
        {
            findings.Error(
                "TooManyColumns",
                table.Name,
                string.Create(CultureInfo.InvariantCulture, $"It has {table.Columns.Count} columns; PostgreSQL allows {MostColumns}."),
                "Split the table, or gather rarely used columns in one of JSON.");
        }

        long width = RowHead + (table.Columns.Count / 8) + table.Columns.Sum(Width);
        if (width > PageRoom && table.Profile.Rows > 0)
        {
            findings.Warn(
                "RowMayBeTooWide",
                table.Name,
                string.Create(CultureInfo.InvariantCulture, $"A row with the longest value in each column would take {width} bytes of a page; PostgreSQL has {PageRoom}, and refuses a row that needs more."),
                "If a row is refused, split the table, or gather columns in one of JSON.");
        }

        foreach (PlannedColumn column in table.Columns.Where(c => Math.Max(c.Profile.LongestText, c.Profile.LongestBlob) > Field - FieldHead))
        {
            findings.Error("ValueTooLarge", $"{table.Name}.{column.Name}", "It has a value of 1 GB or more; PostgreSQL stores none of that size.", "Split the value, or move it into a file.");
        }

        if (table.Columns.Sum(c => Math.Max(c.Profile.LongestText, c.Profile.LongestBlob)) > Field - FieldHead)
        {
            findings.Warn("RowMayBeTooLarge", table.Name, "A row with the longest value in each column would have 1 GB or more, which PostgreSQL refuses.", "If a row is refused, split its values.");
        }
    }

    private static long Width(PlannedColumn column) => column.Type.Kind switch
    {
        PgKind.Text or PgKind.Varchar or PgKind.Char or PgKind.Bytea or PgKind.Json or PgKind.Jsonb or PgKind.Numeric =>
            Math.Min(Pointer, 1 + Math.Max(column.Profile.LongestText, column.Profile.LongestBlob)),
        PgKind.Boolean => 1,
        PgKind.Uuid => 2 * Number,
        _ => Number,
    };
}
