using EmrSim.HelpGenerator.Model;

namespace EmrSim.HelpGenerator.Reading;

/// <summary>Reads the about topics, and holds them to the width in which PowerShell shows them unwrapped.</summary>
internal static class TopicReader
{
    internal const string Suffix = ".help.txt";
    internal const int Width = 79;
    private const string SummaryHeading = "SHORT DESCRIPTION";

    internal static IReadOnlyList<TopicHelp> Read(string folder, Problems problems) =>
        [.. Directory.GetFiles(folder, "about_*" + Suffix).Order(StringComparer.Ordinal).Select(f => Read(f, File.ReadAllLines(f), problems))];

    internal static TopicHelp Read(string path, string[] lines, Problems problems)
    {
        string fileName = Path.GetFileName(path);
        string name = fileName[..^Suffix.Length];
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length > Width) problems.Add($"{fileName}({i + 1})", $"the line is longer than {Width} columns");
        }

        // PowerShell takes the first lines for what Get-Help lists: the topic's name, then its short description.
        int heading = Array.IndexOf(lines, SummaryHeading);
        string summary = heading < 0 ? "" : string.Join(' ', lines.Skip(heading + 1).TakeWhile(l => l.Trim().Length > 0).Select(l => l.Trim()));
        if (summary.Length == 0) problems.Add(fileName, $"it has no {SummaryHeading}");
        return new TopicHelp(name, fileName, summary);
    }
}
