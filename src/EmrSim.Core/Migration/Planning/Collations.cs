using EmrSim.Core.Migration.Schema;

namespace EmrSim.Core.Migration.Planning;

/// <summary>Collations of SQLite. Those of an application are known to its own connections only: any other one cannot compare by them.</summary>
internal static class Collations
{
    internal const string Binary = "BINARY";

    /// <summary>Whether it is one of SQLite's own (https://sqlite.org/datatype3.html#collating_sequences).</summary>
    internal static bool IsBuiltIn(string collation) => collation is Binary or "NOCASE" or "RTRIM";

    /// <summary>What follows a value lest it be compared by a collation that nobody knows here.</summary>
    internal static string ByBytesIfForeign(SourceColumn column) => IsBuiltIn(column.Collation) ? "" : $" COLLATE {Binary}";

    /// <summary>Whether an index of a table has a collation of the application's.</summary>
    internal static bool HasForeignIndex(SourceTable table)
    {
        IEnumerable<IReadOnlyList<SourceIndexColumn>> all = [.. table.UniqueKeys.Select(k => k.Columns), .. table.Indexes.Select(i => i.Columns), table.PrimaryKey?.Columns ?? []];
        return all.Any(columns => columns.Any(c => !IsBuiltIn(c.Collation)));
    }
}
