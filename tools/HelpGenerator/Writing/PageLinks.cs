using EmrSim.HelpGenerator.Model;

namespace EmrSim.HelpGenerator.Writing;

/// <summary>Where links of the pages lead.</summary>
/// <param name="topicFolder">The folder of the about topics as seen from the pages, with / between the parts.</param>
/// <param name="module">All that there is to link to.</param>
internal sealed class PageLinks(string topicFolder, ModuleHelp module)
{
    internal const string TypesPage = "objects.md";

    internal string To(LinkHelp link)
    {
        if (link.Uri is not null) return $"[{link.Text}]({link.Uri})";
        return module.Topics.FirstOrDefault(t => t.Name == link.Text) is { } topic ? To(topic) : ToCommand(link.Text);
    }

    internal string To(TopicHelp topic) => $"[{topic.Name}]({topicFolder}/{topic.FileName})";

    internal static string ToCommand(string name) => $"[{name}]({name}.md)";

    internal string ToType(string name) =>
        module.Types.Any(t => t.Name == name) ? $"[{Markdown.Code(name)}]({TypesPage}{Markdown.Anchor(name)})" : Markdown.Code(name);
}
