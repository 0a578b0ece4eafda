namespace EmrSim.HelpGenerator.Model;

/// <summary>Everything that the help says.</summary>
internal sealed record ModuleHelp(
    string Name, IReadOnlyList<CommandHelp> Commands, IReadOnlyList<TypeHelp> Types, IReadOnlyList<TopicHelp> Topics);

/// <summary>The help of one cmdlet.</summary>
internal sealed record CommandHelp(
    string Name,
    DocText Synopsis,
    DocText Description,
    IReadOnlyList<SyntaxHelp> Syntax,
    IReadOnlyList<ParameterHelp> Parameters,
    IReadOnlyList<InputHelp> Inputs,
    IReadOnlyList<OutputHelp> Outputs,
    IReadOnlyList<ExampleHelp> Examples,
    IReadOnlyList<LinkHelp> Links);

/// <summary>One parameter set.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsDefault">Whether it is used when the parameters do not decide.</param>
/// <param name="Parts">Its parameters in PowerShell's own order, common parameters last.</param>
internal sealed record SyntaxHelp(string Name, bool IsDefault, IReadOnlyList<SyntaxPart> Parts);

/// <summary>A parameter as a syntax line shows it.</summary>
/// <param name="Name">The parameter; null for the common parameters.</param>
/// <param name="Text">Its text, such as <c>[-Name &lt;string&gt;]</c>.</param>
/// <param name="Required">Whether it is mandatory in this set.</param>
/// <param name="Position">Its position in this set; null where it is named.</param>
internal sealed record SyntaxPart(string? Name, string Text, bool Required, int? Position);

/// <summary>What can be piped in.</summary>
/// <param name="Type">The type's name, or what an object must have.</param>
/// <param name="Text">What becomes of it.</param>
internal sealed record InputHelp(string Type, DocText Text);

/// <summary>What comes out.</summary>
/// <param name="Type">The type's name.</param>
/// <param name="IsDocumented">Whether the module's own documentation describes it.</param>
/// <param name="Text">What it is.</param>
internal sealed record OutputHelp(string Type, bool IsDocumented, DocText Text);

/// <summary>An example that can be run as it stands.</summary>
internal sealed record ExampleHelp(string Title, string Code, DocText Text);

/// <summary>Where to read on.</summary>
/// <param name="Text">A cmdlet, a topic or the words of a link.</param>
/// <param name="Uri">Set where the link leads out of the module.</param>
internal sealed record LinkHelp(string Text, string? Uri);

/// <summary>An about topic.</summary>
/// <param name="Name">Such as <c>about_EmrSim</c>.</param>
/// <param name="FileName">The file's name.</param>
/// <param name="Summary">Its short description.</param>
internal sealed record TopicHelp(string Name, string FileName, string Summary);
