using CsCheck;
using EmrSim.Core.Sqlite;
using EmrSim.Core.Verification;
using EmrSim.Tests.Support;
using EmrSim.Tests.Verification.Support;
using Microsoft.Data.Sqlite;

namespace EmrSim.Tests.Verification;

public sealed class KeyOrderTests
{
    private static readonly Gen<IndexColumn> s_column = Gen.Select(
        Gen.Enum<IndexCollation>(), Gen.Bool, (collation, descending) => new IndexColumn("", descending, collation));

    [Fact]
    public void Keys_of_one_column_sort_as_ORDER_BY_sorts_them() => Compare(columns: 1, iterations: 400);

    [Fact]
    public void Keys_of_two_columns_sort_as_ORDER_BY_sorts_them() => Compare(columns: 2, iterations: 400);

    [Fact]
    public void Numbers_beyond_2_to_the_53_sort_as_ORDER_BY_sorts_them()
    {
        string[][] rows = [.. SqlLiteral.Integers.Concat(SqlLiteral.Reals).Select(v => (string[])[v])];

        Compare([new IndexColumn("", false, IndexCollation.Binary)], rows);
    }

    // 'b' and 'c' behind a U+0000 are the same to NOCASE, and the longer text comes later.
    [Fact]
    public void Texts_with_a_NUL_sort_as_ORDER_BY_sorts_them()
    {
        string[] texts = ["610063", "610062", "610043", "6100", "61007a7a", "0078", "000061", "61", "00"];
        string[][] rows = [.. texts.Select(t => (string[])[$"CAST(x'{t}' AS TEXT)"])];
        foreach (IndexCollation collation in Enum.GetValues<IndexCollation>()) Compare([new IndexColumn("", false, collation)], rows);
    }

    [Theory]
    [InlineData("NULL", "NULL", true, true)]
    [InlineData("1", "1.0", true, false)]
    [InlineData("'a'", "x'61'", false, false)]
    public void Equal_keys_are_told_from_keys_with_a_NULL(string left, string right, bool sameKey, bool hasNull)
    {
        byte[][] records = Records([[left], [right]]);

        (_, bool same, bool isNull) = KeyOrder.Compare(records[0], records[1], [new IndexColumn("", false, IndexCollation.Binary)]);

        Assert.Equal((sameKey, hasNull), (same, isNull));
    }

    private static void Compare(int columns, int iterations) =>
        Gen.Select(s_column.Array[columns], SqlLiteral.Any.Array[columns].Array[2, 8]).Sample(
            Compare,
            iter: iterations,
            print: c => string.Join(", ", c.Item1.AsEnumerable()) + ": " + string.Join(" / ", c.Item2.Select(r => string.Join(", ", r))));

    private static void Compare(IndexColumn[] columns, string[][] rows)
    {
        byte[][] records = Records(rows);
        List<(int Row, long Rank)> sorted = SortBySqlite(columns, rows);
        for (int left = 0; left < sorted.Count; left++)
        {
            for (int right = 0; right < sorted.Count; right++)
            {
                (int order, bool sameKey, _) = KeyOrder.Compare(records[sorted[left].Row], records[sorted[right].Row], columns);
                Assert.Equal((left.CompareTo(right), sorted[left].Rank == sorted[right].Rank), (Math.Sign(order), sameKey));
            }
        }
    }

    // The rows in SQLite's order, rows of equal keys by their number, with a rank that equal keys share.
    private static List<(int Row, long Rank)> SortBySqlite(IndexColumn[] columns, string[][] rows)
    {
        string order = string.Join(", ", columns.Select((c, i) =>
            $"c{i} COLLATE {c.Collation.ToString().ToUpperInvariant()} {(c.Descending ? "DESC" : "ASC")}"));
        using SqliteConnection connection = TestDatabase.Open(":memory:");
        TestDatabase.Run(connection, $"CREATE TABLE t(n INTEGER PRIMARY KEY, {string.Join(", ", columns.Select((_, i) => $"c{i}"))})");
        TestDatabase.Run(connection, "INSERT INTO t VALUES " + string.Join(", ", rows.Select((r, i) => $"({i}, {string.Join(", ", r)})")));
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = $"SELECT n, dense_rank() OVER (ORDER BY {order}) FROM t ORDER BY {order}, n";
        using SqliteDataReader reader = command.ExecuteReader();
        var sorted = new List<(int, long)>();
        while (reader.Read()) sorted.Add((reader.GetInt32(0), reader.GetInt64(1)));
        return sorted;
    }

    private static byte[][] Records(string[][] rows)
    {
        using SqliteDatabase database = SqliteDatabase.Open(":memory:", SqliteAccess.Create, CancellationToken.None);
        return [.. rows.Select((r, i) => Record(database, $"SELECT {string.Join(", ", r)}, {i}", r.Length + 1))];
    }

    private static byte[] Record(SqliteDatabase database, string sql, int columns)
    {
        var record = new KeyRecord();
        database.ForEach(sql, row => record.Read(row, [.. Enumerable.Range(0, columns)]));
        return record.Bytes.ToArray();
    }
}
