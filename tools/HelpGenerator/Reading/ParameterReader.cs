using System.Management.Automation;
using System.Reflection;
using System.Xml.Linq;
using EmrSim.HelpGenerator.Model;

namespace EmrSim.HelpGenerator.Reading;

/// <summary>
/// Reads the parameters of a cmdlet: facts from PowerShell, words from the property's documentation. A cmdlet can word an inherited
/// parameter anew with <c>&lt;parameter name="Path"&gt;…&lt;/parameter&gt;</c> in its own documentation.
/// </summary>
internal sealed class ParameterReader(XmlDocs docs, DocTextReader texts, TypeReader types, Problems problems)
{
    private static readonly Dictionary<string, string> s_shouldProcess = new(StringComparer.Ordinal)
    {
        ["WhatIf"] = "Shows what would be done, and does nothing.",
        ["Confirm"] = "Asks before anything is done. Use -Confirm:$false where nobody can answer.",
    };

    /// <summary>Reads all but the common parameters, in the order of their names, -WhatIf and -Confirm last.</summary>
    internal IReadOnlyList<ParameterHelp> Read(CmdletInfo command)
    {
        object cmdlet = Activator.CreateInstance(command.ImplementingType)!;
        List<ParameterHelp> parameters =
        [
            .. command.Parameters.Values
                .Where(p => !Cmdlet.CommonParameters.Contains(p.Name))
                .OrderBy(p => s_shouldProcess.ContainsKey(p.Name)).ThenBy(p => p.Name, StringComparer.Ordinal)
                .Select(p => Read(command, cmdlet, p)),
        ];
        (cmdlet as IDisposable)?.Dispose();

        foreach (XElement reworded in docs.Find(XmlDocs.IdOf(command.ImplementingType))?.Elements("parameter") ?? [])
        {
            string? name = (string?)reworded.Attribute("name");
            if (parameters.All(p => p.Name != name)) problems.Add(command.ImplementingType.FullName!, $"there is no parameter -{name} to word anew");
        }

        return parameters;
    }

    private ParameterHelp Read(CmdletInfo command, object cmdlet, ParameterMetadata parameter)
    {
        List<(CommandParameterSetInfo Set, CommandParameterInfo Parameter)> uses =
            [.. command.ParameterSets.SelectMany(s => s.Parameters.Where(p => p.Name == parameter.Name).Select(p => (s, p)))];
        PropertyInfo? property = command.ImplementingType.GetProperty(parameter.Name);
        Type type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        return new ParameterHelp
        {
            Name = parameter.Name,
            Description = Describe(command, parameter.Name, property),
            Type = SyntaxReader.TypeOf(uses[0].Set, parameter.Name),
            Values = type.IsEnum ? types.Values(type) : [],
            Aliases = [.. parameter.Aliases],
            Required = uses.TrueForAll(u => u.Parameter.IsMandatory),
            Position = uses.Where(u => u.Parameter.Position >= 0).Select(u => (int?)u.Parameter.Position).FirstOrDefault(),
            Default = property is null ? "False" : Default(cmdlet, property),
            FromPipeline = uses.Exists(u => u.Parameter.ValueFromPipeline),
            FromPipelineByName = uses.Exists(u => u.Parameter.ValueFromPipelineByPropertyName),
            Wildcards = parameter.Attributes.OfType<SupportsWildcardsAttribute>().Any(),
            Sets = uses.Count == command.ParameterSets.Count ? [] : [.. uses.Select(u => u.Set.Name)],
        };
    }

    private DocText Describe(CmdletInfo command, string name, PropertyInfo? property)
    {
        XElement? reworded = docs.Find(XmlDocs.IdOf(command.ImplementingType))?.Elements("parameter")
            .FirstOrDefault(p => (string?)p.Attribute("name") == name);
        if (property is null)
        {
            if (reworded is not null) return texts.Read(reworded);
            if (s_shouldProcess.TryGetValue(name, out string? text)) return DocText.Plain(text);
        }

        DocText description = texts.Read(reworded ?? (property is null ? null : docs.Find(Id(property), "summary")));
        if (description.IsEmpty)
        {
            problems.Add($"{(property?.DeclaringType ?? command.ImplementingType).FullName}.{name}", $"{command.Name} -{name} has no description");
        }

        return description;
    }

    // <value> says in words what happens without the parameter; a value that the property really has needs no words, and cannot drift.
    private string? Default(object cmdlet, PropertyInfo property)
    {
        string? actual = DefaultValue.Describe(property.GetValue(cmdlet));
        DocText words = texts.Read(docs.Find(Id(property), "value"));
        if (words.IsEmpty) return actual;
        if (actual is not null) problems.Add($"{property.DeclaringType!.FullName}.{property.Name}", $"<value> contradicts its initial value {actual}");
        return string.Concat(words.Paragraphs.SelectMany(p => p.Runs).Select(r => r.Text));
    }

    private static string Id(PropertyInfo property) => XmlDocs.IdOf(property.DeclaringType!, property.Name);
}
