using System.Text;
using EmrSim.HelpGenerator.Model;

namespace EmrSim.HelpGenerator.Writing;

/// <summary>The Markdown page of one cmdlet.</summary>
internal static class CommandPage
{
    private const int SyntaxWidth = 96;

    private static readonly string[] s_facts = ["Type", "Required", "Position", "Default", "Pipeline input", "Wildcards", "Aliases"];

    internal static string Of(CommandHelp command, PageLinks links)
    {
        List<string> blocks = [$"# {command.Name}", Markdown.Of(command.Synopsis), "## Syntax"];
        foreach (SyntaxHelp syntax in command.Syntax)
        {
            if (command.Syntax.Count > 1) blocks.Add($"Parameter set {Markdown.Code(syntax.Name)}{(syntax.IsDefault ? " (the default)" : "")}:");
            blocks.Add(Fence(Wrap(command.Name, syntax)));
        }

        blocks.Add("## Description");
        blocks.Add(Markdown.Of(command.Description));

        blocks.Add("## Examples");
        for (int i = 0; i < command.Examples.Count; i++)
        {
            ExampleHelp example = command.Examples[i];
            blocks.AddRange([$"### Example {i + 1}: {example.Title}", Fence(example.Code), Markdown.Of(example.Text)]);
        }

        blocks.Add("## Parameters");
        foreach (ParameterHelp parameter in command.Parameters) AddParameter(blocks, parameter);
        blocks.Add("The common parameters, such as `-Verbose` and `-ErrorAction`, are those of every cmdlet: see `Get-Help about_CommonParameters`.");

        AddPipeline(blocks, command, links);
        blocks.Add("## Related links");
        blocks.Add(string.Join('\n', command.Links.Select(l => "- " + links.To(l))));
        return string.Join("\n\n", blocks.Where(b => b.Length > 0)) + "\n";
    }

    private static void AddParameter(List<string> blocks, ParameterHelp parameter)
    {
        blocks.Add($"### -{parameter.Name}");
        blocks.Add(Markdown.Of(parameter.Description));
        if (parameter.Values.Count > 0) blocks.Add(Values(parameter.Values));
        if (parameter.Sets.Count > 0) blocks.Add($"Only in the parameter set {string.Join(" and ", parameter.Sets.Select(Markdown.Code))}.");
        blocks.Add(Markdown.Table(s_facts,
        [[
            Markdown.Code(parameter.Type),
            YesNo(parameter.Required),
            parameter.Position?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "named",
            parameter.Default ?? "none",
            Pipeline(parameter),
            YesNo(parameter.Wildcards),
            parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases.Select(Markdown.Code)),
        ]]));
    }

    internal static string Values(IReadOnlyList<ValueHelp> values) =>
        string.Join('\n', values.Select(v => $"- {Markdown.Code(v.Name)}: {Markdown.Line(v.Text)}"));

    private static void AddPipeline(List<string> blocks, CommandHelp command, PageLinks links)
    {
        blocks.Add("## Input");
        blocks.Add(command.Inputs.Count == 0
            ? "Nothing can be piped in."
            : string.Join('\n', command.Inputs.Select(i => $"- {Markdown.Code(i.Type)}: {Markdown.Line(i.Text)}")));
        blocks.Add("## Output");
        blocks.Add(command.Outputs.Count == 0
            ? "None."
            : string.Join('\n', command.Outputs.Select(o =>
                $"- {(o.IsDocumented ? links.ToType(o.Type) : Markdown.Code(o.Type))}{(o.Text.IsEmpty ? "" : ": " + Markdown.Line(o.Text))}")));
    }

    private static string Pipeline(ParameterHelp parameter) => (parameter.FromPipeline, parameter.FromPipelineByName) switch
    {
        (true, true) => "by value, by property name",
        (true, false) => "by value",
        (false, true) => "by property name",
        _ => "no",
    };

    private static string YesNo(bool value) => value ? "yes" : "no";

    private static string Fence(string code) => $"```powershell\n{code}\n```";

    private static string Wrap(string command, SyntaxHelp syntax)
    {
        var lines = new StringBuilder(command);
        int column = command.Length;
        foreach (string part in syntax.Parts.Select(p => p.Text))
        {
            bool fits = column + 1 + part.Length <= SyntaxWidth;
            lines.Append(fits ? " " : "\n    ").Append(part);
            column = fits ? column + 1 + part.Length : 4 + part.Length;
        }

        return lines.ToString();
    }
}
