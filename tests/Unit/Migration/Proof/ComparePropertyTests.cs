using System.Globalization;
using CsCheck;
using EmrSim.Tests.Support;
using Microsoft.Data.Sqlite;

namespace EmrSim.Tests.Migration.Proof;

/// <summary>What holds of any rows.</summary>
public sealed class ComparePropertyTests
{
    private const string Table = "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b, c REAL, d NUMERIC)";

    private static readonly string[] s_values =
        ["NULL", "''", "x''", "0", "1", "1.0", "-1", "0.1", "0.1 + 0.2", "'a'", "'A'", "'a '", "'1'", "x'61'", "x'60'", "'äö😀'", "9223372036854775807", "9e999", "1e100", "'2025-01-01'"];

    private static readonly Gen<string> s_value = Gen.OneOf(s_values);
    private static readonly Gen<string[]> s_row = s_value.Array[4];

    [Fact]
    public async Task Tables_are_equal_exactly_where_every_row_is_there_as_often() =>
        await Gen.Select(s_row.Array[0, 6], s_row.Array[0, 6], Gen.Bool, Gen.Bool).SampleAsync(
            async generated =>
            {
                (string[][] left, string[][] right, bool alike, bool keyed) = generated;
                using var fixture = new CompareFixture();
                string table = keyed ? Table : Table.Replace("id INTEGER PRIMARY KEY", "id", StringComparison.Ordinal);
                Fill(fixture.Left, table, left, keyed);
                // Some of one side in another order, so that they are equal often enough.
                Fill(fixture.Right, table, alike ? [.. left.Reverse()] : right, keyed && !alike);

                bool equal = Content(fixture.Left).SequenceEqual(Content(fixture.Right));
                IReadOnlyList<EmrDifference> differences = await fixture.CompareAsync();
                Assert.Equal(equal, differences.Count == 0);
            },
            iter: 60,
            threads: 1);

    [Fact]
    public async Task One_value_changed_in_any_row_is_found_and_named() =>
        await Gen.Select(s_row.Array[1, 40], Gen.Int[0, 1000], Gen.Int[0, 3]).SampleAsync(
            async generated =>
            {
                (string[][] rows, int place, int column) = generated;
                using var fixture = new CompareFixture();
                Fill(fixture.Left, Table, rows, true);
                Fill(fixture.Right, Table, rows, true);
                int id = 1 + (place % rows.Length);
                string name = "abcd"[column].ToString();
                Change(fixture.Right, id, name);

                EmrDifference difference = Assert.Single(await fixture.CompareAsync());
                Assert.Equal((string.Create(CultureInfo.InvariantCulture, $"id={id}"), name, EmrDifferenceKind.Value), (difference.Key, difference.Column, difference.Kind));
                Assert.NotEqual(difference.Left, difference.Right);
            },
            iter: 60,
            threads: 1);

    private static void Fill(string path, string table, string[][] rows, bool inOrder)
    {
        IEnumerable<string> values = rows.Select((r, i) => string.Create(CultureInfo.InvariantCulture, $"INSERT INTO t(id, a, b, c, d) VALUES({(inOrder ? i + 1 : rows.Length - i)}, {string.Join(", ", r)});"));
        TestDatabase.Run(path, table + ";" + string.Concat(values));
    }

    /// <summary>The smallest change that there is for a value of each kind.</summary>
    private static void Change(string path, int id, string column)
    {
        using SqliteConnection connection = TestDatabase.Open(path);
        using SqliteCommand read = connection.CreateCommand();
        read.CommandText = string.Create(CultureInfo.InvariantCulture, $"SELECT {column} FROM t WHERE id = {id}");
        object changed = read.ExecuteScalar() switch
        {
            long.MaxValue => long.MaxValue - 1,
            long n => n + 1,
            double.PositiveInfinity => double.MaxValue,
            double d => Math.BitIncrement(d),
            string { Length: 0 } => DBNull.Value,
            string s => s + " ",
            byte[] { Length: 0 } => DBNull.Value,
            byte[] b => (byte[])[.. b[..^1], (byte)(b[^1] ^ 1)],
            _ => "",
        };
        using SqliteCommand write = connection.CreateCommand();
        write.CommandText = string.Create(CultureInfo.InvariantCulture, $"UPDATE t SET {column} = $x WHERE id = {id}");
        write.Parameters.AddWithValue("$x", changed);
        write.ExecuteNonQuery();
    }

    /// <summary>The rows as an independent reading of them, in order.</summary>
    private static List<string> Content(string path)
    {
        using SqliteConnection connection = TestDatabase.Open(path);
        using SqliteCommand read = connection.CreateCommand();
        read.CommandText = "SELECT * FROM t";
        using SqliteDataReader reader = read.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join("|", Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i) switch
            {
                long n => $"n{n}",
                double d when d == Math.Floor(d) && Math.Abs(d) < 9e18 => $"n{(long)d}",
                double d => $"r{BitConverter.DoubleToInt64Bits(d)}",
                string s => $"t{s}",
                byte[] b => $"b{Convert.ToHexString(b)}",
                _ => "null",
            })));
        }

        rows.Sort(StringComparer.Ordinal);
        return rows;
    }
}
