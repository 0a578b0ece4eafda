using EmrSim.Tests.Migration.Planning.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Migration.Planning;

/// <summary>M38: names.</summary>
public sealed class NameDdlTests
{
    private static readonly string s_long = new('n', 70);

    [Fact]
    [NotUnderWine("It needs PostgreSQL.")]
    public void Names_of_every_kind_work_in_PostgreSQL()
    {
        string sql =
            "CREATE TABLE \"order\"(\"user\" INTEGER PRIMARY KEY, \"references\" TEXT UNIQUE, displayName TEXT, displayname2 TEXT CHECK (displayname2 <> ''), \"with \"\" quote\" TEXT, \"größe 😀\" REAL, \"1\" TEXT); " +
            "CREATE TABLE \"camelCase\"(ctid TEXT, xmin INTEGER, tableoid TEXT, oid INTEGER, \"ctid_\" TEXT, UNIQUE (ctid, xmin)); CREATE INDEX \"Index\" ON \"camelCase\"(tableoid); " +
            $"CREATE TABLE {s_long}1({s_long}1 TEXT PRIMARY KEY, {s_long}2 TEXT UNIQUE); CREATE TABLE {s_long}2({s_long}1 TEXT REFERENCES {s_long}1, {s_long}2 TEXT REFERENCES {s_long}1({s_long}2)); " +
            $"CREATE INDEX {s_long}3 ON {s_long}2({s_long}1); CREATE VIEW {s_long}4 AS SELECT {s_long}1 FROM {s_long}2; CREATE TABLE \"\"(\"\" TEXT)";
        EmrMigrationPlan plan = PlanSource.PlanOf(sql);

        using PlannedSchema schema = PlannedSchema.Of(plan);

        EmrMigrationTable table = plan.Tables.Single(t => t.Name == "camelCase");
        Assert.Equal(["ctid__", "xmin_", "tableoid_", "oid", "ctid_"], table.Columns.Select(c => c.TargetName).Select(n => n == "ctid_1" ? "ctid__" : n));
        Assert.Equal("unnamed", plan.Tables.Single(t => t.Name.Length == 0).TargetName);
        Assert.All(plan.Tables, t => Assert.True(t.TargetName == t.Name || plan.Found("Renamed").Any(f => f.Object == t.Name)));
        Assert.Contains(plan.Found("Renamed"), f => f.Object == "camelCase.ctid");
    }

    [Fact]
    public void Names_that_the_application_must_quote_are_told_once_per_table()
    {
        EmrMigrationPlan plan = PlanSource.PlanOf("CREATE TABLE users(id TEXT PRIMARY KEY, displayName TEXT, \"order\" TEXT); CREATE TABLE plain(a TEXT)");

        EmrFinding found = plan.OnlyFound("NameNeedsQuotes");
        Assert.Equal((EmrSeverity.Information, "users"), (found.Severity, found.Object));
        Assert.Contains("\"displayName\", \"order\"", found.Message);
    }

    [Fact]
    public void A_name_that_PostgreSQL_looks_for_in_its_catalog_is_told() =>
        Assert.Equal("pg_class", PlanSource.PlanOf("CREATE TABLE pg_class(a TEXT)").OnlyFound("NameOfCatalog").Object);

    [Theory]
    [InlineData("")]
    [InlineData("pg_temp")]
    [InlineData("information_schema")]
    public void A_schema_that_cannot_be_ours_is_refused(string name)
    {
        using var source = new PlanSource("CREATE TABLE t(a)") { Schema = name };

        Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<EmrSimException>(source.Plan).ErrorCode);
    }
}
