using EmrSim.Tests.Migration.Planning.Support;

namespace EmrSim.Tests.Migration.Planning;

/// <summary>Expressions over columns whose values are of another class in SQLite than their type in PostgreSQL stands for.</summary>
public sealed class NaturalValuesTests
{
    [Theory]
    [InlineData("BOOLEAN", "'true', 'false'", null, "a")]
    [InlineData("BOOLEAN", "1, 'false'", null, "a")]
    [InlineData("REAL", "2, 4", "bigint", "a / 3 > 0")]
    [InlineData("REAL", "", "bigint", "typeof(a) = 'integer'")]
    [InlineData("FLOATING POINT", "5", null, "a / 2 = 2")]
    [InlineData("FLOATING POINT", "", null, "a / 2 = 2")]
    [InlineData("TEXT", "'10', '9'", "bigint", "a > '2'")]
    [InlineData("TEXT", "'10', '9'", "numeric", "a > '2'")]
    [InlineData("TEXT", "", "integer", "a > 2")]
    [InlineData("TEXT", "", "boolean", "a")]
    [InlineData("TEXT", "'yes'", "boolean", "NOT a")]
    [InlineData("", "'5'", "bigint", "a + 1 > 2")]
    [InlineData("INTEGER", "1, 2", "double precision", "a / 2 > 0")]
    [InlineData("ANY", "", null, "typeof(a) = 'text'")]
    public void M35_An_expression_over_values_of_another_class_is_not_carried(string declared, string values, string? type, string condition)
    {
        EmrMigrationPlan plan = PlanOf(declared, values, type, condition);

        Assert.All(["ViewNotCarried", "IndexNotCarried", "CheckNotCarried"], id => Assert.Contains("the column a, whose values do not stay what they are", plan.OnlyFound(id).Message));
        Assert.DoesNotContain(plan.Findings, f => f.Severity == EmrSeverity.Error);
    }

    [Theory]
    [InlineData("BOOLEAN", "1, 0, NULL", null, "a")]
    [InlineData("BOOLEAN", "", null, "a")]
    [InlineData("INTEGER", "7", null, "a / 2 = 3")]
    [InlineData("NUMERIC", "7", "bigint", "a / 2 = 3")]
    [InlineData("", "7", null, "a / 2 = 3")]
    [InlineData("INT", "", null, "a / 2 = 3")]
    [InlineData("INTEGER", "", "smallint", "a / 2 = 3")]
    [InlineData("REAL", "7", null, "a / 2 = 3.5")]
    [InlineData("REAL", "", null, "a / 2 = 3.5")]
    [InlineData("FLOATING POINT", "7.5", null, "a > 5.5")]
    [InlineData("DECIMAL(10, 2)", "7.25, 1.5", null, "a > 5")]
    [InlineData("DECIMAL(10, 2)", "", null, "a > 5")]
    [InlineData("TEXT", "'x'", null, "a > 'a'")]
    [InlineData("VARCHAR(5)", "", null, "length(a) < 6")]
    [InlineData("", "'x'", null, "a > 'a'")]
    [InlineData("BLOB", "x'61'", null, "length(a) = 1")]
    [InlineData("VARBINARY(16)", "", null, "length(a) < 17")]
    [InlineData("DATE", "'2024-01-05'", null, "a > '2020-01-01'")]
    [InlineData("DATE", "", null, "a > '2020-01-01'")]
    [InlineData("DATETIME", "1700000000, '2024-01-05 00:00:00'", null, "a IS NULL")]
    public void M35_An_expression_over_values_of_the_class_of_their_type_is_carried(string declared, string values, string? type, string condition)
    {
        EmrMigrationPlan plan = PlanOf(declared, values, type, condition);

        Assert.All(["ViewNotCarried", "IndexNotCarried", "CheckNotCarried"], id => Assert.Empty(plan.Found(id)));
    }

    [Theory]
    [InlineData("r - r")]
    [InlineData("r * 0")]
    [InlineData("1.0 / r")]
    [InlineData("coalesce(r, 0.5) + 1")]
    [InlineData("abs(r) - 1")]
    [InlineData("-r + 1")]
    [InlineData("round(r) + 1")]
    [InlineData("max(r, 0.5) + 1")]
    [InlineData("CASE WHEN r > 1 THEN r ELSE 0.5 END * 0")]
    [InlineData("iif(r > 1, r, 1) * 2.5")]
    [InlineData("CAST(r AS REAL) * 0")]
    [InlineData("CAST(r AS INTEGER)")]
    public void M5_Arithmetic_with_infinite_reals_is_not_carried(string expression)
    {
        EmrMigrationPlan plan = PlanSource.PlanOf(
            $"CREATE TABLE t(r REAL, d REAL AS ({expression})); CREATE VIEW v AS SELECT {expression} FROM t; CREATE VIEW bare AS SELECT r FROM t; CREATE VIEW over AS SELECT {expression} FROM bare;" +
            "CREATE VIEW both AS SELECT 0.5 AS r UNION ALL SELECT max(r) FROM t; CREATE VIEW over_both AS SELECT r - r FROM both; INSERT INTO t VALUES (9e999), (1)");

        Assert.Contains("infinite numbers", plan.OnlyFound("ComputedColumnCopied").Message);
        Assert.Equal(["over", "over_both", "v"], plan.Found("ViewNotCarried").Select(f => f.Object));
        Assert.All(plan.Found("ViewNotCarried"), f => Assert.Contains("infinite numbers", f.Message));
    }

    [Theory]
    [InlineData("9e999", "r > 0.5")]
    [InlineData("9e999", "abs(r)")]
    [InlineData("9e999", "-r")]
    [InlineData("9e999", "typeof(r)")]
    [InlineData("1e300", "r - r")]
    public void M5_What_infinite_reals_mean_the_same_in_is_carried(string value, string expression) =>
        Assert.Empty(PlanSource.PlanOf($"CREATE TABLE t(r REAL); CREATE VIEW v AS SELECT {expression} FROM t; INSERT INTO t VALUES ({value})").Found("ViewNotCarried"));

    [Theory]
    [InlineData("2024-01-05 10:00:00", "2024-01-05T10:00:00Z", "UNION", false)]
    [InlineData("2024-01-05 10:00:00", "2024-01-05 10:00:00.000", "INTERSECT", false)]
    [InlineData("2024-01-05 10:00:00", "2024-01-05T10:00:00", "EXCEPT", false)]
    [InlineData("2024-01-05 10:00:00", "2024-01-05T10:00:00Z", "UNION ALL", true)]
    [InlineData("2024-01-05 10:00:00", "2025-12-31 23:59:59", "UNION", true)]
    [InlineData("2024-01-05T10:00:00Z", "2025-12-31T23:59:59Z", "EXCEPT", true)]
    public void M35_Times_of_two_tables_are_told_apart_only_where_their_texts_have_one_form(string left, string right, string operation, bool isCarried)
    {
        EmrMigrationPlan plan = PlanSource.PlanOf(
            $"CREATE TABLE a(at DATETIME); CREATE TABLE b(at DATETIME); INSERT INTO a VALUES ('{left}'); INSERT INTO b VALUES ('{right}');" +
            $"CREATE VIEW v AS SELECT at FROM a {operation} SELECT at FROM b; CREATE VIEW nulls AS SELECT at FROM a {operation} SELECT NULL");

        Assert.Equal(isCarried ? [] : ["v"], plan.Found("ViewNotCarried").Select(f => f.Object));
        Assert.All(plan.Found("ViewNotCarried"), f => Assert.Contains("several forms", f.Message));
    }

    private static EmrMigrationPlan PlanOf(string declared, string values, string? type, string condition)
    {
        // Checks that are broken by a row would be findings of their own.
        string rows = string.Concat(values.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(v => $"INSERT INTO t VALUES ({v});"));
        using var source = new PlanSource(
            $"PRAGMA ignore_check_constraints=ON; CREATE TABLE t(a {declared}, CHECK (({condition}) OR 1)); CREATE INDEX i ON t(a) WHERE {condition}; CREATE VIEW v AS SELECT count(*) AS n FROM t WHERE {condition}; {rows}")
        {
            TypeMap = type is null ? [] : new() { ["t.a"] = type },
        };
        return source.Plan();
    }
}
