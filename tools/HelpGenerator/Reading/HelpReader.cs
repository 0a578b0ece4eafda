using System.Management.Automation;
using System.Xml.Linq;
using EmrSim.HelpGenerator.Model;

namespace EmrSim.HelpGenerator.Reading;

/// <summary>Puts the help of a module together from its cmdlets, their documentation comments and the about topics.</summary>
internal sealed class HelpReader
{
    private const int ExamplesNeeded = 2;

    private readonly XmlDocs _docs;
    private readonly Problems _problems;
    private readonly IReadOnlyList<CmdletInfo> _commands;
    private readonly IReadOnlyList<TopicHelp> _topics;
    private readonly DocTextReader _texts;
    private readonly TypeReader _types;

    internal HelpReader(IReadOnlyList<CmdletInfo> commands, XmlDocs docs, IReadOnlyList<TopicHelp> topics, Problems problems)
    {
        _commands = commands;
        _docs = docs;
        _topics = topics;
        _problems = problems;
        _texts = new DocTextReader(commands.ToDictionary(c => XmlDocs.IdOf(c.ImplementingType), c => c.Name, StringComparer.Ordinal));
        _types = new TypeReader(docs, _texts, problems);
    }

    /// <summary>Reads everything; what is missing is noted as a problem.</summary>
    internal ModuleHelp Read(string module)
    {
        List<CommandHelp> commands = [.. _commands.Select(Read)];
        return new ModuleHelp(module, commands, _types.Types, _topics);
    }

    private CommandHelp Read(CmdletInfo command)
    {
        string place = command.ImplementingType.FullName!;
        XElement? member = _docs.Find(XmlDocs.IdOf(command.ImplementingType));
        DocText synopsis = _texts.Read(member?.Element("summary"));
        if (synopsis.IsEmpty) _problems.Add(place, $"{command.Name} has no synopsis: write its <summary>");
        DocText description = _texts.Read(member?.Element("remarks"));
        if (description.IsEmpty) _problems.Add(place, $"{command.Name} has no description: write its <remarks>");
        IReadOnlyList<ExampleHelp> examples = new ExampleReader(_texts, _problems).Read(member, place);
        if (examples.Count < ExamplesNeeded) _problems.Add(place, $"{command.Name} has {examples.Count} examples; {ExamplesNeeded} are needed");

        IReadOnlyList<ParameterHelp> parameters = new ParameterReader(_docs, _texts, _types, _problems).Read(command);
        return new CommandHelp(
            command.Name,
            synopsis,
            description,
            SyntaxReader.Read(command),
            parameters,
            PipelineReader.Inputs(parameters),
            new PipelineReader(_docs, _texts, _types).Outputs(command),
            examples,
            [.. (member?.Elements("seealso") ?? []).Select(l => Link(l, place))]);
    }

    private LinkHelp Link(XElement link, string place)
    {
        if ((string?)link.Attribute("href") is { } href) return new LinkHelp(link.Value.Length > 0 ? link.Value : href, href);
        string name = (string?)link.Attribute("cref") is { } cref ? _texts.NameOf(cref) : link.Value.Trim();
        if (_topics.All(t => t.Name != name) && _commands.All(c => c.Name != name))
        {
            _problems.Add(place, $"the link '{name}' leads to no cmdlet and no topic");
        }

        return new LinkHelp(name, null);
    }
}
