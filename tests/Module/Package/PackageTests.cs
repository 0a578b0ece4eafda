using System.IO.Compression;
using System.Management.Automation;
using System.Xml.Linq;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Package;

/// <summary>The nupkg and the zip that <c>build.sh pack</c> makes of the built module.</summary>
public sealed class PackageTests
{
    private static readonly string s_module = Path.GetDirectoryName(ModuleSession.ManifestPath)!;
    private static readonly string s_version = ModuleVersion.OfManifest();
    private static readonly string s_nupkg = ModuleSession.FindArtifacts("package", $"EmrSim.{s_version}.nupkg");
    private static readonly string s_zip = ModuleSession.FindArtifacts("package", $"EmrSim-{s_version}.zip");

    [Fact]
    public void The_nupkg_holds_the_module_at_its_root_and_what_makes_it_a_package()
    {
        using ZipArchive package = ZipFile.OpenRead(s_nupkg);
        Dictionary<string, byte[]> files = Contents(package, "");

        Assert.Equal(["EmrSim.nuspec", "[Content_Types].xml", "_rels/.rels"], files.Keys.Where(IsPackaging).Order(StringComparer.Ordinal));
        AssertIsModule(files.Where(f => !IsPackaging(f.Key) && !f.Key.EndsWith(".psmdcp", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_zip_unpacks_into_a_folder_of_PSModulePath()
    {
        using ZipArchive zip = ZipFile.OpenRead(s_zip);

        AssertIsModule(Contents(zip, $"EmrSim/{s_version}/"));
    }

    [Fact]
    public void The_package_is_described_as_the_manifest_describes_the_module()
    {
        using ZipArchive package = ZipFile.OpenRead(s_nupkg);
        using Stream stream = package.GetEntry("EmrSim.nuspec")!.Open();
        Dictionary<string, string> metadata = XDocument.Load(stream).Root!.Elements().Single().Elements().ToDictionary(e => e.Name.LocalName, e => e.Value);
        using var session = new ModuleSession();
        var module = (PSModuleInfo)session.Run("Get-Module EmrSim").ThrowOnError().Output.Single().BaseObject;

        Assert.Equal(module.Name, metadata["id"]);
        Assert.Equal(module.Version.ToString(), metadata["version"]);
        Assert.Equal(module.Description, metadata["description"]);
        Assert.Equal(module.Author, metadata["authors"]);
        Assert.Equal(module.LicenseUri.ToString(), metadata["licenseUrl"]);
        Assert.Equal(
            new[] { "PSModule", "PSIncludes_Cmdlet" }.Concat(module.Tags.Distinct())
                .Concat(module.ExportedCmdlets.Keys.SelectMany(c => new[] { "PSCmdlet_" + c, "PSCommand_" + c })).Order(StringComparer.Ordinal),
            metadata["tags"].Split(' ').Order(StringComparer.Ordinal));
        Assert.Contains("PSEdition_Core", module.Tags);
    }

    [Fact]
    public void The_unpacked_zip_imports_by_name_and_its_engine_runs()
    {
        string folder = Directory.CreateTempSubdirectory("emrsim module path ").FullName;
        try
        {
            ZipFile.ExtractToDirectory(s_zip, folder);

            ShellResult result = ShellProcess.Run(
                $"$env:PSModulePath = '{folder}'; Import-Module EmrSim; (Get-Module EmrSim).ModuleBase; Get-EmrBackup '{folder}'").ThrowOnError();

            Assert.Equal([Path.Combine(folder, "EmrSim", s_version)], result.Lines);
        }
        finally
        {
            TempFolder.Remove(folder);
        }
    }

    [Fact]
    public void Packages_do_not_tell_when_they_were_made()
    {
        foreach (string path in new[] { s_nupkg, s_zip })
        {
            using ZipArchive archive = ZipFile.OpenRead(path);
            Assert.All(archive.Entries, e => Assert.Equal(new DateTime(2000, 1, 1), e.LastWriteTime.DateTime));
        }
    }

    private static bool IsPackaging(string name) => name is "EmrSim.nuspec" or "[Content_Types].xml" or "_rels/.rels";

    private static Dictionary<string, byte[]> Contents(ZipArchive archive, string prefix) => archive.Entries.ToDictionary(
        e =>
        {
            Assert.StartsWith(prefix, e.FullName, StringComparison.Ordinal);
            return e.FullName[prefix.Length..];
        },
        e =>
        {
            using var bytes = new MemoryStream();
            using Stream stream = e.Open();
            stream.CopyTo(bytes);
            return bytes.ToArray();
        });

    private static void AssertIsModule(IEnumerable<KeyValuePair<string, byte[]>> files)
    {
        Dictionary<string, byte[]> module = Directory.GetFiles(s_module, "*", SearchOption.AllDirectories)
            .ToDictionary(f => Path.GetRelativePath(s_module, f).Replace('\\', '/'), File.ReadAllBytes);
        Dictionary<string, byte[]> packed = new(files);
        Assert.Equal(module.Keys.Order(StringComparer.Ordinal), packed.Keys.Order(StringComparer.Ordinal));
        Assert.All(module, f => Assert.Equal(f.Value, packed[f.Key]));

        string[] needed =
        [
            "EmrSim.psd1", "EmrSim.PowerShell.psd1", "EmrSim.dll", "EmrSim.Format.ps1xml", "LICENSE",
            "lib/EmrSim.PowerShell.dll", "lib/EmrSim.PowerShell.deps.json", "lib/precompiled/win-x64/EmrSim.Core.dll", "lib/precompiled/linux-x64/EmrSim.Core.dll",
        ];
        Assert.Empty(needed.Except(packed.Keys));
        Assert.Equal(7, packed.Keys.Count(k => k.StartsWith("lib/runtimes/", StringComparison.Ordinal)));
        Assert.DoesNotContain(packed.Keys, k => k.EndsWith("System.Management.Automation.dll", StringComparison.Ordinal));
    }
}
