using System.Xml.Linq;
using EmrSim.HelpGenerator.Model;

namespace EmrSim.HelpGenerator.Reading;

/// <summary>
/// Reads examples: <c>&lt;example&gt;Title &lt;code&gt;…&lt;/code&gt; explanation&lt;/example&gt;</c>.
/// </summary>
internal sealed class ExampleReader(DocTextReader texts, Problems problems)
{
    /// <summary>Reads the examples of a class.</summary>
    /// <param name="member">The class's documentation.</param>
    /// <param name="place">Its name, for problems.</param>
    internal IReadOnlyList<ExampleHelp> Read(XElement? member, string place)
    {
        var examples = new List<ExampleHelp>();
        foreach (XElement example in member?.Elements("example") ?? [])
        {
            string where = $"{place}, example {examples.Count + 1}";
            if (example.Element("code") is not { } code)
            {
                problems.Add(where, "it has no <code>");
                continue;
            }

            DocText title = texts.Read(code.NodesBeforeSelf());
            DocText text = texts.Read(code.NodesAfterSelf());
            if (title.IsEmpty) problems.Add(where, "it has no title before its <code>");
            if (text.IsEmpty) problems.Add(where, "it has no explanation after its <code>");
            examples.Add(new ExampleHelp(string.Concat(title.Paragraphs.SelectMany(p => p.Runs).Select(r => r.Text)), Dedent(code.Value), text));
        }

        return examples;
    }

    // Code is indented like the comment around it; what all its lines share goes.
    private static string Dedent(string code)
    {
        string[] lines = code.ReplaceLineEndings("\n").Trim('\n', ' ').Split('\n');
        int indent = lines.Skip(1).Where(l => l.Trim().Length > 0).Select(l => l.Length - l.TrimStart().Length).DefaultIfEmpty(0).Min();
        return string.Join('\n', lines.Select((l, i) => i == 0 || l.Length < indent ? l.Trim() : l[indent..].TrimEnd()));
    }
}
