using System.Text;
using EmrSim.Core.Migration.Planning;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Migration.Planning;

/// <summary>Plans on disk.</summary>
public sealed class PlanFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void A_plan_is_read_as_it_was_written()
    {
        EmrMigrationPlan plan = Sample();
        string path = _folder.File("new", "plan.json");

        PlanFile.Write(path, plan, overwrite: false);
        EmrMigrationPlan read = PlanFile.Read(path);

        Assert.Equal(PlanFile.Serialize(plan), PlanFile.Serialize(read));
        Assert.Equal(plan.Hash, read.Hash);
        Assert.Equal(plan.Tables[0].Columns[0].StoredClasses, read.Tables[0].Columns[0].StoredClasses);
        Assert.Equal(["new/plan.json"], _folder.Files());
    }

    [Fact]
    public void The_file_can_be_read_by_people()
    {
        string text = Encoding.UTF8.GetString(PlanFile.Serialize(Sample()));

        Assert.StartsWith("{\n  \"formatVersion\": 1,\n  \"plan\": {\n    \"sourcePath\": ", text);
        Assert.Contains("\"mapping\": \"faithful\"", text);
        Assert.Contains("CREATE TABLE \\\"t\\\" (\\\"größe\\\" bigint)", text);
        Assert.DoesNotContain("\r", text);
        Assert.EndsWith("}\n", text);
    }

    [Fact]
    public void Line_ends_of_Windows_and_a_byte_order_mark_do_no_harm()
    {
        string text = Encoding.UTF8.GetString(PlanFile.Serialize(Sample())).Replace("\n", "\r\n");
        File.WriteAllText(_folder.File("p.json"), text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

        Assert.Equal(Sample().Hash, PlanFile.Read(_folder.File("p.json")).Hash);
    }

    [Theory]
    [InlineData("\"bigint\"", "\"integer\"")]
    [InlineData("bigint)", "integer)")]
    [InlineData("\"faithful\"", "\"idiomatic\"")]
    [InlineData("\"stop\"", "\"null\"")]
    [InlineData("\"severity\": \"error\"", "\"severity\": \"warning\"")]
    [InlineData("\"nullable\": true", "\"nullable\": false")]
    public void A_plan_that_was_edited_is_refused(string old, string text)
    {
        string plan = Encoding.UTF8.GetString(PlanFile.Serialize(Sample()));
        Assert.Contains(old, plan);
        File.WriteAllText(_folder.File("p.json"), plan.Replace(old, text));

        Assert.Equal(ErrorCode.PlanChanged, Assert.Throws<EmrSimException>(() => PlanFile.Read(_folder.File("p.json"))).ErrorCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no json")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"formatVersion\": 1}")]
    [InlineData("{\"formatVersion\": 1, \"plan\": null}")]
    [InlineData("{\"formatVersion\": \"1\", \"plan\": {}}")]
    [InlineData("{\"formatVersion\": 1, \"plan\": {\"sourcePath\": \"x\"}}")]
    public void What_is_no_plan_is_refused(string text)
    {
        File.WriteAllText(_folder.File("p.json"), text);

        Assert.Equal(ErrorCode.PlanUnreadable, Assert.Throws<EmrSimException>(() => PlanFile.Read(_folder.File("p.json"))).ErrorCode);
    }

    [Theory]
    [InlineData("\"hash\"", "\"hashes\"")]
    [InlineData("\"bigint\"", "null")]
    [InlineData("\"faithful\"", "7")]
    [InlineData("\"faithful\"", "\"other\"")]
    public void A_plan_with_a_part_that_is_missing_or_wrong_is_refused(string old, string text)
    {
        File.WriteAllText(_folder.File("p.json"), Encoding.UTF8.GetString(PlanFile.Serialize(Sample())).Replace(old, text));

        Assert.Equal(ErrorCode.PlanUnreadable, Assert.Throws<EmrSimException>(() => PlanFile.Read(_folder.File("p.json"))).ErrorCode);
    }

    [Fact]
    public void A_newer_format_is_refused_by_its_number()
    {
        File.WriteAllText(_folder.File("p.json"), "{\"formatVersion\": 2, \"other\": {}}");

        EmrSimException error = Assert.Throws<EmrSimException>(() => PlanFile.Read(_folder.File("p.json")));
        Assert.Equal(ErrorCode.PlanTooNew, error.ErrorCode);
        Assert.Contains("format 2", error.Message);
    }

    [Fact]
    public void A_plan_that_is_not_there_is_said_to_be_missing() =>
        Assert.Equal(ErrorCode.PlanNotFound, Assert.Throws<EmrSimException>(() => PlanFile.Read(_folder.File("none.json"))).ErrorCode);

    [Fact]
    public void A_plan_that_is_there_is_replaced_only_when_asked()
    {
        string path = _folder.File("p.json");
        PlanFile.Write(path, Sample(), overwrite: false);
        // Also one that was changed by hand.
        string mine = File.ReadAllText(path).Replace("3 rows", "4 rows", StringComparison.Ordinal).Replace("größe", "mine", StringComparison.Ordinal);
        File.WriteAllText(path, mine);

        Assert.Equal(ErrorCode.TargetExists, Assert.Throws<EmrSimException>(() => PlanFile.Write(path, Sample(), overwrite: false)).ErrorCode);
        Assert.Equal(mine, File.ReadAllText(path));
        PlanFile.Write(path, Sample(), overwrite: true);
        Assert.Equal(Sample().Hash, PlanFile.Read(path).Hash);
    }

    [Theory]
    [InlineData("mine")]
    [InlineData("{\"formatVersion\": 1}")]
    [InlineData("[1]")]
    [InlineData("")]
    public void A_file_that_is_no_plan_is_never_replaced(string content)
    {
        string path = _folder.File("p.json");
        File.WriteAllText(path, content);

        Assert.Equal(ErrorCode.TargetExists, Assert.Throws<EmrSimException>(() => PlanFile.Write(path, Sample(), overwrite: true)).ErrorCode);
        Assert.Equal(content, File.ReadAllText(path));
    }

    [Theory]
    [InlineData("app.db", "app.db")]
    [InlineData("app.db", "app.db-wal")]
    [InlineData("app.db", "app.db-shm")]
    [InlineData("app.db", "app.db-journal")]
    [InlineData("app.db.partial", "app.db")]
    public void A_plan_is_never_written_over_its_database_or_what_lies_beside_it(string source, string file)
    {
        EmrMigrationPlan plan = Sample() with { SourcePath = _folder.File(source) };
        File.WriteAllText(plan.SourcePath, "data");

        Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<EmrSimException>(() => PlanFile.Write(_folder.File(file), plan, overwrite: true)).ErrorCode);
        Assert.Equal("data", File.ReadAllText(plan.SourcePath));
        PlanFile.Write(_folder.File("app.db.json"), plan, overwrite: true);
    }

    [Fact]
    [NotUnderWine("Links there need rights.")]
    public void Nor_through_a_link()
    {
        EmrMigrationPlan plan = Sample() with { SourcePath = _folder.File("link.db") };
        File.WriteAllText(_folder.File("app.db"), "data");
        File.CreateSymbolicLink(plan.SourcePath, _folder.File("app.db"));
        File.CreateSymbolicLink(_folder.File("other.json"), _folder.File("app.db"));

        foreach (string file in new[] { "app.db", "app.db-wal", "link.db", "other.json" })
        {
            Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<EmrSimException>(() => PlanFile.Write(_folder.File(file), plan, overwrite: true)).ErrorCode);
        }

        Assert.Equal("data", File.ReadAllText(_folder.File("app.db")));
    }

    [Fact]
    public void M52_the_hash_does_not_change_with_rows_places_or_partitions()
    {
        EmrMigrationPlan plan = Sample();
        EmrMigrationPlan other = plan with
        {
            SourcePath = "elsewhere",
            Target = "me@server:5432/db",
            Schema = "other",
            Tables = [plan.Tables[0] with { Rows = 99, Columns = [plan.Tables[0].Columns[0] with { Reason = "For another reason.", StoredClasses = new Dictionary<string, long>() }] }],
            Ddl = [.. plan.Ddl, new EmrMigrationStatement(EmrDdlPhase.Table, "t_2025", "CREATE TABLE …")],
            Findings = [plan.Findings[0] with { Message = "7 rows" }, new EmrFinding(EmrSeverity.Information, "Id", "o", "m", "a")],
        };

        Assert.Equal(PlanHash.Of(plan), PlanHash.Of(other));
    }

    public void Dispose() => _folder.Dispose();

    private static EmrMigrationPlan Sample()
    {
        var plan = new EmrMigrationPlan
        {
            SourcePath = "/data/app.db",
            Target = null,
            Schema = "public",
            Mapping = EmrMapping.Faithful,
            OnMisfit = EmrMisfitAction.Stop,
            SchemaDigest = new string('0', 64),
            Tables =
            [
                new EmrMigrationTable
                {
                    Name = "t",
                    TargetName = "t",
                    Rows = 2,
                    Columns =
                    [
                        new EmrMigrationColumn
                        {
                            Name = "größe",
                            TargetName = "größe",
                            DeclaredType = "INTEGER",
                            StoredClasses = new Dictionary<string, long> { ["integer"] = 1, ["null"] = 1 },
                            TargetType = "bigint",
                            Nullable = true,
                            Unit = EmrTimeUnit.None,
                            Generated = false,
                            Identity = false,
                            Reason = "It is declared so.",
                        },
                    ],
                    Key = [],
                    PartitionBy = null,
                },
            ],
            Ddl = [new EmrMigrationStatement(EmrDdlPhase.Table, "t", "CREATE TABLE \"t\" (\"größe\" bigint)")],
            Findings = [new EmrFinding(EmrSeverity.Error, "OrphanRows", "t", "3 rows", "Delete them.")],
            Hash = "",
            Seal = "",
        };
        plan = plan with { Hash = PlanHash.Of(plan) };
        return plan with { Seal = PlanHash.Seal(plan) };
    }
}
