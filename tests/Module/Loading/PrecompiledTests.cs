using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Loading;

/// <summary>The assemblies that were compiled ahead of time: they are the module's own, they are used where there are some, and nothing needs them.</summary>
public sealed class PrecompiledTests : IDisposable
{
    private static readonly string s_library = Path.Combine(Path.GetDirectoryName(ModuleSession.ManifestPath)!, "lib");
    private static readonly string s_precompiled = Path.Combine(s_library, "precompiled");

    private readonly string _folder = Directory.CreateTempSubdirectory("emrsim-module-").FullName;

    public void Dispose() => TempFolder.Remove(_folder);

    [Theory]
    [InlineData("win-x64")]
    [InlineData("linux-x64")]
    public void Each_is_the_assembly_of_lib_with_machine_code_beside_it(string platform)
    {
        string[] files = Directory.GetFiles(Path.Combine(s_precompiled, platform));

        Assert.Contains(files, f => Path.GetFileName(f) == "EmrSim.Core.dll");
        Assert.All(files, f =>
        {
            (Guid id, bool isCompiled) = Read(f);
            Assert.True(isCompiled, $"{f} has no machine code.");
            Assert.Equal((Read(Path.Combine(s_library, Path.GetFileName(f))).Id, false), (id, Read(Path.Combine(s_library, Path.GetFileName(f))).IsCompiled));
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void They_are_loaded_where_there_are_some_and_nothing_needs_them(bool present)
    {
        string platform = $"{(OperatingSystem.IsWindows() ? "win" : "linux")}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
        Assert.SkipUnless(Directory.Exists(Path.Combine(s_precompiled, platform)), "Nothing is compiled ahead of time for this platform.");
        string module = Path.Combine(_folder, "EmrSim");
        Copy(Path.GetDirectoryName(ModuleSession.ManifestPath)!, module);
        if (!present) Directory.Delete(Path.Combine(module, "lib", "precompiled"), recursive: true);

        string[] lines = ShellProcess.Run(
            $$"""
            Import-Module '{{module}}/EmrSim.psd1' -ErrorAction Stop
            New-EmrSampleDatabase '{{_folder}}/app.db' -Turns 10 | Out-Null
            ([Runtime.Loader.AssemblyLoadContext]::All | Where-Object Name -eq EmrSim).Assemblies | ForEach-Object Location
            """).ThrowOnError().Lines;

        Assert.True(File.Exists(Path.Combine(_folder, "app.db")));
        string expected = Path.Combine(module, "lib", present ? Path.Combine("precompiled", platform) : "", "EmrSim.Core.dll");
        Assert.Contains(expected, lines);
    }

    [Theory]
    [InlineData("EmrSim.Core.dll")]
    [InlineData("EmrSim.PowerShell.dll")]
    public void What_refers_to_the_face_of_the_module_and_to_PowerShell_is_compiled_too(string file)
    {
        // Without these at hand two thirds of the engine, and nothing of the cmdlets, would be left out without a word.
        long compiled = new FileInfo(Path.Combine(s_precompiled, "linux-x64", file)).Length, plain = new FileInfo(Path.Combine(s_library, file)).Length;

        Assert.True(compiled > plain * 1.8, $"{file} has {compiled} bytes beside {plain}.");
    }

    [Fact]
    public void A_damaged_one_stops_nobody()
    {
        string module = Path.Combine(_folder, "EmrSim");
        Copy(Path.GetDirectoryName(ModuleSession.ManifestPath)!, module);
        foreach (string file in Directory.GetFiles(Path.Combine(module, "lib", "precompiled"), "EmrSim.Core.dll", SearchOption.AllDirectories)) File.WriteAllBytes(file, File.ReadAllBytes(file)[..5000]);

        ShellProcess.Run($"Import-Module '{module}/EmrSim.psd1' -ErrorAction Stop; New-EmrSampleDatabase '{_folder}/app.db' -Turns 10 | Out-Null").ThrowOnError();

        Assert.True(File.Exists(Path.Combine(_folder, "app.db")));
    }

    [Fact]
    public void What_the_framework_has_in_this_version_or_a_newer_one_is_not_loaded_a_second_time()
    {
        string[] lines = ShellProcess.Run(
            $$"""
            Import-Module '{{ModuleSession.ManifestPath}}' -ErrorAction Stop
            New-EmrSampleDatabase '{{_folder}}/app.db' -Turns 10 | Out-Null
            Backup-EmrDatabase '{{_folder}}/app.db' '{{_folder}}/store' | Out-Null
            [AppDomain]::CurrentDomain.GetAssemblies() | ForEach-Object { $_.GetName().Name }
            """).ThrowOnError().Lines;

        Assert.Single(lines, l => l == "System.Text.Json");
        Assert.Single(lines, l => l == "EmrSim.Core");
    }

    private static (Guid Id, bool IsCompiled) Read(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        MetadataReader metadata = file.GetMetadataReader();
        return (metadata.GetGuid(metadata.GetModuleDefinition().Mvid), file.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string folder in Directory.GetDirectories(from, "*", SearchOption.AllDirectories)) Directory.CreateDirectory(folder.Replace(from, to, StringComparison.Ordinal));
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories)) File.Copy(file, file.Replace(from, to, StringComparison.Ordinal));
    }
}
