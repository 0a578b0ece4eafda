using EmrSim.Core.Migration.Schema.Parsing;
using EmrSim.Core.Sqlite;
using SQLitePCL;

namespace EmrSim.Core.Migration.Schema;

/// <summary>Reads the foreign keys of a table.</summary>
internal static class ForeignKeyReader
{
    /// <summary>In the order of their declaration; those that name no columns of the parent have none yet.</summary>
    internal static IReadOnlyList<SourceForeignKey> Read(SqliteDatabase database, string table, ParsedTable parsed)
    {
        // Columns of foreign_key_list: id, seq, table, from, to (NULL where no column is named), on_update, on_delete, match.
        var keys = database.Rows($"PRAGMA main.foreign_key_list({SqliteDatabase.Quote(table)})", static s => (
                Id: raw.sqlite3_column_int(s, 0),
                Order: raw.sqlite3_column_int(s, 1),
                Parent: SqliteDatabase.Text(s, 2),
                From: SqliteDatabase.Text(s, 3),
                To: raw.sqlite3_column_type(s, 4) == raw.SQLITE_NULL ? null : SqliteDatabase.Text(s, 4),
                OnUpdate: SqliteDatabase.Text(s, 5),
                OnDelete: SqliteDatabase.Text(s, 6)))
            .ToList().GroupBy(k => k.Id).OrderByDescending(g => g.Key).ToList();
        if (keys.Count != parsed.ForeignKeys.Count) throw new SqlSyntaxException("SQLite lists another number of foreign keys");
        var result = new List<SourceForeignKey>();
        for (int i = 0; i < keys.Count; i++)
        {
            // The newest has number 0.
            var key = keys[i].OrderBy(c => c.Order).ToList();
            ParsedForeignKey written = parsed.ForeignKeys[i];
            List<string> from = [.. key.Select(c => c.From)];
            if (!from.SequenceEqual(written.Columns, StringComparer.OrdinalIgnoreCase)) throw new SqlSyntaxException("SQLite lists its foreign keys otherwise");
            IReadOnlyList<string>? to = key.Any(c => c.To is null) ? null : [.. key.Select(c => c.To!)];
            result.Add(new SourceForeignKey(written.Name, from, key[0].Parent, to, key[0].OnUpdate, key[0].OnDelete, written.Deferred));
        }

        return result;
    }
}
