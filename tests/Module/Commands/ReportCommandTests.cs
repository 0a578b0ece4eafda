using EmrSim.Tests.Support;

namespace EmrSim.Tests.Commands;

/// <summary>Export-EmrReport as scripts use it.</summary>
public sealed class ReportCommandTests : IDisposable
{
    private readonly CommandFolder _folder = new();

    public ReportCommandTests()
    {
        _folder.MakeDatabases("app.db", "two.db");
        _folder.Run("Backup-EmrDatabase *.db store").ThrowOnError();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Takes_results_of_several_kinds_from_the_pipeline()
    {
        SessionResult result = _folder.Run(
            "& { Get-EmrBackup store; Get-EmrBackup store | Test-EmrBackup -Level Restore } | Export-EmrReport out/report.html -Title 'All & sundry' -PassThru").ThrowOnError();

        Assert.Equal([_folder.File("out", "report.html")], result.Values("FullName"));
        string page = File.ReadAllText(_folder.File("out", "report.html"));
        Assert.Contains("<h1><bdi>All &amp; sundry</bdi></h1>", page, StringComparison.Ordinal);
        Assert.Contains("data-field=\"total-backups\" data-value=\"2\"", page, StringComparison.Ordinal);
        Assert.Contains("data-field=\"total-tests\" data-value=\"2\"", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Export-EmrReport -Destination store -OutFile r.html", "2")]
    [InlineData("Export-EmrReport store -OutFile r.html", "2")]
    [InlineData("Export-EmrReport -OutFile r.html store -Name t*", "1")]
    [InlineData("Export-EmrReport r.html store", "2")]
    [InlineData("Export-EmrReport -Destination store -OutFile r.html -Name t*", "1")]
    [InlineData("Export-EmrReport r.html -InputObject (Get-EmrBackup store)", "2")]
    [InlineData("Get-EmrBackup store | Export-EmrReport r.html -TimeZone Asia/Kolkata", "2")]
    [InlineData("Get-EmrBackup store t* | Export-EmrReport r.html; Get-EmrBackup store | Export-EmrReport r.html -Force", "2")]
    public void Writes_without_a_word(string script, string backups)
    {
        if (script.Contains("-TimeZone Asia", StringComparison.Ordinal)) Wine.Cannot(TestZone.NoIana);
        Assert.Empty(_folder.Run(script).ThrowOnError().Output);
        Assert.Contains($"data-field=\"total-backups\" data-value=\"{backups}\"", File.ReadAllText(_folder.File("r.html")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1 | Export-EmrReport r.html", "InvalidArgument,BackupNotFound", true)]
    [InlineData("& { Get-EmrBackup store; 'text' } | Export-EmrReport r.html", "InvalidArgument", true)]
    [InlineData("Get-EmrBackup store | ForEach-Object Path | Export-EmrReport r.html -ErrorAction Stop", "InvalidArgument", false)]
    [InlineData("Get-EmrBackup store none* | Export-EmrReport r.html", "BackupNotFound", true)]
    [InlineData("Export-EmrReport -Destination store -Name none -OutFile r.html", "BackupNotFound", true)]
    [InlineData("Export-EmrReport -Destination none -OutFile r.html", "DestinationNotFound", false)]
    [InlineData("Export-EmrReport -Destination 'https://x.blob.core.windows.net/c?sig=secret' -OutFile r.html", "InvalidDestination", false)]
    [InlineData("Export-EmrReport -Destination store -OutFile store", "TargetExists", false)]
    [InlineData("Get-EmrBackup store | Export-EmrReport app.db", "TargetExists", false)]
    [InlineData("Get-EmrBackup store | Export-EmrReport Env:r.html", "InvalidArgument", false)]
    [InlineData("Get-EmrBackup store | Export-EmrReport r.html -TimeZone Mars/Olympus", "InvalidArgument", false)]
    public void Every_error_has_its_id(string script, string ids, bool writes)
    {
        Assert.Equal(ids.Split(','), _folder.Run(script).ErrorIds);
        Assert.Equal(writes, File.Exists(_folder.File("r.html")));
    }

    [Fact]
    public void WhatIf_writes_nothing()
    {
        _folder.Run("Get-EmrBackup store | Export-EmrReport r.html -WhatIf").ThrowOnError();

        Assert.False(File.Exists(_folder.File("r.html")));
    }
}
