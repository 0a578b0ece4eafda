using EmrSim.Tests.Support;

namespace EmrSim.Tests.Commands;

/// <summary>New-EmrMigrationPlan through PowerShell.</summary>
public sealed class MigrationPlanCommandTests : IDisposable
{
    private readonly CommandFolder _at = new();

    [Fact]
    public void A_plan_comes_out_per_database_by_wildcards_and_from_the_pipeline()
    {
        _at.MakeDatabases("one.db", "two.db");

        Assert.Equal(["one.db", "two.db"], Names(_at.Run("New-EmrMigrationPlan *.db")));
        Assert.Equal(["one.db", "two.db"], Names(_at.Run("'one.db', 'two.db' | New-EmrMigrationPlan -Schema other")));
    }

    [Fact]
    public void What_SQLite_keeps_beside_a_database_is_none_that_a_pattern_means()
    {
        _at.MakeDatabases("app.db");
        File.WriteAllText(_at.File("app.db-wal"), "");

        Assert.Equal(["app.db"], Names(_at.Run("New-EmrMigrationPlan app*")));
    }

    [Fact]
    public void Types_partitions_and_the_mapping_are_taken_as_hashtables_and_words()
    {
        _at.MakeDatabases("app.db");
        _at.Change("app.db", "CREATE TABLE messages(id INTEGER, created_at DATETIME NOT NULL, PRIMARY KEY (id, created_at)); INSERT INTO messages VALUES (1, '2025-01-01 00:00:00')");

        SessionResult result = _at.Run(
            "$p = New-EmrMigrationPlan app.db -Mapping Idiomatic -OnMisfit Reject -TypeMap @{ 'turns.tokens_in' = 'integer' } -PartitionBy @{ messages = 'created_at:month' }; " +
            "$p.Mapping; ($p.Tables | Where-Object Name -eq turns).Columns | Where-Object Name -eq tokens_in | ForEach-Object TargetType; ($p.Tables | Where-Object Name -eq messages).PartitionPeriod").ThrowOnError();

        Assert.Equal(["Idiomatic", "integer", "month"], result.Output.Select(o => o.ToString()));
    }

    [Fact]
    public void A_plan_is_written_to_a_file_that_is_replaced_only_with_Force()
    {
        _at.MakeDatabases("app.db");

        _at.Run("New-EmrMigrationPlan app.db -OutFile out/plan.json").ThrowOnError();
        Assert.Contains("out/plan.json", _at.Files());
        Assert.Equal("TargetExists", ErrorId(_at.Run("New-EmrMigrationPlan app.db -OutFile out/plan.json")));
        _at.Run("New-EmrMigrationPlan app.db -OutFile out/plan.json -Force").ThrowOnError();
    }

    [Fact]
    public void WhatIf_writes_no_file()
    {
        _at.MakeDatabases("app.db");

        SessionResult result = _at.Run("New-EmrMigrationPlan app.db -OutFile plan.json -WhatIf").ThrowOnError();

        Assert.Single(result.Output);
        Assert.DoesNotContain("plan.json", _at.Files());
    }

    [Fact]
    public void One_file_takes_the_plan_of_one_database()
    {
        _at.MakeDatabases("one.db", "two.db");

        SessionResult result = _at.Run("New-EmrMigrationPlan *.db -OutFile plan.json -Force");

        Assert.Equal("InvalidArgument", ErrorId(result));
        Assert.Single(result.Output);
    }

    [Theory]
    [InlineData("missing.db", "SourceNotFound")]
    [InlineData("app.db -TypeMap @{ 'turns.nothing' = 'text' }", "TypeMapInvalid")]
    [InlineData("app.db -TypeMap @{ 'turns.id' = 'nonsense' }", "TypeMapInvalid")]
    [InlineData("app.db -PartitionBy @{ nothing = 'a:month' }", "InvalidArgument")]
    [InlineData("app.db -Schema pg_mine", "InvalidArgument")]
    [InlineData("app.db -ConnectionString 'nonsense'", "InvalidConnectionString")]
    [InlineData("app.db -Database nosuch -Port 1", "InvalidArgument")]
    [InlineData("app.db -SslMode require", "InvalidArgument")]
    [InlineData("app.db -OutFile app.db -Force", "InvalidArgument")]
    [InlineData("app.db -OutFile app.db-wal", "InvalidArgument")]
    [InlineData("app.db -OutFile other.db -Force", "TargetExists")]
    [InlineData("app.db -TypeMap $($h = [hashtable]::new(); $h['turns.id'] = 'text'; $h['Turns.id'] = 'text'; $h)", "TypeMapInvalid")]
    [InlineData("app.db -PartitionBy $($h = [hashtable]::new(); $h['turns'] = 'created_at:month'; $h['Turns'] = 'created_at:day'; $h)", "InvalidArgument")]
    public void What_is_wrong_has_its_own_id(string arguments, string id)
    {
        _at.MakeDatabases("app.db", "other.db");

        Assert.Equal(id, ErrorId(_at.Run($"New-EmrMigrationPlan {arguments}")));
        _at.Run("New-EmrMigrationPlan app.db, other.db").ThrowOnError();
    }

    [Fact]
    public void Plans_and_their_parts_are_shown_in_a_few_columns()
    {
        _at.MakeDatabases("app.db");

        string plan = Show("New-EmrMigrationPlan app.db");
        Assert.Matches(@"Tables\s+: 4, with \d+ rows", plan);
        Assert.Matches(@"Findings\s+: .*Information", plan);
        string columns = Show("(New-EmrMigrationPlan app.db).Tables[3].Columns");
        Assert.Contains("50 text", columns);
        Assert.Contains("bigint", columns);
        Assert.Contains("Partitions", Show("(New-EmrMigrationPlan app.db).Tables"));
        Assert.Contains("Severity", Show("(New-EmrMigrationPlan app.db).Findings"));
        Assert.Contains("CREATE TABLE", Show("(New-EmrMigrationPlan app.db).Ddl"));
        Assert.StartsWith("CREATE TABLE", string.Concat(_at.Run("(New-EmrMigrationPlan app.db).Ddl -join ';'").ThrowOnError().Output));
    }

    public void Dispose() => _at.Dispose();

    private static string[] Names(SessionResult result) => [.. result.ThrowOnError().Values("SourcePath").Select(p => Path.GetFileName(p))];

    private string Show(string script) => ShellProcess.Run($"Import-Module '{ModuleSession.ManifestPath}'; {script}", _at.Folder.FullName).ThrowOnError().Output;

    private static string ErrorId(SessionResult result) => Assert.Single(result.ErrorIds);
}
