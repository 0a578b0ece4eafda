using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EmrSim.Core.Files;
using SQLitePCL;

namespace EmrSim.Core.Sqlite;

/// <summary>What tables a database has, how many rows each holds, and a digest of the whole schema.</summary>
internal static class SqliteSchema
{
    /// <summary>
    /// SHA-256 over type, name, table and SQL of every schema object, in the order of type and name, each part preceded by its
    /// length as a little-endian 32-bit integer; NULL SQL (automatic indexes) counts as empty. Root pages are left out, so a
    /// VACUUM does not change it.
    /// </summary>
    internal static string Digest(SqliteDatabase database) => Digest(database, "");

    /// <summary>
    /// The same without the tables of ANALYZE, for what must stay true of a database in use: they come and go with PRAGMA optimize, which an application may run at any time
    /// (https://sqlite.org/fileformat2.html#the_sqlite_stat1_table), and what is in them is no part of the schema.
    /// </summary>
    internal static string DigestWithoutStatistics(SqliteDatabase database) => Digest(database, "WHERE tbl_name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\' ");

    private static string Digest(SqliteDatabase database, string where)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        string sql = $"SELECT type, name, tbl_name, sql FROM sqlite_schema {where}ORDER BY type COLLATE BINARY, name COLLATE BINARY";
        foreach (string[] row in database.Rows(sql, static s => Enumerable.Range(0, 4).Select(i => SqliteDatabase.Text(s, i)).ToArray()))
        {
            foreach (string part in row)
            {
                byte[] bytes = Encoding.UTF8.GetBytes(part);
                BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
                digest.AppendData(length);
                digest.AppendData(bytes);
            }
        }

        return Hex.Of(digest.GetHashAndReset());
    }

    /// <summary>
    /// Rows per table. Virtual tables are left out (their module may be unknown here); the tables that hold their content are in.
    /// </summary>
    internal static SortedDictionary<string, long> CountRows(SqliteDatabase database)
    {
        const string Sql =
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' " +
            "AND sql NOT LIKE 'CREATE VIRTUAL TABLE%'";
        var rows = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (string table in database.Rows(Sql, static s => SqliteDatabase.Text(s, 0)).ToList())
        {
            rows[table] = Count(database, $"SELECT count(*) FROM {SqliteDatabase.Quote(table)}");
        }

        return rows;
    }

    // SQLite counts the smallest index, unless that needs a collation of the application's. That an index holds every row is proved elsewhere.
    private static long Count(SqliteDatabase database, string sql)
    {
        try
        {
            return database.Integer(sql);
        }
        catch (SqliteFault fault) when (fault.Code == raw.SQLITE_ERROR)
        {
            return database.Integer(sql + " NOT INDEXED");
        }
    }
}
