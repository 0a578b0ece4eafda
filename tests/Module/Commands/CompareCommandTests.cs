using EmrSim.Tests.Support;

namespace EmrSim.Tests.Commands;

/// <summary>Compare-EmrDatabase through PowerShell.</summary>
public sealed class CompareCommandTests : IDisposable
{
    private readonly CommandFolder _folder = new();

    public CompareCommandTests()
    {
        _folder.MakeDatabases("app.db");
        File.Copy(_folder.File("app.db"), _folder.File("copy.db"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Nothing_comes_out_when_two_databases_are_equal()
    {
        SessionResult result = _folder.Run("Compare-EmrDatabase app.db -DifferencePath copy.db -Verbose").ThrowOnError();

        Assert.Empty(result.Output);
        Assert.Contains(result.Streams.Verbose, v => v.Message.Contains("Table 'turns': 50 rows beside 50: equal", StringComparison.Ordinal));
        Assert.Equal([true], _folder.Run("-not (Compare-EmrDatabase app.db -DifferencePath copy.db)").ThrowOnError().Output.Select(o => o.BaseObject));
    }

    [Fact]
    public void A_difference_is_an_object_and_no_error()
    {
        _folder.Change("copy.db", "UPDATE turns SET text = text || ' ' WHERE rowid = 7; DROP INDEX idx_turns_fingerprint;");

        SessionResult result = _folder.Run("Compare-EmrDatabase app.db -DifferencePath copy.db").ThrowOnError();

        Assert.Equal(["Key", "Value"], result.Values("Kind"));
        Assert.Equal("text", result.Output[1].Properties["Column"].Value);
        Assert.Equal($"{result.Output[1].Properties["Left"].Value} ", result.Output[1].Properties["Right"].Value);
        Assert.StartsWith("id=", (string)result.Output[1].Properties["Key"].Value, StringComparison.Ordinal);
        Assert.Equal(["Value"], _folder.Run("Compare-EmrDatabase app.db -DifferencePath copy.db -RowsOnly").Values("Kind"));
        Assert.Empty(_folder.Run("Compare-EmrDatabase app.db -DifferencePath copy.db -Table pers*, sessions").ThrowOnError().Output);
    }

    [Fact]
    public void No_more_differences_come_out_than_wanted_and_a_warning_says_that_there_are()
    {
        _folder.Change("copy.db", "UPDATE turns SET text = 'x'");

        SessionResult result = _folder.Run("Compare-EmrDatabase app.db -DifferencePath copy.db -MaximumDifferences 3").ThrowOnError();

        Assert.Equal(3, result.Output.Length);
        Assert.Contains(result.Streams.Warning, w => w.Message.Contains("47 more", StringComparison.Ordinal));
    }

    [Fact]
    public void A_table_shows_what_would_not_be_seen()
    {
        _folder.Change("copy.db", "UPDATE turns SET fingerprint = '' WHERE rowid = 7;");

        ShellResult result = ShellProcess.Run($"Import-Module '{ModuleSession.ManifestPath}'; Compare-EmrDatabase app.db -DifferencePath copy.db -RowsOnly", _folder.Folder.FullName).ThrowOnError();

        Assert.Equal(["Table", "Kind", "Key", "Column", "Left", "Right"], result.Lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("turns Value", result.Lines[2], StringComparison.Ordinal);
        Assert.Contains("''", result.Lines[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Compare-EmrDatabase nowhere.db -DifferencePath copy.db", "SourceNotFound")]
    [InlineData("Compare-EmrDatabase app.db -DifferencePath nowhere.db", "SourceNotFound")]
    [InlineData("Compare-EmrDatabase app.db -DifferencePath copy.db -Database emr", "InvalidArgument")]
    [InlineData("Compare-EmrDatabase app.db -DifferencePath copy.db -Table nosuch", "NothingToCompare")]
    [InlineData("Compare-EmrDatabase app.db", "InvalidArgument")]
    [InlineData("Compare-EmrDatabase app.db -DifferencePath copy.db -Server x", "InvalidArgument")]
    [InlineData("Compare-EmrDatabase app.db -ConnectionString 'nonsense'", "InvalidConnectionString")]
    [InlineData("Compare-EmrDatabase app.db -ConnectionString 'postgres://u@127.0.0.1:1/d'", "PostgresUnreachable")]
    [InlineData("Compare-EmrDatabase -ConnectionString 'postgres://u@127.0.0.1:1/d' -DifferenceConnectionString 'postgres://u@127.0.0.1:1/e'", "PostgresUnreachable")]
    [InlineData("Compare-EmrDatabase -ConnectionString 'postgres://u@127.0.0.1:1/d' -DifferencePath copy.db", "PostgresUnreachable")]
    [InlineData("Compare-EmrDatabase -DifferencePath copy.db -ConnectionString 'nonsense'", "InvalidConnectionString")]
    [InlineData("Compare-EmrDatabase -DifferencePath copy.db", "InvalidArgument")]
    public void What_cannot_be_compared_is_an_error(string script, string id)
    {
        SessionResult result = _folder.Run(script);

        Assert.Empty(result.Output);
        Assert.Equal([id], result.ErrorIds);
    }

    [Fact]
    public void Several_databases_are_compared_with_one()
    {
        File.Copy(_folder.File("app.db"), _folder.File("third [1].db"));
        _folder.Change("third [1].db", "DELETE FROM turns WHERE rowid = 1");

        Assert.Equal(["RowAdded"], _folder.Run("'app.db', 'copy.db' | Compare-EmrDatabase -DifferencePath app.db; Compare-EmrDatabase -LiteralPath 'third [1].db' -DifferencePath app.db").ThrowOnError().Values("Kind"));
    }
}
