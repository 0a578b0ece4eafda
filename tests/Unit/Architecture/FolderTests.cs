using System.Text.RegularExpressions;

namespace EmrSim.Tests.Architecture;

/// <summary>The rules of docs/architecture.md that a compiler does not know.</summary>
public sealed partial class FolderTests
{
    private static readonly string s_source = FindSource();

    [Theory]
    [InlineData("EmrSim.Core")]
    [InlineData("EmrSim.PowerShell")]
    public void No_two_folders_of_a_project_need_each_other(string project)
    {
        Dictionary<string, HashSet<string>> needs = Directory.GetDirectories(Path.Combine(s_source, project))
            .Where(f => Path.GetFileName(f) is not ("bin" or "obj"))
            .ToDictionary(f => Path.GetFileName(f), f => Uses(project, f));

        Assert.NotEmpty(needs.Values.SelectMany(n => n));
        foreach (string folder in needs.Keys) Assert.DoesNotContain(folder, Reachable(folder, needs));
    }

    [Fact]
    public void The_engine_knows_no_type_of_PowerShell() =>
        Assert.DoesNotContain(
            typeof(EmrSim.Core.Backup.BackupEngine).Assembly.GetReferencedAssemblies(), a => a.Name == "System.Management.Automation");

    [Fact]
    public void A_cmdlet_touches_neither_files_nor_SQL()
    {
        foreach (string file in Directory.GetFiles(Path.Combine(s_source, "EmrSim.PowerShell", "Commands"), "*.cs", SearchOption.AllDirectories))
        {
            string text = File.ReadAllText(file);
            Assert.DoesNotMatch(Forbidden(), text);
        }
    }

    private static HashSet<string> Uses(string project, string folder) =>
    [
        .. Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories)
            .SelectMany(f => Using().Matches(File.ReadAllText(f)))
            .Where(m => m.Groups["project"].Value == project)
            .Select(m => m.Groups["folder"].Value)
            .Where(f => f != Path.GetFileName(folder)),
    ];

    private static HashSet<string> Reachable(string from, Dictionary<string, HashSet<string>> needs)
    {
        var seen = new HashSet<string>();
        var open = new Queue<string>(needs[from]);
        while (open.TryDequeue(out string? folder))
        {
            if (!seen.Add(folder)) continue;
            foreach (string next in needs.GetValueOrDefault(folder, [])) open.Enqueue(next);
        }

        return seen;
    }

    private static string FindSource()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EmrSim.sln"))) folder = folder.Parent;
        return Path.Combine(folder!.FullName, "src");
    }

    [GeneratedRegex(@"\b(?<project>EmrSim\.(?:Core|PowerShell))\.(?<folder>[A-Z]\w+)\b")]
    private static partial Regex Using();

    [GeneratedRegex(@"\b(?:File|Directory|SqliteDatabase|FileStream)\b\.|\bPRAGMA\b|\bSELECT\b")]
    private static partial Regex Forbidden();
}
