using EmrSim.Core.Migration.Planning;
using EmrSim.Tests.Migration.Profiling.Support;

namespace EmrSim.Tests.Migration.Planning;

public sealed class TypePromotionTests
{
    [Theory]
    [InlineData("v TEXT", "'2025-01-01 10:00:00'; '2025-01-01T10:00:00.123Z'; NULL", "timestamptz")]
    [InlineData("v TEXT", "'2025-01-01'", "date")]
    [InlineData("v TEXT", "'2025-01-01'; '2025-01-01T10:00Z'", "timestamptz")]
    [InlineData("v TEXT", "'01234567-89ab-cdef-0123-456789abcdef'", "uuid")]
    [InlineData("v TEXT", "'{\"a\":[1]}'; '[]'", "jsonb")]
    [InlineData("v", "'[]'", "jsonb")]
    [InlineData("is_active INTEGER", "0; 1; NULL", "boolean")]
    [InlineData("isActive INTEGER", "1", "boolean")]
    [InlineData("deleted INT", "0", "boolean")]
    [InlineData("v TINYINT(1)", "0; 1", "boolean")]
    public void M10_what_all_values_are_becomes_the_type(string column, string values, string type)
    {
        ColumnDecision decision = Idiomatic(column, values);

        Assert.Equal((type, false), (decision.Type.ToString(), decision.HasMisfits));
        Assert.Contains("All ", decision.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v TEXT", "'2025-01-01'; 'soon'", "text")]
    [InlineData("v TEXT", "NULL", "text")]
    [InlineData("v TEXT", "'2025-01-01T10:00:00.1234567Z'", "text")]
    [InlineData("v TEXT", "'01234567-89AB-cdef-0123-456789abcdef'", "text")]
    [InlineData("v TEXT", "'{\"a\":1,\"a\":2}'", "text")]
    [InlineData("v TEXT", "'{\"a\":\"\\u0000\"}'", "text")]
    [InlineData("v TEXT", "'12'; '\"x\"'", "text")]
    [InlineData("v TEXT", "'true'", "text")]
    [InlineData("v TEXT COLLATE NOCASE", "'2025-01-01'", "text")]
    [InlineData("v TEXT UNIQUE", "'2025-01-01T10:00Z'; '2025-01-01 10:00'", "text")]
    [InlineData("v TEXT UNIQUE", "'[]'", "text")]
    [InlineData("v VARCHAR(20)", "'2025-01-01'", "varchar(20)")]
    [InlineData("v INTEGER", "0; 1", "bigint")]
    [InlineData("is_active INTEGER", "0; 2", "bigint")]
    [InlineData("history INTEGER", "0; 1", "bigint")]
    [InlineData("issue INTEGER", "0; 1", "bigint")]
    [InlineData("is_active INTEGER UNIQUE", "0; 1", "bigint")]
    [InlineData("v INTEGER", "1700000000", "bigint")]
    public void What_not_all_values_are_or_could_become_the_same_stays(string column, string values, string type)
    {
        Assert.Equal(type, Idiomatic(column, values).Type.ToString());
    }

    [Theory]
    [InlineData("'2025-01-01T10:00:00.000Z'; '2025-01-01T11:00:00.000Z'", "timestamptz")]
    [InlineData("'2025-01-01 10:00:00'; '2025-01-01 11:00:00'", "timestamptz")]
    [InlineData("'2025-01-01T10:00:00+01:00'; '2025-01-01T09:00:00+00:00'", "text")]
    [InlineData("'2025-01-01T10:00:00Z'; '2025-01-01T10:00:00.000Z'", "text")]
    public void A_unique_column_becomes_a_time_only_where_two_texts_cannot_be_one_instant(string values, string type)
    {
        Assert.Equal(type, Idiomatic("v TEXT UNIQUE", values).Type.ToString());
    }

    [Fact]
    public void A_faithful_mapping_promotes_nothing()
    {
        using ProfiledDatabase database = TypeMapperTests.With("TEXT", "'2025-01-01'");

        Assert.Equal("text", database.Map("v").Type.ToString());
    }

    private static ColumnDecision Idiomatic(string column, string values)
    {
        using var database = new ProfiledDatabase($"CREATE TABLE t(id INTEGER PRIMARY KEY, {column}); {TypeMapperTests.Insert(values, column.Split(' ')[0])}");
        return database.Map(column.Split(' ')[0], EmrMapping.Idiomatic);
    }
}
