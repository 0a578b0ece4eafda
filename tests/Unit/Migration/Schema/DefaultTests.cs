using System.Text.RegularExpressions;
using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Migration.Schema.Translation;
using EmrSim.Core.Migration.Values;
using EmrSim.Tests.Support;
using Npgsql;

namespace EmrSim.Tests.Migration.Schema;

public sealed partial class DefaultTests
{
    private const string Stamp = "to_char((now() AT TIME ZONE 'UTC'), 'YYYY-MM-DD HH24:MI:SS')";

    [Theory]
    [InlineData("'it''s'", "text", "'it''s'")]
    [InlineData("'null'", "text", "'null'")]
    [InlineData("\"foo\"", "text", "'foo'")]
    [InlineData("draft", "text", "'draft'")]
    [InlineData("NULL", "text", "NULL")]
    [InlineData("5", "text", "'5'")]
    [InlineData("TRUE", "boolean", "true")]
    [InlineData("false", "bigint", "0")]
    [InlineData("0", "boolean", "false")]
    [InlineData("'yes'", "boolean", "true")]
    [InlineData("-5", "bigint", "(-5)")]
    [InlineData("'7'", "bigint", "7")]
    [InlineData("5.0", "bigint", "5")]
    [InlineData("0x1F", "bigint", "31")]
    [InlineData("-9223372036854775808", "bigint", "'-9223372036854775808'::bigint")]
    [InlineData("1.5", "double precision", "1.5")]
    [InlineData("9.95", "numeric(10,2)", "9.95")]
    [InlineData("x'00fF'", "bytea", "'\\x00fF'::pg_catalog.bytea")]
    [InlineData("'[]'", "jsonb", "'[]'")]
    [InlineData("'2024-01-05'", "date", "'2024-01-05'")]
    [InlineData("'2024-01-05 10:00'", "timestamptz", "'2024-01-05 10:00Z'")]
    [InlineData("'2024-01-05'", "timestamptz", "'2024-01-05 00:00Z'")]
    [InlineData("'2024-01-05T10:00:00+02:00'", "timestamptz", "'2024-01-05T10:00:00+02:00'")]
    [InlineData("CURRENT_TIMESTAMP", "text", Stamp)]
    [InlineData("current_timestamp", "timestamptz", "CURRENT_TIMESTAMP")]
    [InlineData("CURRENT_TIMESTAMP", "timestamp", "(now() AT TIME ZONE 'UTC')")]
    [InlineData("CURRENT_DATE", "date", "((now() AT TIME ZONE 'UTC')::pg_catalog.date)")]
    [InlineData("CURRENT_DATE", "text", "to_char((now() AT TIME ZONE 'UTC'), 'YYYY-MM-DD')")]
    [InlineData("datetime('now')", "text", Stamp)]
    [InlineData("datetime()", "timestamptz", "CURRENT_TIMESTAMP")]
    [InlineData("datetime('now', '+1 day')", "timestamptz", "(((now() AT TIME ZONE 'UTC') + interval '1 day') AT TIME ZONE 'UTC')")]
    [InlineData("strftime('%Y-%m-%dT%H:%M:%fZ','now')", "timestamptz", "CURRENT_TIMESTAMP")]
    [InlineData("unixepoch()", "bigint", "(floor(extract(epoch FROM (now() AT TIME ZONE 'UTC')))::bigint)")]
    [InlineData("strftime('%s', 'now') * 1000", "bigint", "((floor(extract(epoch FROM (now() AT TIME ZONE 'UTC')))::bigint) * 1000)")]
    [InlineData("1 + 2 * 3", "bigint", "((1::bigint) + ((2::bigint) * 3))")]
    public void M34_A_default_is_translated(string sql, string type, string expected) =>
        Assert.Equal(new Translation(expected, null), SqlTranslator.Default(sql, PgType.Parse(type)!));

    [Theory]
    [InlineData("'abc'", "bigint", "the text 'abc' in a column of type bigint")]
    [InlineData("'longer'", "varchar(3)", "'longer'")]
    [InlineData("2", "boolean", "the number 2")]
    [InlineData("1.005", "numeric(10,2)", "1.005")]
    [InlineData("12345678901", "numeric(10,2)", "12345678901")]
    [InlineData("'2025-02-30'", "date", "2025-02-30")]
    [InlineData("'{'", "jsonb", "'{'")]
    [InlineData("x'00'", "text", "a blob in a column of type text")]
    [InlineData("'x'", "bytea", "'x'")]
    [InlineData("0", "timestamptz", "the number 0")]
    [InlineData("40000", "smallint", "40000")]
    [InlineData("random()", "bigint", "random()")]
    [InlineData("lower(hex(randomblob(16)))", "text", "randomblob()")]
    [InlineData("datetime('now', 'localtime')", "text", "localtime")]
    [InlineData("datetime('now', '+1 month')", "text", "+1 month")]
    [InlineData("julianday('now')", "double precision", "julianday")]
    [InlineData("CURRENT_TIMESTAMP", "date", "date")]
    [InlineData("1e400", "double precision", "1e400")]
    public void M34_A_default_that_cannot_be_is_refused_with_its_reason(string sql, string type, string reason)
    {
        Translation translation = SqlTranslator.Default(sql, PgType.Parse(type)!);

        Assert.Null(translation.Sql);
        Assert.Contains(reason, translation.Reason, StringComparison.Ordinal);
    }

    [Fact]
    [NotUnderWine("PostgreSQL is a program of Linux")]
    public void M34_A_row_of_defaults_is_the_same_on_both_sides()
    {
        (string Default, string Declared, string Type)[] defaults =
        [
            ("'it''s \\n'", "TEXT", "text"), ("\"foo\"", "TEXT", "varchar(5)"), ("draft", "TEXT", "text"), ("12", "TEXT", "text"), ("1.5", "TEXT", "text"), ("-2.0", "TEXT", "text"), ("'7'", "INTEGER", "bigint"),
            ("5.0", "INTEGER", "bigint"), ("-0x10", "INT", "bigint"), ("TRUE", "INT", "bigint"), ("1", "BOOLEAN", "boolean"), ("3", "REAL", "double precision"), ("1e3", "REAL", "double precision"),
            ("x'00ff'", "BLOB", "bytea"), ("NULL", "INT", "bigint"), ("(1 + 2 * 3 / 2)", "INT", "bigint"), ("('a' || 1 || 'b')", "TEXT", "text"), ("(1 > 2)", "INT", "bigint"), ("'1e2'", "INTEGER", "bigint"),
            ("CURRENT_TIMESTAMP", "TEXT", "text"), ("CURRENT_DATE", "TEXT", "text"), ("CURRENT_TIME", "TEXT", "text"), ("(datetime('now','+1 day'))", "TEXT", "text"),
            ("(datetime('now','-90 minutes','start of day'))", "TEXT", "text"), ("(date('now','start of month'))", "TEXT", "text"), ("(strftime('%Y-%m-%dT%H:%M:%fZ','now'))", "TEXT", "text"),
            ("(strftime('am %d.%m.%Y um %H Uhr \"x\\ 100%%'))", "TEXT", "text"), ("(strftime('%s','now'))", "TEXT", "text"), ("(strftime('%s','now','start of year'))", "INTEGER", "bigint"),
            ("(strftime('%j %F %T %R'))", "TEXT", "text"), ("(unixepoch('now','start of day') * 1000)", "INTEGER", "bigint"), ("(time('now','start of day'))", "TEXT", "text"),
        ];
        string columns = string.Join(", ", defaults.Select((d, i) => $"c{i} {d.Declared} DEFAULT {d.Default}"));
        using var folder = new TempFolder();
        string path = folder.File("a.db");
        TestDatabase.Run(path, $"CREATE TABLE t({columns})");
        SourceTable table = SchemaDatabase.ReadFile(path).Tables[0];
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();
        using var postgres = new NpgsqlConnection(database.ConnectionString);
        postgres.Open();
        List<Translation> translations = [.. defaults.Select((d, i) => SqlTranslator.Default(table.Columns[i].Default!, PgType.Parse(d.Type)!))];
        Assert.All(translations, t => Assert.Null(t.Reason));
        TranslationBench.Rows(postgres.CreateCommand(), "SET TimeZone = 'Asia/Kolkata'");
        TranslationBench.Rows(postgres.CreateCommand(), $"CREATE TABLE t({string.Join(", ", defaults.Select((d, i) => $"c{i} {d.Type} DEFAULT {translations[i].Sql}"))})");

        (object?[] left, object?[] right) = ([], []);
        // The clock moves on between the two; within a second or two, most fields stay.
        for (int attempt = 0; attempt < 20; attempt++)
        {
            TestDatabase.Run(path, "DELETE FROM t; INSERT INTO t DEFAULT VALUES");
            TranslationBench.Rows(postgres.CreateCommand(), "DELETE FROM t; INSERT INTO t DEFAULT VALUES");
            using Microsoft.Data.Sqlite.SqliteConnection sqlite = TestDatabase.Open(path);
            left = TranslationBench.Rows(sqlite.CreateCommand(), "SELECT * FROM t")[0];
            right = TranslationBench.Rows(postgres.CreateCommand(), "SELECT * FROM t")[0];
            if (Enumerable.Range(0, left.Length).All(i => Same(left[i], right[i]))) return;
        }

        for (int i = 0; i < left.Length; i++) Assert.True(Same(left[i], right[i]), $"{defaults[i].Default}: '{left[i]}' beside '{right[i]}'");
    }

    // Thousandths of a second are never the same.
    private static bool Same(object? left, object? right) =>
        left is string l && right is string r ? Thousandths().Replace(l, ".000Z") == Thousandths().Replace(r, ".000Z") : TranslationBench.Same(left, right);

    [GeneratedRegex(@"\.[0-9]{3}Z")]
    private static partial Regex Thousandths();
}
