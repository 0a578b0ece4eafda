using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using CsCheck;
using EmrSim.Core.Migration.Proof;
using EmrSim.Core.Migration.Values;
using EmrSim.Core.Sqlite;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Migration.Proof;

/// <summary>The canonical form of single values.</summary>
public sealed class CanonicalTests
{
    private static readonly double[] s_doubles = [0.1, 0.1 + 0.2, 1e308, 5e-324, -2.5, 1e15, 1e16, 1e22, 1e23, 123456789012345678, 9.5e-7, 1 / 3.0, double.MaxValue, 4.35, 1.005];

    private static Gen<double> AnyDouble { get; } = Gen.OneOf(
        Gen.Double[-1e6, 1e6], Gen.Double, Gen.Select(Gen.Int[-99999, 99999], Gen.Int[0, 8], (n, e) => n / Math.Pow(10, e)), Gen.OneOf(s_doubles));

    [Theory]
    [InlineData("1", "1.0")]
    [InlineData("-9223372036854775808", "-9223372036854775808.0")]
    [InlineData("4611686018427387904", "4611686018427387904.0")]
    [InlineData("0", "0.0")]
    public void M47_A_whole_real_is_the_integer(string integer, string real) => Assert.Equal(Sqlite(integer), Sqlite(real));

    [Theory]
    [InlineData("NULL", "''")]
    [InlineData("NULL", "x''")]
    [InlineData("''", "x''")]
    [InlineData("'1'", "1")]
    [InlineData("'a'", "'A'")]
    [InlineData("'a'", "'a '")]
    [InlineData("'a'", "x'61'")]
    [InlineData("9223372036854775807", "9223372036854775808.0")]
    [InlineData("9007199254740993", "9007199254740992.0")]
    [InlineData("0.1", "0.10000000000000002")]
    [InlineData("0.0", "-0.0")]
    [InlineData("9e999", "-9e999")]
    [InlineData("9e999", "1e308")]
    [InlineData("x'00'", "x'0000'")]
    [InlineData("'é'", "'e' || char(0x301)")]
    public void M46_Values_that_differ_have_different_forms(string left, string right) => Assert.NotEqual(Sqlite(left), Sqlite(right));

    [Fact]
    public void A_real_is_the_numeric_of_its_shortest_form_and_of_no_other()
    {
        AnyDouble.Where(double.IsFinite).Sample(value =>
        {
            string shortest = value.ToString("R", CultureInfo.InvariantCulture);
            bool whole = value == Math.Truncate(value) && Math.Abs(value) < 9.2e18;
            string numeric = whole ? ((long)value).ToString(CultureInfo.InvariantCulture) : shortest;
            if (value == 0 && double.IsNegative(value)) return;
            Assert.Equal(Real(value), Numeric(numeric));
            // A digit more is another number.
            Assert.NotEqual(Real(value), Numeric(whole ? numeric + ".0000000000000000000001" : AppendDigit(numeric)));
        });
    }

    [Theory]
    [InlineData("1.50", "1.5")]
    [InlineData("100.00", "100")]
    [InlineData("0.00", "0")]
    [InlineData("-12345678901234567890.123000", "-12345678901234567890.123")]
    [InlineData("1e3", "1000")]
    public void M47_Zeros_at_the_end_of_a_numeric_do_not_count(string left, string right) => Assert.Equal(Numeric(left), Numeric(right));

    [Theory]
    [InlineData("12345678901234567890.123", "12345678901234567890.124")]
    [InlineData("9223372036854775808", "9223372036854775807")]
    [InlineData("0.1", "0.10000000000000001")]
    [InlineData("1", "-1")]
    public void Numerics_that_differ_have_different_forms(string left, string right) => Assert.NotEqual(Numeric(left), Numeric(right));

    [Fact]
    public void Special_numerics_are_the_special_reals()
    {
        Assert.Equal(Real(double.PositiveInfinity), Field(Wire.Numeric, ComparisonKind.Number, [0, 0, 0, 0, 0xD0, 0, 0, 0x20]));
        Assert.Equal(Real(double.NegativeInfinity), Field(Wire.Numeric, ComparisonKind.Number, [0, 0, 0, 0, 0xF0, 0, 0, 0x20]));
        Assert.Equal(Real(double.NaN), Field(Wire.Numeric, ComparisonKind.Number, [0, 0, 0, 0, 0xC0, 0, 0, 0]));
    }

    [Theory]
    [InlineData("'2025-03-30 02:30:00'", "'2025-03-30T02:30:00Z'")]
    [InlineData("'2025-03-30 02:30:00'", "'2025-03-30T04:30:00.000+02:00'")]
    [InlineData("'2025-03-30'", "'2025-03-30 00:00'")]
    [InlineData("'2025-03-30 02:30:00'", "1743301800")]
    public void M47_One_instant_has_one_form(string left, string right) =>
        Assert.Equal(Sqlite(left, ComparisonKind.Instant), Sqlite(right, ComparisonKind.Instant, EmrTimeUnit.Seconds));

    [Theory]
    [InlineData("'2025-03-30 02:30:00'", "'2025-03-30 03:30:00'")]
    [InlineData("'2025-03-30 02:30:00.000001'", "'2025-03-30 02:30:00.0000011'")]
    [InlineData("'2025-02-30'", "'2025-03-02'")]
    [InlineData("''", "NULL")]
    public void M46_Other_instants_and_what_is_none_have_other_forms(string left, string right) =>
        Assert.NotEqual(Sqlite(left, ComparisonKind.Instant), Sqlite(right, ComparisonKind.Instant));

    [Theory]
    [InlineData("""{"a": 1, "b": [1, 2.50]}""", """{"b":[1,25e-1],"a":1}""")]
    [InlineData("""{"a":1,"a":2}""", """{"a":2}""")]
    [InlineData("\"\\u0041\\/\\n\"", "\"A/\\u000a\"")]
    [InlineData("-0.0", "0")]
    [InlineData("""{"x":{"b":1,"a":{"d":null,"c":true}}}""", """{ "x" : { "a" : { "c" : true, "d" : null }, "b" : 1 } }""")]
    [InlineData("1e400", "10e399")]
    [InlineData("\"\\ud83d\\ude00\"", "\"😀\"")]
    public void M47_JSON_that_means_the_same_has_one_form(string left, string right) => Assert.Equal(Json(left), Json(right));

    [Theory]
    [InlineData("[1,2]", "[2,1]")]
    [InlineData("""{"a":1}""", """{"a":"1"}""")]
    [InlineData("""{"a":null}""", "{}")]
    [InlineData("\"a\"", "\"A\"")]
    [InlineData("0.1", "0.10000000000000001")]
    [InlineData("[]", "[[]]")]
    [InlineData("""{"a":{"b":1}}""", """{"a":{},"b":1}""")]
    [InlineData("\"a\\\"\"", "\"a\"")]
    [InlineData("[\"a,b\"]", "[\"a\",\"b\"]")]
    [InlineData("{\"a\":1", "{\"a\":1}")]
    [InlineData("1 1", "1")]
    [InlineData("\"\\ud800\"", "\"\\ud801\"")]
    public void M46_JSON_that_means_something_else_has_another_form(string left, string right) => Assert.NotEqual(Json(left), Json(right));

    [Fact]
    public void JSON_nested_beyond_all_reason_is_a_text() =>
        Assert.Equal((byte)CanonicalTag.Text, Json(new string('[', 5000) + new string(']', 5000))[0]);

    [Fact]
    public void Each_type_of_PostgreSQL_is_read()
    {
        Assert.Equal(Sqlite("42"), Field(Wire.Int16, ComparisonKind.Integer, [0, 42]));
        Assert.Equal(Sqlite("-42"), Field(Wire.Int32, ComparisonKind.Integer, [255, 255, 255, 214]));
        Assert.Equal(Sqlite("'42'", ComparisonKind.Integer), Field(Wire.Int64, ComparisonKind.Integer, [0, 0, 0, 0, 0, 0, 0, 42]));
        Assert.NotEqual(Sqlite("'042'", ComparisonKind.Integer), Field(Wire.Int64, ComparisonKind.Integer, [0, 0, 0, 0, 0, 0, 0, 42]));
        Assert.Equal(Sqlite("'t'", ComparisonKind.Boolean), Field(Wire.Boolean, ComparisonKind.Boolean, [1]));
        Assert.Equal(Sqlite("0", ComparisonKind.Boolean), Field(Wire.Boolean, ComparisonKind.Boolean, [0]));
        Assert.NotEqual(Sqlite("2", ComparisonKind.Boolean), Field(Wire.Boolean, ComparisonKind.Boolean, [1]));
        Assert.Equal(Sqlite("'2000-01-02'", ComparisonKind.Date), Field(Wire.Date, ComparisonKind.Date, [0, 0, 0, 1]));
        Assert.Equal(Sqlite("'00:00:01'", ComparisonKind.Time), Field(Wire.Time, ComparisonKind.Time, [0, 0, 0, 0, 0, 0x0F, 0x42, 0x40]));
        Assert.Equal(Sqlite("'2000-01-01T00:00:01Z'", ComparisonKind.Instant), Field(Wire.Timestamp, ComparisonKind.Instant, [0, 0, 0, 0, 0, 0x0F, 0x42, 0x40]));
        Assert.Equal(Sqlite("x'00ff'", ComparisonKind.Bytes), Field(Wire.Bytes, ComparisonKind.Bytes, [0, 255]));
        Assert.Equal(Sqlite("'ä'", ComparisonKind.Bytes), Field(Wire.Bytes, ComparisonKind.Bytes, Encoding.UTF8.GetBytes("ä")));
        Assert.Equal(Sqlite("'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", ComparisonKind.Uuid), Field(Wire.Uuid, ComparisonKind.Uuid, Convert.FromHexString("a0eebc999c0b4ef8bb6d6bb9bd380a11")));
        Assert.Equal(Sqlite("""'{"b":1,"a":2}'""", ComparisonKind.Json), Field(Wire.Jsonb, ComparisonKind.Json, Encoding.UTF8.GetBytes("\u0001{\"a\": 2, \"b\": 1}")));
        Assert.Equal(Sqlite("1.5"), Field(Wire.Float4, ComparisonKind.Exact, [0x3f, 0xc0, 0, 0]));
        // A float4 is not the double that it was made of.
        byte[] single = new byte[4];
        BinaryPrimitives.WriteSingleBigEndian(single, (float)0.1);
        Assert.NotEqual(Sqlite("0.1"), Field(Wire.Float4, ComparisonKind.Exact, single));
        Assert.Throws<InvalidDataException>(() => Field(Wire.Jsonb, ComparisonKind.Json, [2, (byte)'1']));
    }

    [Fact]
    public void A_number_beside_a_text_column_is_its_text_with_every_digit()
    {
        Assert.Equal(Sqlite("'12'"), Sqlite("12", ComparisonKind.Text));
        Assert.Equal(Sqlite("'1.0'"), Sqlite("1.0", ComparisonKind.Text));
        Assert.NotEqual(Sqlite("'0.3'"), Sqlite("0.1 + 0.2", ComparisonKind.Text));
        Assert.Equal(Sqlite("'0.30000000000000004'"), Sqlite("0.1 + 0.2", ComparisonKind.Text));
    }

    [Fact]
    public void M17_A_long_value_is_its_digest_and_one_bit_of_it_counts()
    {
        byte[] bytes = new byte[CanonicalRow.LongValue + 1];
        byte[] form = Field(Wire.Bytes, ComparisonKind.Bytes, bytes);
        bytes[^1] ^= 1;

        Assert.True(form.Length < 200);
        Assert.NotEqual(form, Field(Wire.Bytes, ComparisonKind.Bytes, bytes));
        Assert.Equal(form, Sqlite($"zeroblob({bytes.Length})"));
        Assert.NotEqual(form, Sqlite($"zeroblob({bytes.Length + 1})"));
    }

    [Theory]
    [InlineData("UTF-16le")]
    [InlineData("UTF-16be")]
    public void M14_A_UTF16_database_has_the_same_forms_and_broken_texts_their_own(string encoding)
    {
        foreach (string text in new[] { "'häß 😀'", "''", "'2025-01-01'" }) Assert.Equal(Sqlite(text, ComparisonKind.Instant), Sqlite(text, ComparisonKind.Instant, encoding: encoding));
        string big = encoding.EndsWith("be", StringComparison.Ordinal) ? "d8000061" : "00d86100";
        string other = encoding.EndsWith("be", StringComparison.Ordinal) ? "d8010061" : "01d86100";
        byte[] broken = Sqlite($"CAST(x'{big}' AS TEXT)", encoding: encoding);
        Assert.NotEqual(broken, Sqlite($"CAST(x'{other}' AS TEXT)", encoding: encoding));
        Assert.Equal(broken, Sqlite("CAST(x'00d86100' AS TEXT)", encoding: "UTF-16le"));
    }

    private static string AppendDigit(string number) => number.Contains('E', StringComparison.Ordinal)
        ? number.Replace("E", number.Contains('.', StringComparison.Ordinal) ? "000000000000000000001E" : ".000000000000000000001E", StringComparison.Ordinal)
        : number + "000000000000000000001";

    private static byte[] Json(string text) => Field(Wire.Text, ComparisonKind.Json, Encoding.UTF8.GetBytes(text));

    private static byte[] Real(double value)
    {
        byte[] field = new byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleBigEndian(field, value);
        return Field(Wire.Float8, ComparisonKind.Exact, field);
    }

    private static byte[] Numeric(string text)
    {
        Assert.True(PgNumeric.TryParse(Encoding.ASCII.GetBytes(text), out PgNumeric number), text);
        byte[] field = new byte[number.ByteCount];
        number.Write(field);
        return Field(Wire.Numeric, ComparisonKind.Number, field);
    }

    private static byte[] Field(Wire wire, ComparisonKind kind, byte[] field)
    {
        var canonical = new PostgresCanonical([(kind, wire)], 1);
        canonical.Append(0, field);
        return canonical.Row.Bytes.ToArray();
    }

    private static byte[] Sqlite(string expression, ComparisonKind kind = ComparisonKind.Exact, EmrTimeUnit unit = EmrTimeUnit.None, string encoding = "UTF-8")
    {
        using var folder = new TempFolder();
        using SqliteDatabase database = SqliteDatabase.Open(folder.File("x.db"), SqliteAccess.Create, CancellationToken.None);
        // In a column without affinity everything stays what it is.
        database.Execute($"PRAGMA encoding='{encoding}'; CREATE TABLE t(x); INSERT INTO t VALUES({expression})");
        var canonical = new SqliteCanonical([new ColumnComparison("x", "x", kind, unit, Wire.Sqlite, Wire.Sqlite)], encoding, 1);
        byte[] form = [];
        database.ForEach("SELECT x FROM t", row => form = canonical.Write(row).Bytes.ToArray());
        return form;
    }
}
