using System.Collections;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Loading;

/// <summary>The built module beside its manifest.</summary>
public sealed class ManifestTests : IDisposable
{
    private static readonly string[] s_platforms = ["linux-arm64", "linux-musl-x64", "linux-x64", "osx-arm64", "osx-x64", "win-arm64", "win-x64"];
    private static readonly string s_folder = Path.GetDirectoryName(ModuleSession.ManifestPath)!;

    private readonly ModuleSession _session = new();

    [Fact]
    public void The_manifest_exports_exactly_the_cmdlets_of_the_assembly()
    {
        string[] listed = [.. ((object[])Manifest["CmdletsToExport"]!).Cast<string>().Order(StringComparer.Ordinal)];

        string[] written = [.. _session.Run(
            """
            $assembly = [Runtime.Loader.AssemblyLoadContext]::All | Where-Object Name -eq EmrSim | ForEach-Object Assemblies |
                Where-Object { $_.GetName().Name -eq 'EmrSim.PowerShell' }
            $assembly.GetExportedTypes() | ForEach-Object { $_.GetCustomAttributes([Management.Automation.CmdletAttribute], $false) } |
                ForEach-Object { "$($_.VerbName)-$($_.NounName)" }
            """).ThrowOnError().Output.Select(o => o.ToString()!).Order(StringComparer.Ordinal)];

        Assert.NotEmpty(written);
        Assert.Equal(written, listed);
        Assert.Equal(listed, _session.Run("Get-Command -Module EmrSim | ForEach-Object Name").Output.Select(o => o.ToString()!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void PowerShell_accepts_the_manifest() =>
        Assert.Single(_session.Run("Test-ModuleManifest -Path $args[0]", ModuleSession.ManifestPath).ThrowOnError().Output);

    [Theory]
    [InlineData("FunctionsToExport")]
    [InlineData("AliasesToExport")]
    [InlineData("VariablesToExport")]
    public void Nothing_else_is_exported(string list) => Assert.Empty((object[])Manifest[list]!);

    [Fact]
    public void Native_SQLite_is_there_for_seven_platforms_and_no_other()
    {
        string runtimes = Path.Combine(s_folder, "lib", "runtimes");

        Assert.Equal(s_platforms, Directory.GetDirectories(runtimes).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(Directory.GetDirectories(runtimes), p => Assert.Single(Directory.GetFiles(p, "*e_sqlite3*", SearchOption.AllDirectories)));
    }

    [Fact]
    public void PowerShell_itself_is_not_shipped() => Assert.DoesNotContain(
        Directory.GetFiles(s_folder, "*.dll", SearchOption.AllDirectories),
        f => Path.GetFileName(f).StartsWith("System.Management.Automation", StringComparison.OrdinalIgnoreCase) ||
            Path.GetFileName(f).StartsWith("Microsoft.PowerShell", StringComparison.OrdinalIgnoreCase));

    public void Dispose() => _session.Dispose();

    // Import-PowerShellDataFile is not among the engine's core commands; a data file is an expression.
    private Hashtable Manifest => (Hashtable)_session.Run(File.ReadAllText(ModuleSession.ManifestPath)).ThrowOnError().Output[0].BaseObject;
}
