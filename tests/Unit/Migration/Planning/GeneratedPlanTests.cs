using CsCheck;
using EmrSim.Core.Migration.Planning;
using EmrSim.Tests.Migration.Planning.Support;
using EmrSim.Tests.Support;
using Microsoft.Data.Sqlite;

namespace EmrSim.Tests.Migration.Planning;

/// <summary>Whatever schema SQLite takes, PostgreSQL takes what is planned of it.</summary>
public sealed class GeneratedPlanTests
{
    private static readonly string s_long = new('w', 62);

    private static readonly string[] s_names =
    [
        "a", "A1", "\"b c\"", "\"user\"", "\"größe\"", "\"x\"\"y\"", "ctid", "xmin", "\"order\"", $"\"{s_long}ä1\"", $"\"{s_long}ä2\"", "\"\"", "text", "oid", "\"select\"", "date", "\"1\"",
    ];

    private static readonly Gen<string> s_type = Gen.OneOf(
        "", "INTEGER", "INT", "TEXT", "TEXT", "VARCHAR(20)", "NUMERIC(10, 2)", "DECIMAL(5)", "unsigned big int", "BLOB", "REAL", "DATETIME", "DATE", "BOOLEAN", "JSON", "UUID", "TIMESTAMP");

    private static readonly Gen<string> s_constraint = Gen.OneOf(
        "NOT NULL", "UNIQUE", "CONSTRAINT u1 UNIQUE", "DEFAULT 5", "DEFAULT -1.5e3", "DEFAULT 'a''b'", "DEFAULT (1 + 2)", "DEFAULT CURRENT_TIMESTAMP", "DEFAULT \"x\"", "DEFAULT x'00ff'",
        "DEFAULT NULL", "DEFAULT TRUE", "DEFAULT (lower('A'))", "COLLATE NOCASE", "COLLATE RTRIM", "REFERENCES t1", "REFERENCES t2 ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED", "REFERENCES t1 ON UPDATE SET DEFAULT");

    // 0, 1 and 2 stand for three columns of the table.
    private static readonly Gen<string> s_condition = Gen.OneOf(
        "{0} > 5", "{0} IS NOT NULL", "{0} IN (0, 1)", "length({1}) < 10", "{0} = {1}", "{1} LIKE 'a%'", "{0} BETWEEN 1 AND {2}", "typeof({0}) = 'text'", "{0} || {1} <> ''", "NOT {2}", "{1} GLOB 'x*'");

    private static readonly Gen<string> s_expression = Gen.OneOf("{0} + 1", "lower({1})", "{0} || {1}", "abs({2})", "substr({1}, 1, 3)", "coalesce({0}, {1})", "{0} * {2}", "length({0})");

    private static readonly Gen<string> s_table =
        from names in Gen.Shuffle(s_names)
        from count in Gen.Int[3, 6]
        from types in s_type.Array[count]
        from constraints in s_constraint.Array[0, 2].Array[count]
        from key in Gen.OneOf("", "PRIMARY KEY", "PRIMARY KEY DESC", "CONSTRAINT pk PRIMARY KEY")
        from generated in Gen.OneOf(Gen.Const(""), s_expression.Select(e => $"AS ({e}) STORED"), s_expression.Select(e => $"GENERATED ALWAYS AS ({e})"))
        from check in Gen.OneOf(Gen.Const(""), s_condition.Select(c => $", CHECK ({c})"), s_condition.Select(c => $", CONSTRAINT c1 CHECK ({c})"))
        from extra in Gen.OneOf("", "", ", UNIQUE ({0}, {1})", ", UNIQUE ({1} COLLATE NOCASE, {0})", ", FOREIGN KEY ({0}, {1}) REFERENCES t1", ", FOREIGN KEY ({1}) REFERENCES t2(a)")
        from options in Gen.OneOf("", "", "", "WITHOUT ROWID")
        from index in s_expression
        from filter in Gen.OneOf(Gen.Const(""), s_condition.Select(c => " WHERE " + c))
        from columns in Gen.OneOf("{0}", "{0} DESC, {1}", "{1} COLLATE NOCASE", "({2})", "{0}, {2} DESC, {1} COLLATE RTRIM")
        from unique in Gen.OneOf("", "UNIQUE ")
        select Fill(
            "CREATE TABLE @(" + string.Join(", ", Enumerable.Range(0, count).Select(i =>
                $"{names[i]} {types[i]} {string.Join(' ', constraints[i])} {(i == 0 ? key : i == count - 1 ? generated : "")}")) + $"{check}{extra}) {options};" +
            $"CREATE {unique}INDEX \"i@\" ON @({columns}){filter}; CREATE INDEX \"j@\" ON @({index});" + "CREATE VIEW \"v@\" AS SELECT {0}, {1} FROM @;",
            names);

    [Fact]
    [NotUnderWine("It needs PostgreSQL.")]
    public void A_generated_schema_is_planned_and_PostgreSQL_takes_every_statement()
    {
        PostgresCluster.Require();
        int taken = 0;
        Gen.Select(s_table, s_table, s_table, Gen.Enum<EmrMapping>()).Sample(
            (one, two, three, mapping) =>
            {
                string sql = one.Replace("@", "t1") + two.Replace("@", "t2") + three.Replace("@", "T3");
                PlanSource? source = TryMake(sql, mapping);
                if (source is null) return;
                using (source)
                {
                    EmrMigrationPlan plan = source.Plan();
                    Interlocked.Increment(ref taken);
                    using PlannedSchema schema = PlannedSchema.Of(plan);
                    Assert.Equal(plan.Hash, source.Plan().Hash);
                    Assert.Equal(plan.Hash, PlanFile.Parse(PlanFile.Serialize(plan), "p").Hash);
                }
            },
            iter: 1_500,
            threads: 1);

        Assert.InRange(taken, 100, 1_500);
    }

    private static PlanSource? TryMake(string sql, EmrMapping mapping)
    {
        try
        {
            return new PlanSource(sql) { Mapping = mapping };
        }
        catch (SqliteException)
        {
            return null;
        }
    }

    private static string Fill(string sql, string[] names) => sql.Replace("{0}", names[0]).Replace("{1}", names[1]).Replace("{2}", names[2]);
}
