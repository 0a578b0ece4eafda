using EmrSim.Core.Migration.Schema.Parsing;
using EmrSim.Core.Sqlite;
using SQLitePCL;

namespace EmrSim.Core.Migration.Schema;

/// <summary>
/// Reads a schema: from SQLite's pragmas what they tell, and from the statements the rest: CHECKs, expressions, names of constraints, ON CONFLICT,
/// DEFERRABLE. Temporary tables and attached databases are no part of it.
/// </summary>
internal static class SourceSchemaReader
{
    /// <summary>Reads the schema of a database's main file.</summary>
    /// <exception cref="EmrSimException">SchemaNotUtf8, SchemaNotReadable.</exception>
    internal static SourceSchema Read(SqliteDatabase database)
    {
        IReadOnlyList<SchemaRow> rows = SchemaRow.ReadAll(database);
        IReadOnlyList<TableFact> facts = TableFact.ReadAll(database);
        Dictionary<string, string> shadows = ShadowTables.Of(rows, facts);
        var tables = new List<SourceTable>();
        var leftovers = new List<SourceLeftover>();
        foreach (SchemaRow row in rows.Where(r => r.Type == "table"))
        {
            TableFact fact = facts.FirstOrDefault(f => f.Name == row.Name) ?? throw NotReadable(database, row, "SQLite does not list it");
            // sqlite_sequence is carried: it is where the numbers of AUTOINCREMENT go on.
            if (row.Name.Equals("sqlite_sequence", StringComparison.OrdinalIgnoreCase)) continue;
            string? kind = row.Name.StartsWith("sqlite_", StringComparison.OrdinalIgnoreCase) ? "statistics"
                : fact.Type == "virtual" ? "virtual table"
                : shadows.ContainsKey(row.Name) ? "shadow table"
                : null;
            if (kind is not null) leftovers.Add(new SourceLeftover(kind, row.Name, shadows.GetValueOrDefault(row.Name, row.Name), row.Sql));
            else tables.Add(ReadTable(database, row, fact, rows));
        }

        leftovers.AddRange(rows.Where(r => r.Type == "trigger").Select(r => new SourceLeftover("trigger", r.Name, r.Table, r.Sql)));
        return new SourceSchema(
            ForeignKeyTargets.Resolve(tables),
            [.. rows.Where(r => r.Type == "view").Select(r => new SourceView(r.Name, r.Sql))],
            leftovers);
    }

    /// <summary>The error for a statement that SQLite took and that is not understood here.</summary>
    internal static EmrSimException NotReadable(SqliteDatabase database, SchemaRow row, string why, Exception? inner = null) => new(
        ErrorCode.SchemaNotReadable,
        $"The definition of the {row.Type} '{row.Name}' in {database.Path} cannot be read: {why}. Its SQL is: {row.Sql}",
        database.Path,
        inner);

    private static SourceTable ReadTable(SqliteDatabase database, SchemaRow row, TableFact fact, IReadOnlyList<SchemaRow> rows)
    {
        try
        {
            return new TableReader(database, row, fact, rows).Read();
        }
        catch (SqlSyntaxException e)
        {
            throw NotReadable(database, row, e.Message, e);
        }
    }
}

/// <summary>What PRAGMA table_list says of a table.</summary>
internal sealed record TableFact(string Name, string Type, bool WithoutRowid, bool Strict)
{
    internal static IReadOnlyList<TableFact> ReadAll(SqliteDatabase database) =>
    [
        // Not from pragma_table_list, which a table of that name would hide. Columns: schema, name, type, ncol, wr, strict.
        .. database.Rows("PRAGMA main.table_list", static s => new TableFact(
            SqliteDatabase.Text(s, 1), SqliteDatabase.Text(s, 2), raw.sqlite3_column_int(s, 4) != 0, raw.sqlite3_column_int(s, 5) != 0)),
    ];
}
