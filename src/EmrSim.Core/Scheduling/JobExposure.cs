using System.Diagnostics;
using System.IO.Enumeration;
using EmrSim.Core.Files;

namespace EmrSim.Core.Scheduling;

/// <summary>
/// Looks at what a job of root or SYSTEM runs: its PowerShell, the module, and its script. Whoever can change one of them, or a folder above, has all
/// rights of the machine at the next run.
/// </summary>
internal static class JobExposure
{
    private const string CheckName = "Programs";
    private const int MostNamed = 3;

    /// <summary>The check; null for a job of an account without such rights.</summary>
    /// <param name="header">What the job says of itself.</param>
    /// <param name="jobPath">Its script.</param>
    /// <returns>Passed, or Inconclusive with the names: the job works, but nobody can say what it will run.</returns>
    internal static EmrBackupCheck? Check(JobHeader header, string jobPath)
    {
        if (header.RunAs != "root" && !TaskXml.IsSystem(header.RunAs)) return null;
        long started = Stopwatch.GetTimestamp();
        EmrBackupCheck Result(EmrOutcome outcome, string detail) => new(CheckName, outcome, detail, Stopwatch.GetElapsedTime(started));
        try
        {
            string[] found = [.. Find(header, jobPath).Distinct()];
            if (found.Length == 0) return Result(EmrOutcome.Passed, "only root or Administrators can change what the job runs");
            string more = found.Length > MostNamed ? $", and {found.Length - MostNamed} more" : "";
            return Result(EmrOutcome.Inconclusive, $"The job runs as {header.RunAs}, and what it runs can be changed by others: {string.Join(", ", found.Take(MostNamed))}{more}. " +
                "Install PowerShell and the module where only root or Administrators can write, and register the job again with -Force.");
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            return Result(EmrOutcome.Inconclusive, $"Who can change what the job runs cannot be told: {e.Message}");
        }
    }

    private static IEnumerable<string> Find(JobHeader header, string jobPath)
    {
        IEnumerable<string> found = OfFile(jobPath).Concat(OfFile(header.Pwsh));
        // Beside pwsh lies all that it loads, unless it is a program that starts another one.
        if (Path.GetDirectoryName(Real(header.Pwsh)) is { } home && File.Exists(Path.Combine(home, "System.Management.Automation.dll"))) found = found.Concat(Below(home));
        // A module that is named without a path is found where PowerShell looks for it, which only PowerShell knows.
        return header.Module is { } module && Path.IsPathRooted(module) ? found.Concat(OfFile(module)).Concat(Below(Path.GetDirectoryName(Real(module))!)) : found;
    }

    /// <summary>A file with all links that lead to it, and the folders above each of them.</summary>
    private static IEnumerable<string> OfFile(string path)
    {
        for (int links = 0; links < 40; links++)
        {
            foreach (string said in Above(path)) yield return said;
            if (!OperatingSystem.IsWindows() && Above(Real(path)).FirstOrDefault() is { } real) yield return real;
            if (File.ResolveLinkTarget(path, returnFinalTarget: false) is not { } target) yield break;
            if (OtherWriters.OfLink(path) is { } who) yield return Say(path, who);
            path = target.FullName;
        }
    }

    /// <summary>The first of a file and the folders above it, from the top, that somebody else can change; what lies below is theirs anyway.</summary>
    private static IEnumerable<string> Above(string path)
    {
        string direct = Path.GetDirectoryName(path) ?? path;
        var all = new Stack<string>();
        for (string? at = path; at is not null; at = Path.GetDirectoryName(at)) all.Push(at);
        return all.Select(p => (Path: p, Who: OtherWriters.Of(p, isAbove: p != path && p != direct))).Where(f => f.Who is not null).Select(f => Say(f.Path, f.Who!)).Take(1);
    }

    private static IEnumerable<string> Below(string folder)
    {
        if (Above(Path.Combine(folder, "x")).Any()) return [];
        var all = new FileSystemEnumerable<string>(folder, static (ref FileSystemEntry e) => e.ToFullPath(), new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
        {
            ShouldRecursePredicate = static (ref FileSystemEntry e) => (e.Attributes & FileAttributes.ReparsePoint) == 0,
        };
        return all.Order(StringComparer.Ordinal).Select(p => (Path: p, Who: OtherWriters.Of(p, isAbove: false))).Where(f => f.Who is not null).Select(f => Say(f.Path, f.Who!));
    }

    private static string Real(string path) => OperatingSystem.IsWindows() ? RealFile.Of(path).FullName : RealPath.Of(path);

    private static string Say(string path, string who) => $"'{path}' by {who}";
}
