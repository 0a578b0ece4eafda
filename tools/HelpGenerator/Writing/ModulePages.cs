using EmrSim.HelpGenerator.Model;

namespace EmrSim.HelpGenerator.Writing;

/// <summary>The pages that are about the module as a whole: the index and the objects that cmdlets give.</summary>
internal static class ModulePages
{
    internal static string Index(ModuleHelp module, PageLinks links)
    {
        List<string> blocks =
        [
            $"# The cmdlets of {module.Name}",
            "These pages are generated from the documentation comments of the cmdlets, as is what `Get-Help` shows. " +
            "Change the comments, then run `./build.sh docs`; a test fails when a page is stale. Every example on these pages is run by a test.",
            Markdown.Table(["Cmdlet", "What it does"], module.Commands.Select(c => (string[])[PageLinks.ToCommand(c.Name), Markdown.Line(c.Synopsis)])),
            $"What the cmdlets give is described in [{PageLinks.TypesPage[..^3]}]({PageLinks.TypesPage}).",
        ];
        if (module.Topics.Count > 0)
        {
            blocks.Add("## Topics");
            blocks.Add(Markdown.Table(["Topic", "What it is about"], module.Topics.Select(t => (string[])[links.To(t), t.Summary])));
        }

        return string.Join("\n\n", blocks) + "\n";
    }

    internal static string Types(ModuleHelp module, PageLinks links)
    {
        List<string> blocks =
        [
            "# What the cmdlets give",
            "Properties hold raw values: lengths in bytes, durations as `timespan`, times as `DateTimeOffset` in UTC. " +
            "The tables that PowerShell shows are views of them.",
        ];
        foreach (TypeHelp type in module.Types)
        {
            blocks.Add($"## {type.Name}");
            blocks.Add(Markdown.Of(type.Summary));
            blocks.Add(type.Values.Count > 0
                ? CommandPage.Values(type.Values)
                : Markdown.Table(["Property", "Type", "Meaning"], type.Properties.Select(p => (string[])[Markdown.Code(p.Name), TypeOf(p, links), Markdown.Line(p.Text)])));
        }

        return string.Join("\n\n", blocks) + "\n";
    }

    private static string TypeOf(PropertyHelp property, PageLinks links) =>
        property.DocumentedType is { } name && property.Type.StartsWith(name, StringComparison.Ordinal)
            ? links.ToType(name) + Markdown.Code(property.Type[name.Length..]).Replace("``", "", StringComparison.Ordinal)
            : Markdown.Code(property.Type);
}
