namespace EmrSim.HelpGenerator.Model;

/// <summary>The help of one parameter.</summary>
internal sealed record ParameterHelp
{
    public required string Name { get; init; }

    public required DocText Description { get; init; }

    /// <summary>The type as PowerShell writes it in a syntax line; <c>switch</c> for a switch.</summary>
    public required string Type { get; init; }

    /// <summary>The values of an enum; empty for other types.</summary>
    public required IReadOnlyList<ValueHelp> Values { get; init; }

    public required IReadOnlyList<string> Aliases { get; init; }

    /// <summary>Whether every parameter set that has it requires it.</summary>
    public required bool Required { get; init; }

    /// <summary>Null where it is given by name only.</summary>
    public required int? Position { get; init; }

    /// <summary>What it is when it is not given; null where there is nothing to say.</summary>
    public required string? Default { get; init; }

    public required bool FromPipeline { get; init; }

    public required bool FromPipelineByName { get; init; }

    public required bool Wildcards { get; init; }

    /// <summary>The parameter sets that have it; empty where all have it.</summary>
    public required IReadOnlyList<string> Sets { get; init; }

    public bool IsSwitch => Type == "switch";

    /// <summary>Pipeline input in PowerShell's words.</summary>
    public string PipelineInput => (FromPipeline, FromPipelineByName) switch
    {
        (true, true) => "True (ByValue, ByPropertyName)",
        (true, false) => "True (ByValue)",
        (false, true) => "True (ByPropertyName)",
        _ => "False",
    };
}

/// <summary>A value of an enum.</summary>
internal sealed record ValueHelp(string Name, DocText Text);

/// <summary>A type that comes out of cmdlets.</summary>
/// <param name="Name">Its short name.</param>
/// <param name="Summary">What it is.</param>
/// <param name="Properties">Its properties; empty for an enum.</param>
/// <param name="Values">Its values; empty for anything but an enum.</param>
internal sealed record TypeHelp(
    string Name, DocText Summary, IReadOnlyList<PropertyHelp> Properties, IReadOnlyList<ValueHelp> Values);

/// <summary>A property of such a type.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type's name.</param>
/// <param name="DocumentedType">The documented type behind it, if any.</param>
/// <param name="Text">What it holds.</param>
internal sealed record PropertyHelp(string Name, string Type, string? DocumentedType, DocText Text);
