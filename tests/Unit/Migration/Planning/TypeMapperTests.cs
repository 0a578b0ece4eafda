using EmrSim.Core.Migration.Planning;
using EmrSim.Core.Migration.Values;
using EmrSim.Tests.Migration.Profiling.Support;

namespace EmrSim.Tests.Migration.Planning;

public sealed class TypeMapperTests
{
    [Theory]
    [InlineData("TEXT", "text")]
    [InlineData("CLOB", "text")]
    [InlineData("LONGVARCHAR", "text")]
    [InlineData("VARCHAR", "text")]
    [InlineData("VARCHAR(255)", "varchar(255)")]
    [InlineData("character varying ( 20 )", "varchar(20)")]
    [InlineData("NVARCHAR(5)", "varchar(5)")]
    [InlineData("CHAR(3)", "varchar(3)")]
    [InlineData("NATIVE CHARACTER(70)", "varchar(70)")]
    [InlineData("VARCHAR(99999999)", "text")]
    [InlineData("INTEGER", "bigint")]
    [InlineData("INT", "bigint")]
    [InlineData("SMALLINT", "bigint")]
    [InlineData("unsigned big int", "bigint")]
    [InlineData("TINYINT(1)", "bigint")]
    [InlineData("REAL", "double precision")]
    [InlineData("FLOAT", "double precision")]
    [InlineData("double precision", "double precision")]
    [InlineData("FLOATING POINT", "double precision")]
    [InlineData("BLOB", "bytea")]
    [InlineData("byte[]", "bytea")]
    [InlineData("VARBINARY(16)", "bytea")]
    [InlineData("NUMERIC(10, 2)", "numeric(10,2)")]
    [InlineData("DECIMAL(5)", "numeric(5,0)")]
    [InlineData("NUMERIC", "numeric")]
    [InlineData("DECIMAL(2,5)", "numeric")]
    [InlineData("MONEY", "numeric")]
    [InlineData("DATETIME", "timestamptz")]
    [InlineData("timestamp with time zone", "timestamptz")]
    [InlineData("timestamp without time zone", "timestamp")]
    [InlineData("DATE", "date")]
    [InlineData("TIME", "time")]
    [InlineData("BOOLEAN", "boolean")]
    [InlineData("JSON", "json")]
    [InlineData("JSONB", "jsonb")]
    [InlineData("UUID", "uuid")]
    [InlineData("uniqueidentifier", "uuid")]
    [InlineData("STRING", "numeric")]
    [InlineData("ANY", "text")]
    [InlineData("", "text")]
    public void M19_an_empty_column_gets_what_its_declaration_means(string declared, string type)
    {
        using var database = new ProfiledDatabase($"CREATE TABLE t(v {(declared.Contains('[', StringComparison.Ordinal) ? $"\"{declared}\"" : declared)});");

        ColumnDecision decision = database.Map("v");

        Assert.Equal(type, decision.Type.ToString());
        Assert.Empty(decision.Findings);
        Assert.False(decision.HasMisfits);
        Assert.EndsWith(".", decision.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1; -5", "bigint")]
    [InlineData("1; 2.5", "double precision")]
    [InlineData("9007199254740993; 2.5", "numeric")]
    [InlineData("0.1; 1e308", "double precision")]
    [InlineData("'a'; NULL", "text")]
    [InlineData("x'00'; NULL", "bytea")]
    [InlineData("NULL", "text")]
    public void M19_a_column_without_a_type_gets_what_its_values_need(string values, string type)
    {
        using ProfiledDatabase database = With("", values);

        ColumnDecision decision = database.Map("v");

        Assert.Equal((type, false), (decision.Type.ToString(), decision.HasMisfits));
        Assert.DoesNotContain(decision.Findings, f => f.Severity != EmrSeverity.Information);
    }

    [Theory]
    [InlineData("NUMERIC", "1; 2.5", "numeric")]
    [InlineData("DECIMAL", "1; 2", "numeric")]
    [InlineData("DECIMAL(10,2)", "1; 2.25; NULL", "numeric(10,2)")]
    [InlineData("FOO", "1; 2", "bigint")]
    [InlineData("FOO", "'a'", "text")]
    [InlineData("VARCHAR(3)", "'äöü'; '🩺🩺🩺'", "varchar(3)")]
    [InlineData("CHAR(3)", "'a  '", "varchar(3)")]
    [InlineData("DATETIME", "'2025-01-01'; '2025-01-01 10:00:00'; '2025-01-01T10:00:00.123Z'", "timestamptz")]
    [InlineData("timestamp without time zone", "'2025-01-01 10:00:00'", "timestamp")]
    [InlineData("DATE", "'2025-01-01'", "date")]
    [InlineData("TIME", "'10:00'; '23:59:59.5'", "time")]
    [InlineData("BOOLEAN", "0; 1; NULL; 'true'; 'NO'", "boolean")]
    [InlineData("JSON", "'{\"a\":1,\"a\":2}'; '\"x\"'; 'null'", "json")]
    [InlineData("JSONB", "'{\"a\":1}'", "jsonb")]
    [InlineData("UUID", "'01234567-89AB-cdef-0123-456789abcdef'", "uuid")]
    public void A_declared_type_is_taken_where_every_value_fits(string declared, string values, string type)
    {
        using ProfiledDatabase database = With(declared, values);

        ColumnDecision decision = database.Map("v");

        Assert.Equal((type, false), (decision.Type.ToString(), decision.HasMisfits));
        Assert.Empty(decision.Findings);
    }

    [Theory]
    [InlineData("VARCHAR(3)", "'abc'; 'longer'", "text", "id=2: 'longer'")]
    [InlineData("DECIMAL(10,2)", "1; 1.005", "numeric", "id=2: 1.005")]
    [InlineData("DECIMAL(10,2)", "12345678901.999", "numeric", "id=1: 12345678901.999")]
    [InlineData("BOOLEAN", "0; 1; 2", "bigint", "id=3: 2")]
    [InlineData("BOOLEAN", "'true'; 'maybe'", "text", "id=2: 'maybe'")]
    [InlineData("DATETIME", "'2025-01-01'; '0000-00-00'", "text", "id=2: '0000-00-00'")]
    [InlineData("DATETIME", "''", "text", "id=1: ''")]
    [InlineData("DATETIME", "'2025-12-31T23:59:60Z'", "text", "id=1: '2025-12-31T23:59:60Z'")]
    [InlineData("DATE", "'2025-01-01'; '2025-01-01 10:00:00'", "text", "id=2: '2025-01-01 10:00:00'")]
    [InlineData("TIME", "'24:00:00'", "text", "id=1: '24:00:00'")]
    [InlineData("JSON", "'{\"a\":'", "text", "id=1: '{\"a\":'")]
    [InlineData("JSONB", "'[]'; '{\"a\":1,\"a\":2}'", "text", "id=2: '{\"a\":1,\"a\":2}'")]
    [InlineData("UUID", "'0123456789abcdef0123456789abcdef'", "text", "id=1: '0123456789abcdef0123456789abcdef'")]
    [InlineData("byte[]", "x'00'; 'text'; 'more'", "text", "id=2: 'text'")]
    public void A_declared_type_that_does_not_hold_every_value_is_named_and_not_taken(string declared, string values, string type, string row)
    {
        using ProfiledDatabase database = With(declared, values);

        ColumnDecision decision = database.Map("v");

        Assert.Equal(type, decision.Type.ToString());
        EmrFinding finding = decision.Findings[0];
        Assert.Equal((EmrSeverity.Warning, TypeMapper.DeclarationNotUsed, "t.v"), (finding.Severity, finding.Id, finding.Object));
        Assert.Contains(row, finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1700000000; 1710000000.5", EmrTimeUnit.Seconds)]
    [InlineData("1700000000123; 0", EmrTimeUnit.Milliseconds)]
    [InlineData("1700000000123456; '2025-01-01T00:00:00Z'", EmrTimeUnit.Microseconds)]
    [InlineData("2460000.5; 2460001", EmrTimeUnit.JulianDays)]
    [InlineData("0", EmrTimeUnit.Seconds)]
    [InlineData("'2025-01-01'", EmrTimeUnit.None)]
    public void M11_numbers_of_a_column_of_times_count_what_their_size_says(string values, EmrTimeUnit unit)
    {
        using ProfiledDatabase database = With("DATETIME", values);

        ColumnDecision decision = database.Map("v");

        Assert.Equal((PgKind.TimestampTz, unit), (decision.Type.Kind, decision.Unit));
        Assert.Empty(decision.Findings);
    }

    [Theory]
    [InlineData("1700000000; 1700000000123", "id=2: 1700000000123")]
    [InlineData("2025", "id=1: 2025")]
    [InlineData("20250131", "id=1: 20250131")]
    [InlineData("2460000.5; 0", "fit timestamptz")]
    [InlineData("1700000000.1234567", "id=1: 1700000000.1234567")]
    [InlineData("1e300", "id=1: 1E+300")]
    public void M11_numbers_that_do_not_agree_are_named_and_stay_numbers(string values, string row)
    {
        using ProfiledDatabase database = With("TIMESTAMP", values);

        ColumnDecision decision = database.Map("v");

        Assert.Contains(decision.Type.Kind, (PgKind[])[PgKind.BigInt, PgKind.DoublePrecision]);
        Assert.Equal(EmrTimeUnit.None, decision.Unit);
        Assert.Contains(row, Assert.Single(decision.Findings, f => f.Id == TypeMapper.DeclarationNotUsed).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void M9_more_than_six_digits_of_a_second_are_a_loss_and_named()
    {
        using ProfiledDatabase database = With("DATETIME", "'2025-01-01T10:00:00.1234567Z'");

        ColumnDecision decision = database.Map("v");

        Assert.Equal(("text", TypeMapper.FineTimes), (decision.Type.ToString(), Assert.Single(decision.Findings).Id));
    }

    [Fact]
    public void M1_integers_are_never_narrowed_and_one_finding_tells_what_node_pg_makes_of_them()
    {
        using ProfiledDatabase database = With("SMALLINT", "1; 0");

        IReadOnlyList<ColumnDecision> decisions = database.Map(ProfiledDatabase.Request(EmrMapping.Idiomatic));

        Assert.All(decisions, d => Assert.Equal(PgType.BigInt, d.Type));
        EmrFinding finding = TypeMapper.BigIntegerFinding(decisions)!;
        Assert.Equal((EmrSeverity.Information, "BigIntegersAreStrings"), (finding.Severity, finding.Id));
        Assert.Contains("types.setTypeParser(20, Number)", finding.Action, StringComparison.Ordinal);
        Assert.Null(TypeMapper.BigIntegerFinding([]));
    }

    [Theory]
    [InlineData("SERIAL_NO INTEGER", "1700000000", true)]
    [InlineData("v INTEGER", "1700000000123; 1700000000124", true)]
    [InlineData("v INTEGER", "1700000000; 5", false)]
    [InlineData("v INTEGER", "42", false)]
    public void M11_integers_that_could_be_times_are_told_and_stay_integers(string column, string values, bool told)
    {
        using var database = new ProfiledDatabase($"CREATE TABLE t(id INTEGER PRIMARY KEY, {column}); " + Insert(values, column.Split(' ')[0]));

        ColumnDecision decision = database.Map(ProfiledDatabase.Request(EmrMapping.Idiomatic))[1];

        Assert.Equal(PgType.BigInt, decision.Type);
        Assert.Equal(told, decision.Findings.Any(f => f.Id == TypeMapper.LooksLikeTimes && f.Severity == EmrSeverity.Information));
    }

    internal static ProfiledDatabase With(string declared, string values) => new(
        $"CREATE TABLE t(id INTEGER PRIMARY KEY, v {(declared.Contains('[', StringComparison.Ordinal) ? $"\"{declared}\"" : declared)}); {Insert(values, "v")}");

    internal static string Insert(string values, string column) => string.Concat(values.Split("; ").Select(v => $"INSERT INTO t({column}) VALUES ({v});"));
}
