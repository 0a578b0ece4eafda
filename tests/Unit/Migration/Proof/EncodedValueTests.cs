using System.Buffers.Binary;
using EmrSim.Core.Migration.Copying;
using EmrSim.Core.Migration.Proof;
using EmrSim.Core.Migration.Values;
using EmrSim.Core.Sqlite;
using EmrSim.Tests.Support;
using EmrSim.Tests.Verification.Support;

namespace EmrSim.Tests.Migration.Proof;

/// <summary>Whatever can be copied is proved: a value that is taken for a type has one canonical form on both sides; and values that differ are only told apart less where a type cannot hold the difference.</summary>
public sealed class EncodedValueTests
{
    private static readonly string[] s_more =
    [
        "'2025-03-30 02:30:00'", "'2025-03-30T02:30:00.123Z'", "'2025-03-30'", "'0001-01-01'", "'9999-12-31 23:59:59.999999'", "'08:15'", "'23:59:59.5'", "'true'", "'f'",
        "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", "'{\"b\": 1, \"a\": [1.50, null]}'", "'[]'", "'-12.50'", "'1e400'", "'007'", "'+5'", "'5'", "1700000000", "1700000000.5", "1700000000123",
        "2460000.5", "1700000000123456", "0.1", "0.1 + 0.2", "1.005", "12345678901.999", "4611686018427387904.0", "9007199254740994.0", "1e18", "123456789012345680000.0", "1e15", "1e-7", "-2.5",
    ];

    private static readonly string[] s_types =
    [
        "text", "varchar(400)", "smallint", "integer", "bigint", "real", "double precision", "numeric", "numeric(30,10)", "boolean", "bytea", "date", "time", "timestamp", "timestamptz",
        "json", "jsonb", "uuid",
    ];

    public static TheoryData<string, EmrTimeUnit, bool, string> Columns()
    {
        var data = new TheoryData<string, EmrTimeUnit, bool, string>();
        foreach (string type in s_types)
        {
            foreach (bool wide in new[] { false, true }) data.Add(type, EmrTimeUnit.Seconds, wide, "UTF-8");
        }

        foreach (EmrTimeUnit unit in new[] { EmrTimeUnit.Milliseconds, EmrTimeUnit.Microseconds, EmrTimeUnit.JulianDays, EmrTimeUnit.None }) data.Add("timestamptz", unit, false, "UTF-8");
        foreach (string type in new[] { "text", "json", "timestamptz" }) data.Add(type, EmrTimeUnit.None, false, "UTF-16le");
        return data;
    }

    [Theory]
    [MemberData(nameof(Columns))]
    public void A_value_that_is_copied_has_the_same_form_on_both_sides(string type, EmrTimeUnit unit, bool wide, string encoding)
    {
        using var folder = new TempFolder();
        using SqliteDatabase database = SqliteDatabase.Open(folder.File("x.db"), SqliteAccess.Create, CancellationToken.None);
        string[] values = [.. SqlLiteral.Integers, .. SqlLiteral.Reals, .. SqlLiteral.Texts, .. SqlLiteral.Blobs, .. s_more];
        database.Execute($"PRAGMA encoding='{encoding}'; CREATE TABLE t(x)");
        foreach (string value in values) database.Execute($"INSERT INTO t VALUES({value})");

        PgType parsed = PgType.Parse(type)!;
        var encoder = new RowEncoder([new CopyColumn("x", "x", parsed, unit, true, wide, StorageClasses.All)], encoding, nullMisfits: false);
        ColumnComparison comparison = ColumnComparison.Of("x", Wire.Sqlite, "x", WireTypes.Of(parsed), unit);
        var left = new SqliteCanonical([comparison], encoding, 1, areRead: true);
        var right = new PostgresCanonical([(comparison.Kind, comparison.RightWire)], 1);
        int copied = 0, row = 0;
        database.ForEach("SELECT x FROM t ORDER BY rowid", r =>
        {
            string value = values[row++];
            if (!encoder.Encode(r)) return;
            copied++;
            ReadOnlySpan<byte> encoded = encoder.Row.Span;
            int length = BinaryPrimitives.ReadInt32BigEndian(encoded[sizeof(short)..]);
            right.Row.Clear();
            right.Append(0, encoded.Slice(sizeof(short) + sizeof(int), length));
            Assert.True(left.Write(r).Bytes.SequenceEqual(right.Row.Bytes), $"{value} as {type} is {CanonicalText.Show(left.Row[0], 0)} and {CanonicalText.Show(right.Row[0], 0)}");
        });

        Assert.Equal(values.Length, row);
        Assert.NotEqual(0, copied);
    }
}
