using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Migration.Schema.Translation;
using EmrSim.Core.Migration.Values;

namespace EmrSim.Tests.Migration.Schema;

public sealed class SqlTranslatorTests
{
    private static readonly TranslationColumn[] s_columns =
    [
        new("name", "name", PgType.Text, "BINARY"), new("email", "email", PgType.Text, "NOCASE"), new("n", "n", PgType.BigInt, "BINARY"), new("r", "r", PgType.DoublePrecision, "BINARY"),
        new("active", "active", new PgType(PgKind.Boolean), "BINARY"), new("at", "at", new PgType(PgKind.TimestampTz), "BINARY"), new("data", "data", new PgType(PgKind.Jsonb), "BINARY"),
        new("order", "ord\"er", PgType.BigInt, "BINARY"), new("blob", "blob", PgType.Bytea, "BINARY"), new("odd", "odd", PgType.Text, "BINARY") { Mixed = true },
        new("calc", "calc", PgType.BigInt, "BINARY") { Generated = true }, new("price", "price", new PgType(PgKind.Numeric, 10, 2), "BINARY"),
        new("string", "string", PgType.Text, "BINARY") { Affinity = SqliteAffinity.Numeric },
    ];

    [Theory]
    [InlineData("active IN (0,1)", "(\"active\" IN (false, true))")]
    [InlineData("active = 1", "(\"active\" = true)")]
    [InlineData("active", "\"active\"")]
    [InlineData("NOT [active] OR \"n\" >= 5", "((NOT \"active\") OR (\"n\" >= 5))")]
    [InlineData("name <> \"foo\"", "(\"name\" <> 'foo')")]
    [InlineData("name IN ('a', \"b'c\")", "(\"name\" IN ('a', 'b''c'))")]
    [InlineData("email = 'Ab'", "(lower(\"email\" COLLATE \"C\") = ('ab' COLLATE \"C\"))")]
    [InlineData("t.name IS NOT 'x'", "(\"name\" IS DISTINCT FROM 'x')")]
    [InlineData("length(name) <= 10 /* )' */", "(length(\"name\") <= 10)")]
    [InlineData("length(blob) = 16", "(octet_length(\"blob\") = 16)")]
    [InlineData("json_valid(data)", "(CASE WHEN \"data\" IS NOT NULL THEN true END)")]
    [InlineData("\"order\" > 0", "(\"ord\"\"er\" > 0)")]
    [InlineData("name GLOB 'A*'", "(\"name\" COLLATE \"C\" ~ '^A.*$')")]
    [InlineData("typeof(n) = 'integer'", "((CASE WHEN \"n\" IS NULL THEN 'null' ELSE 'integer' END) = 'integer')")]
    [InlineData("odd IS NOT NULL", "(\"odd\" IS NOT NULL)")]
    [InlineData("at IS NULL", "(\"at\" IS NULL)")]
    [InlineData("price >= 0", "(\"price\" >= 0)")]
    [InlineData("n IN ()", "false")]
    [InlineData("n IS TRUE", "((\"n\" <> 0) IS TRUE)")]
    [InlineData("calc > 0", "(\"calc\" > 0)")]
    [InlineData("n > '5'", "(\"n\" > 5)")]
    [InlineData("name > 5", "(\"name\" > '5')")]
    public void M35_A_condition_is_translated(string sql, string expected) => Assert.Equal(new Translation(expected, null), SqlTranslator.Condition(sql, s_columns));

    [Theory]
    [InlineData("at > '2024-01-01'", "times")]
    [InlineData("json_valid(name)", "json_valid")]
    [InlineData("data ->> '$.a' = 1", "several types")]
    [InlineData("json_extract(data, '$.a') = 1", "json_extract")]
    [InlineData("name", "text as a condition")]
    [InlineData("n = 'x'", "whole number with a text")]
    [InlineData("n < r", "rounds")]
    [InlineData("nowhere > 1", "no column")]
    [InlineData("rowid > 1", "no column")]
    [InlineData("odd = 'x'", "odd")]
    [InlineData("name REGEXP 'x'", "REGEXP")]
    [InlineData("price * 2 > 1", "numeric")]
    [InlineData("string > '5'", "text with a whole number")]
    [InlineData("date(at) > '2024'", "'now'")]
    [InlineData("at < CURRENT_TIMESTAMP", "time of day")]
    [InlineData("n IN (SELECT 1)", "SELECT")]
    [InlineData("(n, r) = (1, 2)", "row of values")]
    [InlineData("count(*) > 1", "aggregate")]
    [InlineData("my_function(n)", "my_function")]
    [InlineData("name COLLATE mine = 'x'", "MINE")]
    [InlineData("(name || 'x' COLLATE NOCASE) = 'x'", "collation within")]
    [InlineData("CASE WHEN name COLLATE NOCASE = 'a' THEN name END = 'X'", "collation within")]
    [InlineData("n >", "ends too early")]
    [InlineData("n = ?1", "parameter")]
    public void M35_What_means_something_else_is_refused_with_its_reason(string sql, string reason)
    {
        Translation translation = SqlTranslator.Condition(sql, s_columns);

        Assert.Null(translation.Sql);
        Assert.Contains(reason, translation.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name || ' ' || n", "text", "((\"name\" || ' ') || (\"n\"::pg_catalog.text))")]
    [InlineData("n * 2", "bigint", "(\"n\" * 2)")]
    [InlineData("n > 2", "bigint", "((\"n\" > 2)::integer)")]
    [InlineData("n > 2", "boolean", "(\"n\" > 2)")]
    [InlineData("n", "text", "(\"n\"::pg_catalog.text)")]
    [InlineData("n", "double precision", "(\"n\"::double precision)")]
    [InlineData("lower(trim(email))", "varchar(20)", "lower(btrim(\"email\") COLLATE \"C\")")]
    [InlineData("NULL", "uuid", "NULL")]
    [InlineData("at", "timestamptz", "\"at\"")]
    public void M33_A_computed_column_is_translated(string sql, string type, string expected) =>
        Assert.Equal(new Translation(expected, null), SqlTranslator.Expression(sql, s_columns, PgType.Parse(type)));

    [Theory]
    [InlineData("calc + 1", "bigint", "computed itself")]
    [InlineData("r", "bigint", "real in a column of type bigint")]
    [InlineData("r || ''", "text", "fraction")]
    [InlineData("name", "uuid", "text in a column of type uuid")]
    [InlineData("datetime('now')", "text", "time of day")]
    [InlineData("random()", "bigint", "random")]
    [InlineData("n > 0 AND 'a' < 'b'", "boolean", "nothing but constants")]
    public void M33_A_computed_column_that_cannot_be_is_refused(string sql, string type, string reason) =>
        Assert.Contains(reason, SqlTranslator.Expression(sql, s_columns, PgType.Parse(type)).Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData("lower(name)", "lower(\"name\" COLLATE \"C\")")]
    [InlineData("substr(name, 1, 3)", "(substr(\"name\", 1, 3) COLLATE \"C\")")]
    [InlineData("n % 10", "(\"n\" % 10)")]
    [InlineData("calc", "\"calc\"")]
    public void M29_An_expression_of_an_index_sorts_byte_by_byte(string sql, string expected) =>
        Assert.Equal(expected, SqlTranslator.Expression(sql, s_columns, null).Sql);

    [Theory]
    [InlineData("'x'", "constant")]
    [InlineData("data", "JSON")]
    public void M29_What_cannot_be_indexed_is_refused(string sql, string reason) =>
        Assert.Contains(reason, SqlTranslator.Expression(sql, s_columns, null).Reason, StringComparison.Ordinal);

    [Fact]
    public void A_condition_of_a_thousand_terms_is_translated_or_refused_and_ends_nothing()
    {
        string deep = new string('(', 100_000) + "n" + new string(')', 100_000);
        string wide = string.Join(" OR ", Enumerable.Range(0, 100_000).Select(i => $"n = {i}"));

        Assert.NotNull(SqlTranslator.Condition(string.Join(" OR ", Enumerable.Range(0, 900).Select(i => $"n = {i}")), s_columns).Sql);
        Assert.NotNull(SqlTranslator.Condition(deep, s_columns).Reason);
        Assert.NotNull(SqlTranslator.Condition(wide, s_columns).Reason);
    }
}
