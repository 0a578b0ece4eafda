using System.Globalization;
using System.Text;
using CsCheck;
using EmrSim.Core.Migration.Planning;
using EmrSim.Core.Migration.Profiling;
using EmrSim.Core.Sqlite;
using EmrSim.Tests.Migration.Profiling.Support;
using EmrSim.Tests.Verification.Support;

namespace EmrSim.Tests.Migration.Profiling;

public sealed class ProfilerTests
{
    [Fact]
    public void M5_every_storage_class_of_a_column_is_counted()
    {
        using var database = new ProfiledDatabase(
            "CREATE TABLE t(id INTEGER PRIMARY KEY, v INTEGER); INSERT INTO t(v) VALUES ('abc'), (x'00ff'), ('12'), (NULL), (-7), (2.5), (1e999), (''), (x''), (1), (0);");

        ColumnProfile v = database.Column("v");

        Assert.Equal((1, 4, 2, 2, 2), (v.Nulls, v.Integers, v.Reals, v.Texts, v.Blobs));
        Assert.Equal((-7, 12, 2), (v.LeastInteger, v.GreatestInteger, v.Bits));
        Assert.Equal((2.5, double.PositiveInfinity, 1), (v.LeastReal, v.GreatestReal, v.Infinities));
        Assert.Equal((1, 1, 3, 2), (v.EmptyTexts, v.EmptyBlobs, v.LongestText, v.LongestBlob));
        Assert.Equal(6, v.Misfits);
        Assert.Equal([new RowSample("id=1", "'abc'"), new RowSample("id=2", "x'00FF'"), new RowSample("id=6", "2.5")], v.MisfitSamples);
    }

    [Fact]
    public void M13_a_text_with_U_0000_is_named_with_its_key_and_its_byte()
    {
        using var database = new ProfiledDatabase(
            "CREATE TABLE t(a TEXT, b INTEGER, v TEXT, PRIMARY KEY(b, a)); INSERT INTO t VALUES ('x', 1, 'ok'), ('y', 2, CAST(x'61620063' AS TEXT)), ('z', 3, char(0));");

        ColumnProfile v = database.Column("v");

        Assert.Equal(2, v.NulTexts);
        Assert.Equal(new RowSample("b=2, a='y'", "holds U+0000 at byte 2 of 4"), v.FirstNul);
        Assert.Equal((4, 2), (v.LongestText, v.Misfits));
    }

    [Theory]
    [InlineData("c328", 0)]
    [InlineData("6162ff", 2)]
    [InlineData("c3a4eda080", 2)]
    [InlineData("61f09f", 1)]
    public void M14_a_text_that_is_no_UTF_8_is_named_with_its_key_and_its_byte(string hexadecimal, int at)
    {
        using var database = new ProfiledDatabase($"CREATE TABLE t(v TEXT); INSERT INTO t VALUES ('ä'), (CAST(x'{hexadecimal}' AS TEXT));");

        ColumnProfile v = database.Column("v");

        Assert.Equal(1, v.InvalidTexts);
        Assert.Equal(new RowSample("rowid=2", $"is no UTF-8 from byte {at} on"), v.FirstInvalid);
    }

    [Theory]
    [InlineData("UTF-16le", "41003ed84200")]
    [InlineData("UTF-16be", "0041d83e0042")]
    public void M14_half_of_a_surrogate_pair_in_a_UTF_16_database_is_named(string encoding, string hexadecimal)
    {
        using var database = new ProfiledDatabase(
            $"PRAGMA encoding='{encoding}'; CREATE TABLE t(v TEXT); INSERT INTO t VALUES ('ä🩺'), (CAST(x'{hexadecimal}' AS TEXT)), (char(0x1F642));");

        ColumnProfile v = database.Column("v");

        Assert.Equal((3, 1, 1, 2), (v.Texts, v.InvalidTexts, v.BrokenSurrogates, v.LongestCharacters));
        Assert.Equal("rowid=2", v.FirstInvalid!.Key);
        Assert.Contains("byte 2", v.FirstInvalid.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Lengths_are_counted_in_bytes_and_in_code_points()
    {
        using var database = new ProfiledDatabase("CREATE TABLE t(v TEXT); INSERT INTO t VALUES ('🩺🩺🩺🩺'), ('abcde'), ('äöü'), ('e' || char(0x301));");

        ColumnProfile v = database.Column("v");

        Assert.Equal((16, 5), (v.LongestText, v.LongestCharacters));
    }

    [Fact]
    public void Code_points_are_what_runes_count() => Gen.String[Gen.Char["aä€\ud83e\udd7a"], 0, 200].Select(t => Encoding.UTF8.GetBytes(t)).Sample(
        static utf8 => Assert.Equal(Encoding.UTF8.GetString(utf8).EnumerateRunes().Count(), CodePoints.Count(utf8)), iter: 2000);

    [Theory]
    [InlineData("2025-01-31", nameof(TextShape.Date))]
    [InlineData("2025-01-31 10:00:00", nameof(TextShape.LocalTimestamp))]
    [InlineData("2025-01-31T10:00:00.123Z", nameof(TextShape.ZonedTimestamp))]
    [InlineData("10:00", nameof(TextShape.Time))]
    [InlineData("TRUE", nameof(TextShape.Boolean))]
    [InlineData("no", nameof(TextShape.Boolean))]
    [InlineData("01234567-89AB-cdef-0123-456789abcdef", nameof(TextShape.Uuid))]
    [InlineData("-12", nameof(TextShape.Integer))]
    [InlineData("0", nameof(TextShape.Integer))]
    [InlineData("-9223372036854775808", nameof(TextShape.Integer))]
    [InlineData("9223372036854775808", nameof(TextShape.Decimal))]
    [InlineData("007", nameof(TextShape.Decimal))]
    [InlineData("-0", nameof(TextShape.Decimal))]
    [InlineData("+1", nameof(TextShape.Decimal))]
    [InlineData("1.5e3", nameof(TextShape.Decimal))]
    [InlineData(".5", nameof(TextShape.Decimal))]
    [InlineData("2025-02-30", null)]
    [InlineData("25:00", null)]
    [InlineData("12 apples", null)]
    [InlineData("maybe", null)]
    [InlineData("-", null)]
    [InlineData("", null)]
    [InlineData("Patient says: 2025-01-31", null)]
    public void M12_a_text_has_a_shape_only_as_a_whole(string text, string? shape)
    {
        TextShapeSet expected = Enum.Parse<TextShapeSet>(shape ?? nameof(TextShapeSet.None));
        Assert.Equal(expected, TextShapes.Of(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void A_row_without_a_key_is_named_by_its_rowid_even_where_a_column_bears_that_name()
    {
        using var database = new ProfiledDatabase("CREATE TABLE t(rowid TEXT, v INTEGER); INSERT INTO t VALUES ('mine', 'x');");

        Assert.Equal("rowid=1", database.Column("v").MisfitSamples[0].Key);
    }

    [Fact]
    public void A_table_WITHOUT_ROWID_is_read_and_its_rows_are_named_by_their_key()
    {
        using var database = new ProfiledDatabase("CREATE TABLE t(k TEXT PRIMARY KEY, v INTEGER) WITHOUT ROWID; INSERT INTO t VALUES ('a', 1), ('b', 'x');");

        Assert.Equal(new RowSample("k='b'", "'x'"), Assert.Single(database.Column("v").MisfitSamples));
    }

    [Fact]
    public void M33_generated_columns_and_columns_of_strange_names_are_read_too()
    {
        using var database = new ProfiledDatabase("CREATE TABLE \"a \"\" b\"(\"x \"\"y\" INTEGER, g INTEGER AS (\"x \"\"y\" * 2) VIRTUAL); INSERT INTO \"a \"\" b\" VALUES (21);");

        Assert.Equal(42, database.Column("g").GreatestInteger);
    }

    [Fact]
    public void A_table_without_rows_has_a_profile_of_zeros()
    {
        using var database = new ProfiledDatabase("CREATE TABLE t(v);");

        Assert.Equal((0, 0, 0), (database.Profile().Rows, database.Column("v").NotNull, database.Column("v").LeastInteger));
    }

    [Fact]
    public void It_stops_when_it_is_told_to()
    {
        using var database = new ProfiledDatabase("CREATE TABLE t(v); INSERT INTO t VALUES (1);");
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.Throws<OperationCanceledException>(() =>
            Profiler.Read(database.Database, database.Table, TypeMapper.Options(database.Table, ProfiledDatabase.Request()), static _ => { }, stop.Token));
    }

    [Fact]
    public void Parts_of_a_table_put_together_are_the_profile_of_the_whole() =>
        Gen.Select(Gen.OneOf("", "INTEGER", "TEXT", "REAL", "NUMERIC", "DATETIME", "DECIMAL(10,2)", "VARCHAR(3)", "JSON", "BOOLEAN"), Value().Array[0, 30], Gen.Int[0, 31], Gen.Bool).Sample(
            static (type, values, cut, idiomatic) =>
            {
                string rows = string.Concat(values.Select((v, i) => $"INSERT INTO t VALUES ({i + 1}, {v});"));
                using var database = new ProfiledDatabase($"CREATE TABLE t(id INTEGER PRIMARY KEY, v {type}); {rows}");
                ProfileOptions options = TypeMapper.Options(database.Table, ProfiledDatabase.Request(idiomatic ? EmrMapping.Idiomatic : EmrMapping.Faithful));
                TableProfile Read(long first, long last) => Profiler.Read(database.Database, database.Table, options with { Rowids = (first, last) }, static _ => { }, CancellationToken.None);

                TableProfile merged = ProfileMerger.Merge(Read(long.MinValue, cut), Read(cut + 1, long.MaxValue));

                TableProfile whole = Profiler.Read(database.Database, database.Table, options, static _ => { }, CancellationToken.None);
                Assert.Equal(Text(whole), Text(merged));
            },
            iter: 60,
            threads: 1);

    [Fact]
    public void Several_threads_find_what_one_finds()
    {
        using var database = new ProfiledDatabase(
            "CREATE TABLE t(id INTEGER PRIMARY KEY, v INTEGER, w TEXT); " +
            $"WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < {ParallelProfiler.LeastRowids}) " +
            "INSERT INTO t SELECT i * 2 - 50000, CASE i % 5000 WHEN 4999 THEN 'x' || i ELSE i END, 'Ä' || i FROM c;");
        ProfileOptions options = TypeMapper.Options(database.Table, ProfiledDatabase.Request());
        long told = 0;
        var profiler = new ParallelProfiler(() => SqliteDatabase.Open(database.Path, SqliteAccess.Live, CancellationToken.None));

        TableProfile profile = profiler.Read(database.Database, database.Table, options, rows => Interlocked.Add(ref told, rows), CancellationToken.None);

        Assert.Equal((ParallelProfiler.LeastRowids, ParallelProfiler.LeastRowids), (profile.Rows, told));
        Assert.Equal(Text(database.Profile()), Text(profile));
        Assert.Equal("id=-40002", profile.Columns[1].MisfitSamples[0].Key);
    }

    [Fact]
    public void A_thread_that_fails_makes_all_of_it_fail()
    {
        using var database = new ProfiledDatabase($"CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1), ({2 * ParallelProfiler.LeastRowids});");
        var profiler = new ParallelProfiler(() => throw new InvalidDataException("no connection"));
        if (Environment.ProcessorCount < 2) return;

        Assert.Throws<InvalidDataException>(() => profiler.Read(
            database.Database, database.Table, TypeMapper.Options(database.Table, ProfiledDatabase.Request()), static _ => { }, CancellationToken.None));
    }

    private static Gen<string> Value() => Gen.Frequency(
        (3, SqlLiteral.Any),
        (1, Gen.OneOf("'2025-01-01'", "'2025-01-01 10:00:00'", "'2025-01-01T10:00:00Z'", "'2025-01-01T10:00:00.1234567Z'", "1700000000", "1700000000123", "2460000.5", "2025")),
        (1, Gen.OneOf("'{\"a\":1}'", "'{\"a\":1,\"a\":2}'", "'[1'", "'01234567-89ab-cdef-0123-456789abcdef'", "'true'", "1.005", "12.5")));

    // All of a profile as text; JSON is looked at until the first text that is none, which is not the same place in a part.
    private static string Text(TableProfile profile) => string.Join("\n", profile.Columns.Select(Text).Prepend($"{profile.Table} {profile.Rows}"));

    private static string Text(ColumnProfile c) => string.Join(
        "|",
        typeof(ColumnProfile).GetProperties(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)
            .Where(p => p.Name is not ("EqualityContract" or nameof(ColumnProfile.JsonbTexts) or nameof(ColumnProfile.FirstNotJsonb)))
            .Select(p => $"{p.Name}={Shown(p.GetValue(c))}"));

    private static string Shown(object? value) => value switch
    {
        IReadOnlyDictionary<TextShape, long> shapes => string.Join(",", shapes.Where(s => s.Key != TextShape.Json).OrderBy(s => s.Key).Select(s => $"{s.Key}:{s.Value}")),
        IReadOnlyDictionary<EmrTimeUnit, TimeNumbers> times => string.Join(
            ",", times.OrderBy(t => t.Key).Select(t => $"{t.Key}:{t.Value.Count},{Shown(t.Value.Samples)},{t.Value.Inexact},{Shown(t.Value.InexactSamples)}")),
        IEnumerable<RowSample> rows => string.Join(";", rows),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
