using EmrSim.Tests.Support;

namespace EmrSim.Tests.Demo;

/// <summary>What <c>./build.sh demo</c> shows, on a smaller database.</summary>
public sealed class DemoTests
{
    [Fact]
    public void It_shows_a_backup_under_load_its_proof_a_refusal_and_the_table_of_backups()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EmrSim.sln"))) folder = folder.Parent;
        string demo = Path.Combine(folder!.FullName, "tools", "Demo", "Demo.ps1");

        ShellResult result = ShellProcess.RunWith(
            ["-Module", ModuleSession.ManifestPath, "-c", $"& '{demo.Replace("'", "''", StringComparison.Ordinal)}' -Turns 20000 -Configuration {ShellProcess.Configuration}"]);

        Assert.True(result.ExitCode == 0, result.Errors);
        foreach (string step in new[] { "1.", "2.", "3.", "4.", "5." }) Assert.Contains(result.Lines, l => l.StartsWith(step, StringComparison.Ordinal));
        Assert.Contains(result.Lines, l => l.Contains("BackupChecksumMismatch", StringComparison.Ordinal));
        Assert.Equal(4, result.Lines.Count(l => l.StartsWith("chat ", StringComparison.Ordinal)));
    }
}
