using EmrSim.Core.Migration.Schema.Parsing;
using EmrSim.Core.Sqlite;
using SQLitePCL;

namespace EmrSim.Core.Migration.Schema;

/// <summary>An index that SQLite made for a constraint.</summary>
/// <param name="OfKey">Whether the constraint is the primary key.</param>
/// <param name="Columns">Its columns.</param>
internal sealed record AutomaticIndex(bool OfKey, IReadOnlyList<SourceIndexColumn> Columns);

/// <summary>Reads the indexes of a table.</summary>
internal sealed class IndexReader(SqliteDatabase database, string table, IReadOnlyList<SchemaRow> rows)
{
    // https://sqlite.org/pragma.html#pragma_index_xinfo: the rank of the rowid and of an expression.
    private const int RowidColumn = -1;

    /// <summary>Reads those of CREATE INDEX, by name, and those of constraints, in the order of the constraints.</summary>
    internal IReadOnlyList<SourceIndex> Read(out IReadOnlyList<AutomaticIndex> automatic)
    {
        // Columns of index_list: seq, name, unique, origin (c, u, pk), partial; the newest index comes first.
        List<(string Name, bool Unique, string Origin, bool Partial)> list =
        [
            .. database.Rows($"PRAGMA main.index_list({SqliteDatabase.Quote(table)})", static s => (
                SqliteDatabase.Text(s, 1), raw.sqlite3_column_int(s, 2) != 0, SqliteDatabase.Text(s, 3), raw.sqlite3_column_int(s, 4) != 0)),
        ];
        list.Reverse();
        automatic = [.. list.Where(i => i.Origin != "c").Select(i => new AutomaticIndex(i.Origin == "pk", Columns(i.Name, null)))];
        return [.. list.Where(i => i.Origin == "c").OrderBy(i => i.Name, StringComparer.Ordinal).Select(i => Index(i.Name, i.Unique, i.Partial))];
    }

    private SourceIndex Index(string name, bool unique, bool partial)
    {
        SchemaRow row = rows.First(r => r.Type == "index" && r.Name == name);
        try
        {
            ParsedIndex parsed = IndexParser.Read(row.Sql);
            if (partial != parsed.Where is not null) throw new SqlSyntaxException("SQLite says otherwise whether it is partial");
            return new SourceIndex(name, row.Sql, unique, Columns(name, parsed), parsed.Where);
        }
        catch (SqlSyntaxException e)
        {
            throw SourceSchemaReader.NotReadable(database, row, e.Message, e);
        }
    }

    private List<SourceIndexColumn> Columns(string index, ParsedIndex? parsed)
    {
        // Columns of index_xinfo: seqno, cid, name (NULL for an expression and the rowid), desc, coll, key.
        List<(int Rank, string Name, bool Descending, string Collation)> key =
        [
            .. database.Rows($"PRAGMA main.index_xinfo({SqliteDatabase.Quote(index)})", static s => (
                    Key: raw.sqlite3_column_int(s, 5) != 0,
                    Column: (raw.sqlite3_column_int(s, 1), SqliteDatabase.Text(s, 2), raw.sqlite3_column_int(s, 3) != 0, SqliteDatabase.Text(s, 4))))
                .Where(c => c.Key).Select(c => c.Column),
        ];
        if (parsed is not null && parsed.Terms.Count != key.Count) throw new SqlSyntaxException("SQLite lists another number of columns");
        var columns = new List<SourceIndexColumn>();
        for (int i = 0; i < key.Count; i++)
        {
            (int rank, string name, bool descending, string collation) = key[i];
            string? expression = rank >= 0 ? null : parsed?.Terms[i].Sql ?? (rank == RowidColumn ? "rowid" : throw new SqlSyntaxException("it has no SQL"));
            columns.Add(new SourceIndexColumn(rank >= 0 ? name : null, expression, collation.ToUpperInvariant(), descending));
        }

        return columns;
    }
}
