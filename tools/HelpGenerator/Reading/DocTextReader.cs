using System.Text.RegularExpressions;
using System.Xml.Linq;
using EmrSim.HelpGenerator.Model;

namespace EmrSim.HelpGenerator.Reading;

/// <summary>Turns a documentation comment into text: para, list, c, see and the references between them.</summary>
/// <param name="commandNames">Names of cmdlets by the id of their class.</param>
internal sealed partial class DocTextReader(IReadOnlyDictionary<string, string> commandNames)
{
    /// <summary>Reads a whole element; nothing gives an empty text.</summary>
    internal DocText Read(XElement? element) => element is null ? DocText.Empty : Read(element.Nodes());

    /// <summary>Reads some nodes of an element.</summary>
    internal DocText Read(IEnumerable<XNode> nodes)
    {
        var paragraphs = new List<DocParagraph>();
        var open = new List<DocRun>();
        foreach (XNode node in nodes)
        {
            switch (node)
            {
                case XElement { Name.LocalName: "para" } para:
                    Close(paragraphs, open);
                    AddInlines(para.Nodes(), open);
                    Close(paragraphs, open);
                    break;
                case XElement { Name.LocalName: "list" } list:
                    Close(paragraphs, open);
                    foreach (XElement item in list.Elements("item"))
                    {
                        AddInlines((item.Element("description") ?? item).Nodes(), open);
                        Close(paragraphs, open, isItem: true);
                    }

                    break;
                default:
                    AddInline(node, open);
                    break;
            }
        }

        Close(paragraphs, open);
        return new DocText(paragraphs);
    }

    /// <summary>The name under which a reader knows what a cref names.</summary>
    internal string NameOf(string cref)
    {
        if (commandNames.TryGetValue(cref, out string? command)) return command;
        string name = cref.Split('(')[0];
        string last = name[(name.LastIndexOf('.') + 1)..];
        bool isParameter = name.StartsWith("P:", StringComparison.Ordinal) && commandNames.ContainsKey("T:" + name[2..^(last.Length + 1)]);
        return isParameter ? "-" + last : last;
    }

    private void AddInlines(IEnumerable<XNode> nodes, List<DocRun> runs)
    {
        foreach (XNode node in nodes) AddInline(node, runs);
    }

    private void AddInline(XNode node, List<DocRun> runs)
    {
        switch (node)
        {
            case XText text:
                runs.Add(new DocRun(RunKind.Plain, Whitespace().Replace(text.Value, " ")));
                break;
            case XElement { Name.LocalName: "c" } code:
                runs.Add(new DocRun(RunKind.Code, Whitespace().Replace(code.Value, " ")));
                break;
            case XElement element when (string?)element.Attribute("href") is { } href:
                runs.Add(new DocRun(RunKind.Link, element.Value.Length > 0 ? element.Value : href, href));
                break;
            case XElement element when (string?)element.Attribute("cref") is { } cref:
                runs.Add(new DocRun(RunKind.Code, NameOf(cref)));
                break;
            case XElement element:
                AddInlines(element.Nodes(), runs);
                break;
        }
    }

    private static void Close(List<DocParagraph> paragraphs, List<DocRun> open, bool isItem = false)
    {
        List<DocRun> runs = [.. open];
        open.Clear();
        if (runs.Count > 0 && runs[0].Kind == RunKind.Plain) runs[0] = runs[0] with { Text = runs[0].Text.TrimStart() };
        if (runs.Count > 0 && runs[^1].Kind == RunKind.Plain) runs[^1] = runs[^1] with { Text = runs[^1].Text.TrimEnd() };
        runs.RemoveAll(r => r.Text.Length == 0);
        if (runs.Count > 0) paragraphs.Add(new DocParagraph(runs, isItem));
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Whitespace();
}
