using EmrSim.Tests.Support;

namespace EmrSim.Tests.Commands;

/// <summary>Get-EmrApplication through PowerShell.</summary>
public sealed class ApplicationCommandTests : IDisposable
{
    private readonly CommandFolder _folder = new();

    public ApplicationCommandTests()
    {
        _folder.MakeDatabases("app.db");
        Directory.CreateDirectory(_folder.File("emr"));
        File.WriteAllText(_folder.File("emr", ".env"), "SQLITE_PATH=../app.db\nPG_PASSWORD=geheim");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_application_pipes_into_a_backup_of_its_database()
    {
        SessionResult result = _folder.Run("Get-EmrApplication emr | Backup-EmrDatabase -Destination store").ThrowOnError();

        Assert.Equal(["app"], result.Values("Name"));
        Assert.Equal([_folder.File("app.db")], result.Values("SourcePath"));
    }

    [Fact]
    public void An_application_shows_what_is_known_of_it_and_no_secret()
    {
        SessionResult result = _folder.Run("Get-EmrApplication emr -StopCommand { Stop-It 'now' } -StartCommand 'Start-It' -StopTimeout 90s").ThrowOnError();

        Assert.Equal([_folder.File("emr")], result.Values("Root"));
        Assert.Equal(["Sqlite"], result.Values("Engine"));
        Assert.Equal([_folder.File("app.db")], result.Values("Destination"));
        Assert.Equal(["http://localhost:3002/api/health"], result.Values("HealthUrl"));
        Assert.Equal(["Commands"], result.Values("Control"));
        Assert.Equal([" Stop-It 'now' "], result.Values("StopCommand"));
        Assert.Equal(["00:01:30"], result.Values("StopTimeout"));
        Assert.DoesNotContain("geheim", string.Join(' ', result.Output.SelectMany(o => o.Properties).Select(p => $"{p.Value}")), StringComparison.Ordinal);
    }

    [Fact]
    public void Roots_are_found_by_patterns_and_from_the_pipeline_and_each_bad_one_is_an_error_of_its_own()
    {
        Directory.CreateDirectory(_folder.File("emr [2]"));
        File.WriteAllText(_folder.File("emr [2]", ".env"), "SQLITE_PATH=two.db");
        Directory.CreateDirectory(_folder.File("empty"));

        SessionResult result = _folder.Run("Get-EmrApplication e*");

        Assert.Equal([_folder.File("emr"), _folder.File("emr [2]")], result.Values("Root").Order(StringComparer.Ordinal));
        Assert.Equal(["ApplicationEnvFileNotFound"], result.ErrorIds);
        Assert.Contains(result.Streams.Warning, w => w.Message.Contains("There is no database at", StringComparison.Ordinal));
        Assert.Equal([_folder.File("emr [2]")], _folder.Run("Get-EmrApplication -LiteralPath 'emr [2]'").ThrowOnError().Values("Root"));
        Assert.Equal([_folder.File("emr")], _folder.Run("'emr' | Get-EmrApplication").ThrowOnError().Values("Root"));
        Assert.Equal(["ApplicationNotFound", "ApplicationNotFound", "ApplicationNotFound"], _folder.Run("'nowhere', 'no*where', 'app.db' | Get-EmrApplication").ErrorIds);
        Assert.Equal(["InvalidArgument"], _folder.Run("Get-EmrApplication -LiteralPath variable:x").ErrorIds);
    }

    [Fact]
    public void Without_a_path_the_application_is_the_one_of_the_location()
    {
        _folder.Session.MoveTo(_folder.File("emr"));

        Assert.Equal([_folder.File("emr")], _folder.Run("Get-EmrApplication").ThrowOnError().Values("Root"));
    }

    [Fact]
    public void Save_keeps_what_was_given_and_WhatIf_writes_nothing()
    {
        string file = _folder.File("emr", "emrsim.application.json");
        _folder.Run("Get-EmrApplication emr -StopCommand { Stop-It } -StartCommand { Start-It } -Save -WhatIf").ThrowOnError();
        Assert.False(File.Exists(file));

        _folder.Run("Get-EmrApplication emr -StopCommand { Stop-It } -StartCommand { Start-It } -HealthUrl http://localhost:81/ok -Save").ThrowOnError();

        Assert.True(File.Exists(file));
        SessionResult again = _folder.Run("Get-EmrApplication emr").ThrowOnError();
        Assert.Equal(["Commands"], again.Values("Control"));
        Assert.Equal([" Start-It "], again.Values("StartCommand"));
        Assert.Equal(["http://localhost:81/ok"], again.Values("HealthUrl"));
    }
}
