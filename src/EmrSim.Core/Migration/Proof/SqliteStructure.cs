using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Sqlite;
using SQLitePCL;

namespace EmrSim.Core.Migration.Proof;

/// <summary>Reads the structure of a SQLite database for a comparison.</summary>
internal static class SqliteStructure
{
    private static readonly string[] s_rowidNames = ["rowid", "oid", "_rowid_"];

    internal static ComparedSchema Read(SqliteDatabase database)
    {
        SourceSchema schema = SourceSchemaReader.Read(database);
        return new ComparedSchema(
            false,
            [.. schema.Tables.Select(t => Table(database, t))],
            [.. schema.Leftovers.Where(l => l.Kind == "virtual table").Select(l => $"{l.Kind} {l.Name}")]);
    }

    private static ComparedTable Table(SqliteDatabase database, SourceTable table) => new()
    {
        Name = table.Name,
        Columns = [.. table.Columns.Select(c => new ComparedColumn(c.Name, Wire.Sqlite, c.Affinity != SqliteAffinity.Text))],
        Key = Key(table),
        Indexes = [.. Indexes(table)],
        ForeignKeys = [.. table.ForeignKeys.Select(f => new ComparedForeignKey(f.Name ?? "", f.Columns, f.Parent, f.ParentColumns ?? [], f.OnUpdate, f.OnDelete, IsDeferred: f.Deferred))],
        Numbers = table.RowidAlias is null ? [] : [new ComparedNumber(table.RowidAlias, "", table.AutoIncrement ? Next(database, table.Name) : null)],
        Rows = Estimate(database, table),
    };

    // A primary key may hold NULLs, and then not tell rows apart; rows of one key are told apart by their values.
    private static IReadOnlyList<string> Key(SourceTable table)
    {
        SourceKey? key = table.PrimaryKey ?? table.UniqueKeys.FirstOrDefault(k => k.Columns.All(c => c.Column is not null && table.Column(c.Column)!.NotNull));
        return key is null ? [] : [.. key.Columns.Select(c => table.Column(c.Column!)!.Name)];
    }

    private static IEnumerable<ComparedIndex> Indexes(SourceTable table)
    {
        if (table.PrimaryKey is { } primaryKey)
        {
            yield return new ComparedIndex(primaryKey.Name ?? "", true, true, [.. Constrained(primaryKey).Select(c => c with { Fold = "" })], null);
            // To PostgreSQL such a key is two things: a primary key, and a unique index that folds.
            if (Constrained(primaryKey).Any(c => c.Fold.Length > 0)) yield return new ComparedIndex(primaryKey.Name ?? "", false, true, [.. Constrained(primaryKey)], null);
        }

        foreach (SourceKey key in table.UniqueKeys) yield return new ComparedIndex(key.Name ?? "", false, true, [.. Constrained(key)], null);
        foreach (SourceIndex index in table.Indexes)
        {
            yield return new ComparedIndex(index.Name, false, index.Unique, [.. index.Columns.Select(c => Column(table, c))], index.Where);
        }

        // A constraint of PostgreSQL has no directions.
        IEnumerable<ComparedIndexColumn> Constrained(SourceKey key) => key.Columns.Select(c => Column(table, c) with { IsDescending = false });
    }

    private static ComparedIndexColumn Column(SourceTable table, SourceIndexColumn column)
    {
        // lower(x) of SQLite folds the 26 letters too.
        if (column.Column is null && IndexExpression.Lowered(column.Expression!, table.Columns.Select(c => c.Name)) is { } lowered)
        {
            return new ComparedIndexColumn(lowered, null, IndexExpression.Lower, column.Descending);
        }

        string fold = column.Collation switch
        {
            "BINARY" => "",
            "NOCASE" => IndexExpression.Lower,
            "RTRIM" => IndexExpression.RightTrim,
            _ => "collate " + column.Collation,
        };
        // A collation means nothing to what is no text, which is not known of an expression.
        return new ComparedIndexColumn(column.Column, column.Expression, column.Column is null ? "" : fold, column.Descending);
    }

    // The table has at most one row there, and none before the first row ever; it may have been changed by hand.
    private static Int128? Next(SqliteDatabase database, string table)
    {
        string name = table.Replace("'", "''", StringComparison.Ordinal);
        return database.Rows(
            $"SELECT seq FROM main.sqlite_sequence WHERE name = '{name}' ORDER BY seq DESC",
            static s => (Int128?)raw.sqlite3_column_int64(s, 0) + 1).FirstOrDefault();
    }

    private static long Estimate(SqliteDatabase database, SourceTable table)
    {
        // By the ends of the tree; to count its rows would be to read it.
        if (table.WithoutRowid) return 0;
        string? rowid = s_rowidNames.FirstOrDefault(n => table.Column(n) is null);
        if (rowid is null) return 0;
        string from = $"FROM main.{SqliteDatabase.Quote(table.Name)} NOT INDEXED";
        double ends = database.Rows(
            $"SELECT (SELECT max({rowid}) {from}), (SELECT min({rowid}) {from})",
            static s => raw.sqlite3_column_double(s, 0) - raw.sqlite3_column_double(s, 1) + 1).FirstOrDefault();
        return (long)Math.Min(ends, int.MaxValue);
    }
}
