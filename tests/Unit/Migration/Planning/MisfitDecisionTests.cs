using EmrSim.Core.Migration.Planning;
using EmrSim.Tests.Migration.Profiling.Support;

namespace EmrSim.Tests.Migration.Planning;

public sealed class MisfitDecisionTests
{
    [Theory]
    [InlineData("INTEGER", "1; 'abc'; x'00ff'; '12'; NULL; 2.5", "bigint", "3 values of 't.v' (2 integers, 1 real, 1 text, 1 blob) do not fit bigint: id=2: 'abc'; id=3: x'00FF'; id=6: 2.5")]
    [InlineData("REAL", "1.5; 'abc'", "double precision", "id=2: 'abc'")]
    [InlineData("TEXT", "'a'; x'00ff'", "text", "id=2: x'00FF'")]
    [InlineData("BLOB", "x'00'; 'text'", "bytea", "id=2: 'text'")]
    [InlineData("TEXT", "'a'; CAST(x'610062' AS TEXT)", "text", "id=2: 'a·b'")]
    [InlineData("TEXT", "'a'; CAST(x'ff' AS TEXT)", "text", "1 value of 't.v'")]
    [InlineData("", "1; 2; 'a'", "bigint", "id=3: 'a'")]
    [InlineData("", "'a'; 'b'; 1", "text", "id=3: 1")]
    [InlineData("", "x'00'; x'01'; 1", "bytea", "id=3: 1")]
    public void M5_M13_M14_M15_what_does_not_fit_stops_the_migration_and_is_named(string declared, string values, string type, string message)
    {
        using ProfiledDatabase database = TypeMapperTests.With(declared, values);

        ColumnDecision decision = database.Map("v");

        Assert.Equal((type, true), (decision.Type.ToString(), decision.HasMisfits));
        EmrFinding finding = Assert.Single(decision.Findings);
        Assert.Equal((EmrSeverity.Error, "ValueDoesNotFit", "t.v"), (finding.Severity, finding.Id, finding.Object));
        Assert.Contains(message, finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INTEGER", "1; 'abc'", "text")]
    [InlineData("INTEGER", "1; 2.5", "double precision")]
    [InlineData("INTEGER", "9007199254740993; 2.5", "numeric")]
    [InlineData("TEXT", "'a'; x'00ff'", "bytea")]
    [InlineData("BLOB", "x'00'; 'text'", "bytea")]
    [InlineData("BLOB", "'text'", "text")]
    [InlineData("TEXT", "'a'; CAST(x'610062' AS TEXT)", "bytea")]
    [InlineData("TEXT", "'a'; CAST(x'ff' AS TEXT)", "bytea")]
    [InlineData("", "'a'; 1; 2.5", "text")]
    [InlineData("TEXT", "''; x'00'", "bytea")]
    public void M5_M15_a_widened_column_holds_all_of_them(string declared, string values, string type)
    {
        using ProfiledDatabase database = TypeMapperTests.With(declared, values);

        ColumnDecision decision = database.Map("v", onMisfit: EmrMisfitAction.Widen);

        Assert.Equal((type, false), (decision.Type.ToString(), decision.HasMisfits));
        EmrFinding finding = Assert.Single(decision.Findings);
        Assert.Equal((EmrSeverity.Warning, "ColumnWidened"), (finding.Severity, finding.Id));
    }

    [Theory]
    [InlineData("TEXT", "''; x''", "'' and x''")]
    [InlineData("", "1; x'00'", "numbers")]
    [InlineData("", "9007199254740993; 1e999", "infinities")]
    public void M16_what_no_type_holds_apart_is_not_widened(string declared, string values, string reason)
    {
        using ProfiledDatabase database = TypeMapperTests.With(declared, values);

        ColumnDecision decision = database.Map("v", onMisfit: EmrMisfitAction.Widen);

        EmrFinding finding = Assert.Single(decision.Findings);
        Assert.Equal((EmrSeverity.Error, "ColumnCannotBeWidened", true), (finding.Severity, finding.Id, decision.HasMisfits));
        Assert.Contains(reason, finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_of_numbers_and_texts_that_look_like_them_is_not_widened_since_they_could_become_the_same()
    {
        using var database = new ProfiledDatabase("CREATE TABLE t(v UNIQUE); INSERT INTO t VALUES (12), ('12');");

        Assert.Equal("ColumnCannotBeWidened", Assert.Single(database.Map("v", onMisfit: EmrMisfitAction.Widen).Findings).Id);
    }

    [Fact]
    public void M14_half_of_a_surrogate_pair_cannot_be_widened()
    {
        using var database = new ProfiledDatabase("PRAGMA encoding='UTF-16le'; CREATE TABLE t(v TEXT); INSERT INTO t VALUES (CAST(x'3ed8' AS TEXT));");

        EmrFinding finding = Assert.Single(database.Map("v", onMisfit: EmrMisfitAction.Widen).Findings);

        Assert.Equal("ColumnCannotBeWidened", finding.Id);
        Assert.Contains("surrogate", finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(EmrMisfitAction.Reject, "INTEGER", EmrSeverity.Warning, "ValueIsRejected")]
    [InlineData(EmrMisfitAction.Null, "INTEGER", EmrSeverity.Warning, "ValueBecomesNull")]
    [InlineData(EmrMisfitAction.Null, "INTEGER NOT NULL", EmrSeverity.Error, "ValueDoesNotFit")]
    public void M5_rejected_values_keep_the_column_what_it_is(EmrMisfitAction action, string declared, EmrSeverity severity, string id)
    {
        using ProfiledDatabase database = TypeMapperTests.With(declared, "1; 'abc'");

        ColumnDecision decision = database.Map("v", onMisfit: action);

        EmrFinding finding = Assert.Single(decision.Findings);
        Assert.Equal(("bigint", true, severity, id), (decision.Type.ToString(), decision.HasMisfits, finding.Severity, finding.Id));
    }
}
