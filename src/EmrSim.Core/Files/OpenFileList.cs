using System.Globalization;
using EmrSim.Core.Programs;

namespace EmrSim.Core.Files;

/// <summary>Who has files open, as lsof tells it. For systems without a /proc.</summary>
internal static class OpenFileList
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>The holders, and whether there was a lsof that could look into all processes.</summary>
    internal static (List<FileHolder> Holders, bool Complete) Find(IReadOnlyList<string> paths)
    {
        string[] there = [.. paths.Where(File.Exists)];
        if (there.Length == 0) return ([], true);
        if (SystemHost.This.Find("lsof") is not { } lsof) return ([], false);
        try
        {
            // -F writes a field a line; -w leaves warnings out; without holders the exit code is 1.
            SystemProgram run = SystemProgram.RunAsync(
                lsof, ["-w", "-F", "pcn", "--", .. there], CancellationToken.None, patience: s_patience).GetAwaiter().GetResult();
            return (Parse(run.Output, there), Environment.IsPrivilegedProcess);
        }
        catch (EmrSimException)
        {
            return ([], false);
        }
    }

    /// <summary>Reads lines of <c>p4711</c>, <c>cnode</c>, <c>n/srv/app.db</c>.</summary>
    internal static List<FileHolder> Parse(string output, IReadOnlyList<string> paths)
    {
        var holders = new List<FileHolder>();
        (int id, string name) = (0, "");
        foreach (string line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string value = line[1..];
            if (line[0] == 'p') (id, name) = (int.Parse(value, CultureInfo.InvariantCulture), "");
            else if (line[0] == 'c') name = value;
            // Another name of the same file is shown where it was opened by that; which file was asked for is then not known.
            else if (line[0] == 'n') holders.Add(new FileHolder(id, name, paths.FirstOrDefault(p => RealPath.Of(p) == value) ?? paths[0], Certain: true));
        }

        return [.. holders.Distinct()];
    }
}
