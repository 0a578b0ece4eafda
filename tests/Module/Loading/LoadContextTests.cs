using EmrSim.Tests.Support;

namespace EmrSim.Tests.Loading;

/// <summary>Where the module's assemblies live, seen from sessions of their own.</summary>
public sealed class LoadContextTests : IDisposable
{
    private const string ShowContexts =
        """
        foreach ($context in [Runtime.Loader.AssemblyLoadContext]::All) {
            foreach ($assembly in $context.Assemblies) { "$($context.Name)|$($assembly.GetName().Name)|$($assembly.GetName().Version)" }
        }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("emrsim-module-");

    private const string MakeDatabase = "New-EmrSampleDatabase app.db -Turns 100 | Out-Null";

    private static string Import => $"Import-Module '{ModuleSession.ManifestPath}' -ErrorAction Stop";

    [Fact]
    public void Packages_live_in_the_private_context_and_not_in_the_default_one()
    {
        // A backup loads what a backup needs; Npgsql is asked for as the cmdlets would ask for it.
        string[] loaded = Run(
            $$"""
            {{Import}}
            {{MakeDatabase}}
            Backup-EmrDatabase app.db store -LogPath log.json | Out-Null
            $private = [Runtime.Loader.AssemblyLoadContext]::All | Where-Object Name -eq EmrSim
            [void]$private.LoadFromAssemblyName([Reflection.AssemblyName]::new('Npgsql'))
            {{ShowContexts}}
            """).ThrowOnError().Lines;

        string[] ours =
        [
            "EmrSim.Core", "EmrSim.PowerShell", "Microsoft.Extensions.Logging", "Microsoft.Extensions.Logging.Abstractions", "Npgsql", "Serilog",
            "SQLitePCLRaw.core", "SQLitePCLRaw.provider.e_sqlite3", "ZstdSharp",
        ];
        foreach (string name in ours)
        {
            Assert.Contains(loaded, l => l.StartsWith($"EmrSim|{name}|", StringComparison.Ordinal));
            Assert.DoesNotContain(loaded, l => l.StartsWith($"Default|{name}|", StringComparison.Ordinal));
        }

        // The face of the module is one for all: scripts name its types.
        Assert.Contains(loaded, l => l.StartsWith("Default|EmrSim|", StringComparison.Ordinal));
        Assert.DoesNotContain(loaded, l => l.StartsWith("EmrSim|EmrSim|", StringComparison.Ordinal));
        Assert.DoesNotContain(loaded, l => l.StartsWith("EmrSim|System.Management.Automation|", StringComparison.Ordinal));
    }

    [Fact]
    public void The_module_works_where_an_older_Microsoft_Extensions_Logging_is_loaded_already()
    {
        string older = Path.Combine(AppContext.BaseDirectory, "older", "Microsoft.Extensions.Logging.Abstractions.dll");

        string[] lines = Run(
            $$"""
            [void][Reflection.Assembly]::LoadFrom('{{older}}')
            {{Import}}
            {{MakeDatabase}}
            (Backup-EmrDatabase app.db store -Verbose 4>&1 | Where-Object { $_ -is [EmrSim.EmrBackup] }).Name
            {{ShowContexts}}
            """).ThrowOnError().Lines;

        Assert.Equal("app", lines[0]);
        Assert.Contains("Default|Microsoft.Extensions.Logging.Abstractions|6.0.0.0", lines);
        Assert.Contains("EmrSim|Microsoft.Extensions.Logging.Abstractions|10.0.0.0", lines);
    }

    [Fact]
    public void Importing_with_force_again_and_again_leaves_one_context_and_working_cmdlets()
    {
        string[] lines = Run(
            $$"""
            {{Import}}
            {{MakeDatabase}}
            Backup-EmrDatabase app.db store | Out-Null
            {{Import}} -Force
            {{Import}} -Force
            $backup = Backup-EmrDatabase app.db store -NoRotation
            $backup -is [EmrSim.EmrBackup]
            (Test-EmrBackup $backup.Path).Outcome
            @(Get-EmrBackup store).Count
            @([Runtime.Loader.AssemblyLoadContext]::All | Where-Object Name -eq EmrSim).Count
            """).ThrowOnError().Lines;

        Assert.Equal(["True", "Passed", "2", "1"], lines);
    }

    [Fact]
    public void The_module_can_be_removed_and_imported_again()
    {
        string[] lines = Run(
            $$"""
            {{Import}}
            Remove-Module EmrSim
            @(Get-Command -Module EmrSim).Count
            {{Import}}
            {{MakeDatabase}}
            (Backup-EmrDatabase app.db store).Name
            """).ThrowOnError().Lines;

        Assert.Equal(["0", "app"], lines);
    }

    [Fact]
    public void Two_sessions_of_one_process_use_the_module_side_by_side()
    {
        string[] lines = Run(
            $$"""
            {{Import}}
            {{MakeDatabase}}
            $other = [PowerShell]::Create([initialsessionstate]::CreateDefault2())
            [void]$other.AddScript("{{Import.Replace("'", "`\"", StringComparison.Ordinal)}}; (Backup-EmrDatabase '$pwd/app.db' '$pwd/store').Name")
            $other.Invoke()
            Remove-Module EmrSim
            $other.Commands.Clear()
            [void]$other.AddScript("@(Get-EmrBackup '$pwd/store').Count")
            $other.Invoke()
            {{Import}}
            @(Get-EmrBackup store).Count
            """).ThrowOnError().Lines;

        Assert.Equal(["app", "1", "1"], lines);
    }

    [Fact]
    public void After_Remove_Module_no_file_of_a_database_or_a_store_is_open()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Open files are read from /proc; Windows shows the same by letting them be deleted.");
        string[] lines = Run(
            $$"""
            {{Import}}
            {{MakeDatabase}}
            Backup-EmrDatabase app.db store -LogPath log.json | Out-Null
            Test-EmrBackup store/*.zst -Level Restore | Out-Null
            Get-EmrBackup store | Remove-EmrBackup -Force -Confirm:$false
            Remove-Module EmrSim
            [IO.Directory]::GetFiles('/proc/self/fd') | ForEach-Object { [string][IO.File]::ResolveLinkTarget($_, $false) } | Where-Object { $_ -like "$pwd*" }
            'end'
            """).ThrowOnError().Lines;

        Assert.Equal(["end"], lines);
    }

    [Fact]
    public void A_backup_leaves_no_thread_of_the_sessions_pool_nicer_than_it_was()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has niceness of threads, and /proc to tell of it.");
        // Niceness is the 17th field behind the name, which stands in parentheses: proc(5).
        string[] lines = Run(
            $$"""
            {{Import}}
            New-EmrSampleDatabase app.db -Turns 20000 | Out-Null
            foreach ($compression in 'Zstd', 'Gzip', 'None') { Backup-EmrDatabase app.db store -Compression $compression -VerificationLevel Restore | Out-Null }
            [IO.Directory]::GetDirectories('/proc/self/task') | ForEach-Object {
                $stat = [IO.File]::ReadAllText("$_/stat")
                [IO.File]::ReadAllText("$_/comm").Trim() + ': ' + $stat.Substring($stat.LastIndexOf(')') + 2).Split(' ')[16]
            }
            """).ThrowOnError().Lines;

        Assert.NotEmpty(lines);
        // The collector's thread comes and goes with the runtime's own needs.
        Assert.All(lines.Where(l => !l.StartsWith(".NET BGC", StringComparison.Ordinal)), l => Assert.EndsWith(": 0", l, StringComparison.Ordinal));
    }

    [Fact]
    public void S6_Without_its_native_library_the_error_names_the_library_and_the_way_out()
    {
        string copy = Path.Combine(_folder.FullName, "module", "EmrSim");
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(ModuleSession.ManifestPath)!, "*", SearchOption.AllDirectories))
        {
            string to = Path.Combine(copy, Path.GetRelativePath(Path.GetDirectoryName(ModuleSession.ManifestPath)!, file));
            if (Path.GetFileName(Path.GetDirectoryName(file)) == "native") continue;
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        ShellResult result = Run($"Import-Module '{Path.Combine(copy, "EmrSim.psd1")}' -ErrorAction Stop; New-EmrSampleDatabase app.db");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("NativeLibraryNotLoaded", result.Errors, StringComparison.Ordinal);
        Assert.Contains("Unblock-File", result.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => TempFolder.Remove(_folder.FullName);

    private ShellResult Run(string script) => ShellProcess.Run(script, _folder.FullName);
}
