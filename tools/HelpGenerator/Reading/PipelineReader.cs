using System.Management.Automation;
using EmrSim.HelpGenerator.Model;

namespace EmrSim.HelpGenerator.Reading;

/// <summary>Reads what a cmdlet takes from the pipeline and what it gives.</summary>
internal sealed class PipelineReader(XmlDocs docs, DocTextReader texts, TypeReader types)
{
    /// <summary>One entry per parameter that takes pipeline input.</summary>
    internal static IReadOnlyList<InputHelp> Inputs(IEnumerable<ParameterHelp> parameters)
    {
        var inputs = new List<InputHelp>();
        foreach (ParameterHelp parameter in parameters)
        {
            if (parameter.FromPipeline) inputs.Add(new InputHelp(parameter.Type, Bound("A value is bound to ", parameter, ".")));
            if (!parameter.FromPipelineByName) continue;
            string[] names = [parameter.Name, .. parameter.Aliases];
            string any = names.Length == 1 ? names[0] : $"{string.Join(", ", names[..^1])} or {names[^1]}";
            inputs.Add(new InputHelp("object", Bound($"The property {any} of an object is bound to ", parameter, ".")));
        }

        return inputs;
    }

    /// <summary>One entry per output type; <c>&lt;returns&gt;</c> of the class words the first anew.</summary>
    internal IReadOnlyList<OutputHelp> Outputs(CmdletInfo command)
    {
        DocText returns = texts.Read(docs.Find(XmlDocs.IdOf(command.ImplementingType), "returns"));
        var outputs = new List<OutputHelp>();
        foreach (Type type in command.OutputType.Select(o => o.Type).OfType<Type>())
        {
            types.Add(type);
            DocText text = outputs.Count == 0 && !returns.IsEmpty ? returns : types.Summary(type);
            outputs.Add(new OutputHelp(TypeNames.Of(type), types.IsDocumented(type), text));
        }

        return outputs;
    }

    private static DocText Bound(string before, ParameterHelp parameter, string after) => new(
    [
        new DocParagraph([new DocRun(RunKind.Plain, before), new DocRun(RunKind.Code, "-" + parameter.Name), new DocRun(RunKind.Plain, after)], false),
    ]);
}
