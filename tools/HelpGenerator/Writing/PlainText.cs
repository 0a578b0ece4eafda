using EmrSim.HelpGenerator.Model;

namespace EmrSim.HelpGenerator.Writing;

/// <summary>Text for a console.</summary>
internal static class PlainText
{
    internal static string Of(DocParagraph paragraph) => (paragraph.IsItem ? "- " : "") + string.Concat(paragraph.Runs.Select(Of));

    private static string Of(DocRun run) => run.Kind == RunKind.Link && run.Target != run.Text ? $"{run.Text} ({run.Target})" : run.Text;
}
