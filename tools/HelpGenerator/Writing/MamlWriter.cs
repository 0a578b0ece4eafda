using System.Text;
using System.Xml;
using System.Xml.Linq;
using EmrSim.HelpGenerator.Model;

namespace EmrSim.HelpGenerator.Writing;

/// <summary>Writes MAML, the format that Get-Help reads.</summary>
internal static class MamlWriter
{
    private static readonly XNamespace s_msh = "http://msh";
    private static readonly XNamespace s_maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace s_command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace s_dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    /// <summary>Writes the help of all cmdlets into one file.</summary>
    internal static void Write(ModuleHelp module, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var document = new XDocument(new XElement(s_msh + "helpItems", new XAttribute("schema", "maml"), module.Commands.Select(Command)));
        var settings = new XmlWriterSettings { Indent = true, NewLineChars = "\n", Encoding = new UTF8Encoding(false) };
        using var writer = XmlWriter.Create(path, settings);
        document.Save(writer);
    }

    private static XElement Command(CommandHelp command)
    {
        string[] words = command.Name.Split('-');
        return new XElement(
            s_command + "command",
            new XAttribute(XNamespace.Xmlns + "maml", s_maml),
            new XAttribute(XNamespace.Xmlns + "command", s_command),
            new XAttribute(XNamespace.Xmlns + "dev", s_dev),
            new XElement(
                s_command + "details",
                new XElement(s_command + "name", command.Name),
                new XElement(s_command + "verb", words[0]),
                new XElement(s_command + "noun", words[1]),
                Description(command.Synopsis)),
            Description(command.Description),
            new XElement(s_command + "syntax", command.Syntax.Select(s => Syntax(command, s))),
            new XElement(s_command + "parameters", command.Parameters.Select(p => Parameter(p, p.Required, p.Position, values: false))),
            new XElement(s_command + "inputTypes", Types(s_command + "inputType", command.Inputs.Select(i => (i.Type, i.Text)))),
            new XElement(s_command + "returnValues", Types(s_command + "returnValue", command.Outputs.Select(o => (o.Type, o.Text)))),
            new XElement(s_command + "examples", command.Examples.Select(Example)),
            new XElement(s_command + "relatedLinks", command.Links.Select(Link)));
    }

    private static XElement Syntax(CommandHelp command, SyntaxHelp syntax) => new(
        s_command + "syntaxItem",
        new XElement(s_maml + "name", command.Name),
        syntax.Parts.Where(p => p.Name is not null)
            .Select(p => Parameter(command.Parameters.First(c => c.Name == p.Name), p.Required, p.Position, values: true)));

    private static XElement Parameter(ParameterHelp parameter, bool required, int? position, bool values) => new(
        s_command + "parameter",
        new XAttribute("required", required),
        new XAttribute("variableLength", parameter.Type.EndsWith("[]", StringComparison.Ordinal)),
        new XAttribute("globbing", parameter.Wildcards),
        new XAttribute("pipelineInput", parameter.PipelineInput),
        new XAttribute("position", position is { } p ? p : "named"),
        new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
        new XElement(s_maml + "name", parameter.Name),
        Description(values ? parameter.Description : WithFacts(parameter)),
        values && parameter.Values.Count > 0
            ? new XElement(s_command + "parameterValueGroup", parameter.Values.Select(v => Value(v.Name, required: false)))
            : null,
        // In a syntax line a switch takes no value, and an enum shows its values.
        values && (parameter.IsSwitch || parameter.Values.Count > 0) ? null : Value(parameter.Type, required: !parameter.IsSwitch),
        new XElement(s_dev + "type", new XElement(s_maml + "name", parameter.Type), new XElement(s_maml + "uri")),
        new XElement(s_dev + "defaultValue", parameter.Default ?? "None"));

    private static XElement Value(string text, bool required) => new(
        s_command + "parameterValue", new XAttribute("required", required), new XAttribute("variableLength", false), text);

    // Get-Help has no place of its own for the meaning of an enum's values.
    private static DocText WithFacts(ParameterHelp parameter)
    {
        var paragraphs = new List<DocParagraph>(parameter.Description.Paragraphs);
        foreach (ValueHelp value in parameter.Values)
        {
            paragraphs.Add(new DocParagraph(
                [new DocRun(RunKind.Plain, value.Name + ": "), .. value.Text.Paragraphs.SelectMany(p => p.Runs)], IsItem: true));
        }

        return new DocText(paragraphs);
    }

    private static IEnumerable<XElement> Types(XName element, IEnumerable<(string Type, DocText Text)> entries) => entries.Select(e => new XElement(
        element,
        new XElement(s_dev + "type", new XElement(s_maml + "name", e.Type), new XElement(s_maml + "uri"), new XElement(s_maml + "description")),
        Description(e.Text)));

    private static XElement Example(ExampleHelp example, int index) => new(
        s_command + "example",
        new XElement(s_maml + "title", $"---------- Example {index + 1}: {example.Title} ----------"),
        new XElement(s_dev + "code", example.Code),
        // The empty paragraph keeps an example apart from the next one.
        new XElement(s_dev + "remarks", Paragraphs(example.Text), new XElement(s_maml + "para")));

    private static XElement Link(LinkHelp link) => new(
        s_maml + "navigationLink", new XElement(s_maml + "linkText", link.Text), new XElement(s_maml + "uri", link.Uri));

    private static XElement Description(DocText text) => new(s_maml + "description", Paragraphs(text));

    private static IEnumerable<XElement> Paragraphs(DocText text) => text.Paragraphs.Select(p => new XElement(s_maml + "para", PlainText.Of(p)));
}
