using EmrSim.Core.Migration.Planning;
using EmrSim.Tests.Migration.Profiling.Support;

namespace EmrSim.Tests.Migration.Planning;

public sealed class TypeMapTests
{
    [Theory]
    [InlineData("TEXT", "'2025-01-01'; '2025-01-01T10:00Z'", "timestamptz")]
    [InlineData("INTEGER", "1700000000", "timestamptz")]
    [InlineData("INTEGER", "1; 32767", "smallint")]
    [InlineData("TEXT", "'1.50'; '-2'", "numeric(5,2)")]
    [InlineData("TEXT", "'abc'", "char(3)")]
    [InlineData("REAL", "1.5", "real")]
    [InlineData("TEXT", "'7'", "integer")]
    public void A_type_that_is_given_is_taken(string declared, string values, string type)
    {
        using ProfiledDatabase database = TypeMapperTests.With(declared, values);

        ColumnDecision decision = database.Map("v", map: ("T.V", type));

        Assert.Equal((type, false), (decision.Type.ToString(), decision.HasMisfits));
        Assert.Empty(decision.Findings);
    }

    [Theory]
    [InlineData("TEXT", "'2025-01-01'; 'soon'", "timestamptz", "id=2: 'soon'")]
    [InlineData("INTEGER", "1700000000; 7", "timestamptz", "id=2: 7")]
    [InlineData("INTEGER", "1; 32768", "smallint", "id=2: 32768")]
    [InlineData("INTEGER", "1; 2147483648", "integer", "id=2: 2147483648")]
    [InlineData("TEXT", "'07'", "integer", "id=1: '07'")]
    [InlineData("TEXT", "'ab'", "char(3)", "id=1: 'ab'")]
    [InlineData("REAL", "0.1", "real", "id=1: 0.1")]
    [InlineData("INTEGER", "9007199254740993", "double precision", "id=1: 9007199254740993")]
    [InlineData("TEXT", "'a'; 'bcd'", "varchar(2)", "id=2: 'bcd'")]
    [InlineData("BLOB", "x'00'", "text", "id=1: x'00'")]
    [InlineData("INTEGER", "5", "text", "id=1: 5")]
    public void M45_a_value_that_does_not_fit_the_type_that_is_given_is_named(string declared, string values, string type, string row)
    {
        using ProfiledDatabase database = TypeMapperTests.With(declared, values);

        ColumnDecision decision = database.Map("v", map: ("t.v", type));

        EmrFinding finding = Assert.Single(decision.Findings);
        Assert.Equal((type, true, EmrSeverity.Error, "ValueDoesNotFit"), (decision.Type.ToString(), decision.HasMisfits, finding.Severity, finding.Id));
        Assert.Contains(row, finding.Message, StringComparison.Ordinal);
        Assert.Equal("ValueIsRejected", Assert.Single(database.Map("v", onMisfit: EmrMisfitAction.Reject, map: ("t.v", type)).Findings).Id);
        Assert.Equal("ValueDoesNotFit", Assert.Single(database.Map("v", onMisfit: EmrMisfitAction.Widen, map: ("t.v", type)).Findings).Id);
    }

    [Fact]
    public void A_key_whose_values_could_become_the_same_is_warned_of()
    {
        using var database = new ProfiledDatabase("CREATE TABLE t(v TEXT PRIMARY KEY); INSERT INTO t VALUES ('2025-01-01T10:00Z'), ('2025-01-01 10:00');");

        EmrFinding finding = Assert.Single(database.Map("v", map: ("t.v", "timestamptz")).Findings);

        Assert.Equal((EmrSeverity.Warning, "ValuesMayBecomeEqual"), (finding.Severity, finding.Id));
    }

    [Theory]
    [InlineData("t.w", "text", "has no such column. It has id, v")]
    [InlineData("u.v", "text", "no such table")]
    [InlineData("v", "text", "no such table")]
    [InlineData("t.v", "money", "It knows text, varchar(n)")]
    [InlineData("t.v", "varchar(0)", "does not know")]
    public void What_is_not_there_or_not_known_is_named_with_what_could_be_meant(string column, string type, string message)
    {
        using ProfiledDatabase database = TypeMapperTests.With("TEXT", "'a'");

        var error = Assert.Throws<EmrSimException>(() => database.Map("v", map: (column, type)));

        Assert.Equal(ErrorCode.TypeMapInvalid, error.ErrorCode);
        Assert.Contains($"'{column}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_that_is_named_twice_is_refused()
    {
        using ProfiledDatabase database = TypeMapperTests.With("TEXT", "'a'");

        Assert.Equal(ErrorCode.TypeMapInvalid, Assert.Throws<EmrSimException>(() => database.Map("v", map: [("t.v", "text"), ("T.v", "uuid")])).ErrorCode);
    }

    [Fact]
    public void A_table_whose_name_has_a_point_is_found()
    {
        using var database = new ProfiledDatabase("CREATE TABLE \"a.b\"(v TEXT); INSERT INTO \"a.b\" VALUES ('2025-01-01');");

        Assert.Equal("date", database.Map("v", map: ("a.b.v", "date")).Type.ToString());
    }
}
