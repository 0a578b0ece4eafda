using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Package;

/// <summary>The version, which only the manifest says.</summary>
public sealed partial class VersionTests
{
    private static readonly string s_folder = Path.GetDirectoryName(ModuleSession.ManifestPath)!;

    [Theory]
    [InlineData("EmrSim.dll")]
    [InlineData("lib/EmrSim.Core.dll")]
    [InlineData("lib/EmrSim.PowerShell.dll")]
    public void Assemblies_have_the_version_of_the_manifest(string file)
    {
        string version = ModuleVersion.OfManifest();
        string path = Path.Combine(s_folder, file);

        Assert.Equal(version + ".0", AssemblyName.GetAssemblyName(path).Version!.ToString());
        Assert.Equal(version, FileVersionInfo.GetVersionInfo(path).ProductVersion!.Split('+')[0]);
    }

    [Fact]
    public void The_newest_heading_of_the_changelog_is_that_version() =>
        Assert.Equal(ModuleVersion.OfManifest(), Heading().Match(File.ReadAllText(Path.Combine(s_folder, "CHANGELOG.md"))).Groups[1].Value);

    [GeneratedRegex(@"^## \[([^\]]+)\]", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
