using System.Text;
using EmrSim.HelpGenerator.Model;

namespace EmrSim.HelpGenerator.Writing;

/// <summary>Pieces of Markdown.</summary>
internal static class Markdown
{
    /// <summary>Paragraphs with blank lines between them; items of one list stand together.</summary>
    internal static string Of(DocText text)
    {
        var result = new StringBuilder();
        DocParagraph? previous = null;
        foreach (DocParagraph paragraph in text.Paragraphs)
        {
            if (previous is not null) result.Append(previous.IsItem && paragraph.IsItem ? "\n" : "\n\n");
            if (paragraph.IsItem) result.Append("- ");
            result.AppendJoin("", paragraph.Runs.Select(Of));
            previous = paragraph;
        }

        return result.ToString();
    }

    /// <summary>A text in one line, for a cell of a table or an item of a list.</summary>
    internal static string Line(DocText text) => string.Join(' ', text.Paragraphs.Select(p => string.Concat(p.Runs.Select(Of))));

    internal static string Code(string text) => $"`{text}`";

    /// <summary>A table; bars within cells are escaped.</summary>
    internal static string Table(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
    {
        IEnumerable<IReadOnlyList<string>> lines = [head, [.. head.Select(_ => "---")], .. rows];
        return string.Join('\n', lines.Select(l => "| " + string.Join(" | ", l.Select(c => c.Replace("|", "\\|", StringComparison.Ordinal))) + " |"));
    }

    /// <summary>The anchor that GitHub makes of a heading of one word.</summary>
    internal static string Anchor(string heading) => "#" + heading.ToLowerInvariant();

    private static string Of(DocRun run) => run.Kind switch
    {
        RunKind.Code => Code(run.Text),
        RunKind.Link => run.Text == run.Target ? $"<{run.Target}>" : $"[{Escape(run.Text)}]({run.Target})",
        _ => Escape(run.Text),
    };

    private static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("*", "\\*", StringComparison.Ordinal)
        .Replace("<", "\\<", StringComparison.Ordinal)
        .Replace("[", "\\[", StringComparison.Ordinal);
}
