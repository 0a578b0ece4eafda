using System.Globalization;
using System.Text;
using EmrSim.Core.Migration.Schema.Parsing;
using EmrSim.Core.Sqlite;
using SQLitePCL;

namespace EmrSim.Core.Migration.Schema;

/// <summary>An entry of sqlite_schema.</summary>
/// <param name="Type">table, index, view, trigger.</param>
/// <param name="Name">Its name.</param>
/// <param name="Table">The table that it belongs to.</param>
/// <param name="Sql">Its statement; empty for what SQLite made by itself.</param>
internal sealed record SchemaRow(string Type, string Name, string Table, string Sql)
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>All of them, in the order of their names.</summary>
    /// <exception cref="EmrSimException">SchemaNotUtf8: PostgreSQL could not bear the names, and nothing that SQLite says of them would be right.</exception>
    internal static IReadOnlyList<SchemaRow> ReadAll(SqliteDatabase database)
    {
        const string Sql = "SELECT type, name, tbl_name, sql FROM main.sqlite_schema ORDER BY name COLLATE BINARY, type COLLATE BINARY";
        return [.. database.Rows(Sql, s => new SchemaRow(SqliteDatabase.Text(s, 0), Strict(s, 1, database), Strict(s, 2, database), Strict(s, 3, database)))];
    }

    private static string Strict(sqlite3_stmt statement, int column, SqliteDatabase database)
    {
        // As UTF-8 first, whatever the database's encoding is: a blob of a text is that text's bytes.
        raw.sqlite3_column_text(statement, column);
        ReadOnlySpan<byte> bytes = raw.sqlite3_column_blob(statement, column);
        try
        {
            return s_strict.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            return WithoutComments(bytes) ?? throw new EmrSimException(
                ErrorCode.SchemaNotUtf8,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The {SqliteDatabase.Text(statement, 0)} '{SqliteDatabase.Text(statement, 1)}' of {database.Path} has a name or a definition that is no " +
                    $"UTF-8 (at byte {e.Index}). Rename it, or make it anew, before it is migrated."),
                database.Path,
                e);
        }
    }

    // An editor that wrote another encoding leaves it in comments mostly, and they mean nothing.
    private static string? WithoutComments(ReadOnlySpan<byte> bytes)
    {
        try
        {
            // A character per byte, so that places in the text are places in the bytes.
            var text = new StringBuilder(Encoding.Latin1.GetString(bytes));
            foreach ((int start, int end) in SqlTokenizer.Comments(text.ToString()))
            {
                for (int i = start; i < end; i++) text[i] = ' ';
            }

            return s_strict.GetString(Encoding.Latin1.GetBytes(text.ToString()));
        }
        catch (Exception e) when (e is DecoderFallbackException or SqlSyntaxException)
        {
            return null;
        }
    }
}
