using System.Text.RegularExpressions;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Package;

/// <summary>The module's version as its manifest has it.</summary>
internal static partial class ModuleVersion
{
    internal static string OfManifest() => Line().Match(File.ReadAllText(ModuleSession.ManifestPath)).Groups[1].Value;

    [GeneratedRegex(@"ModuleVersion\s*=\s*'([^']+)'")]
    private static partial Regex Line();
}
