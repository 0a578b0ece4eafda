using EmrSim.Core.Migration.Values;
using EmrSim.Core.Postgres;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Migration.Copying;

/// <summary>
/// The columns of a table in the order in which both sides are read: those that are copied, then those that PostgreSQL computes. In SQLite the rowid may follow, to name a row
/// that has no key.
/// </summary>
internal sealed class TableColumns
{
    private static readonly string[] s_rowidNames = ["rowid", "_rowid_", "oid"];

    private readonly EmrMigrationTable _table;
    private readonly string? _rowid;

    internal TableColumns(EmrMigrationTable table, EmrMisfitAction onMisfit)
    {
        _table = table;
        All = [.. table.Columns.Where(c => !c.Generated), .. table.Columns.Where(c => c.Generated)];
        Copied = [.. table.Columns.Where(c => !c.Generated).Select(c => Copy(table, c, onMisfit))];
        Key = [.. table.Key.Select(k => All.ToList().FindIndex(c => c.Name.Equals(k, StringComparison.Ordinal)))];
        // A table WITHOUT ROWID has a key; a column may bear one of the rowid's names, which then means the column.
        if (Key.Count == 0) _rowid = s_rowidNames.FirstOrDefault(n => !table.Columns.Any(c => c.Name.Equals(n, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>All columns.</summary>
    internal IReadOnlyList<EmrMigrationColumn> All { get; }

    /// <summary>The first of them: those that are copied.</summary>
    internal IReadOnlyList<CopyColumn> Copied { get; }

    /// <summary>The indexes, among all, of the columns that tell a row from all others; empty where there are none.</summary>
    internal IReadOnlyList<int> Key { get; }

    /// <summary>Reads the table in SQLite.</summary>
    internal string Select => $"SELECT {string.Join(", ", All.Select(c => SqliteDatabase.Quote(c.Name)))}{(_rowid is null ? "" : ", " + _rowid)} FROM {SqliteDatabase.Quote(_table.Name)} NOT INDEXED";

    /// <summary>Writes the table in PostgreSQL.</summary>
    internal string CopyIn => string.Join(
        " ",
        "COPY",
        PostgresNames.Quote(_table.TargetName),
        $"({string.Join(", ", Copied.Select(c => PostgresNames.Quote(c.TargetName)))})",
        // Rows that are frozen at once are never written again for that. A partitioned table takes none such.
        _table.PartitionBy is null ? "FROM STDIN (FORMAT binary, FREEZE)" : "FROM STDIN (FORMAT binary)");

    /// <summary>The current row, for a message.</summary>
    internal string Describe(StatementRow row)
    {
        if (Key.Count > 0) return string.Join(", ", Key.Select(k => $"{All[k].Name}={RowText.Of(row, k)}"));
        return _rowid is null ? "a row" : $"rowid={RowText.Of(row, All.Count)}";
    }

    private static CopyColumn Copy(EmrMigrationTable table, EmrMigrationColumn column, EmrMisfitAction onMisfit)
    {
        PgType type = PgType.Parse(column.TargetType) ?? throw Unknown(table, column);
        return new CopyColumn(
            column.Name, column.TargetName, type, column.Unit, column.Nullable, onMisfit == EmrMisfitAction.Widen, StorageClasses.Of(type.Kind, column.StoredClasses));
    }

    private static EmrSimException Unknown(EmrMigrationTable table, EmrMigrationColumn column) => new(
        ErrorCode.PlanInvalid, $"The plan gives '{table.Name}.{column.Name}' the type '{column.TargetType}', which EmrSim does not know. Make the plan anew with New-EmrMigrationPlan.", table.Name);
}
