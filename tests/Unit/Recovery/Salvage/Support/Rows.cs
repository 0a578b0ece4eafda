using System.Globalization;
using EmrSim.Tests.Support;
using Microsoft.Data.Sqlite;

namespace EmrSim.Tests.Recovery.Salvage.Support;

/// <summary>Rows of a database as strings that differ when any value or its kind does.</summary>
public static class Rows
{
    public static List<string> Of(string path, string query)
    {
        using SqliteConnection connection = TestDatabase.Open(path);
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = query;
        using SqliteDataReader reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read()) rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => Show(reader, i))));
        return rows;
    }

    /// <summary>All tables with all their rows, and the schema.</summary>
    public static List<string> All(string path)
    {
        List<string> all = Of(path, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name");
        foreach (string table in Tables(path)) all.AddRange(Of(path, $"SELECT '{table}', * FROM \"{table}\"").Order(StringComparer.Ordinal));
        return all;
    }

    public static List<string> Tables(string path) =>
        [.. Of(path, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type <> 'view' AND name <> 'sqlite_schema'").Select(t => t[2..]).Order(StringComparer.Ordinal)];

    private static string Show(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? "N" : reader.GetValue(column) switch
    {
        long integer => "I:" + integer.ToString(CultureInfo.InvariantCulture),
        double real => "R:" + real.ToString("R", CultureInfo.InvariantCulture),
        byte[] blob => "B:" + Convert.ToHexString(blob),
        var other => "T:" + other,
    };
}
