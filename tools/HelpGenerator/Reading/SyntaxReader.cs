using System.Management.Automation;
using System.Text.RegularExpressions;
using EmrSim.HelpGenerator.Model;

namespace EmrSim.HelpGenerator.Reading;

/// <summary>
/// Takes syntax lines from PowerShell itself, so that order, brackets and names of types are those that Get-Command shows.
/// </summary>
internal static partial class SyntaxReader
{
    /// <summary>The syntax of each parameter set, the default set first.</summary>
    internal static IReadOnlyList<SyntaxHelp> Read(CmdletInfo command) =>
        [.. command.ParameterSets.OrderByDescending(s => s.IsDefault).Select(Read)];

    /// <summary>The type of a part as PowerShell names it; <c>switch</c> where it takes no value.</summary>
    internal static string TypeOf(CommandParameterSetInfo set, string parameter)
    {
        string text = Split(set).First(p => NameOf(p) == parameter);
        return TypePattern().Match(text) is { Success: true } match ? match.Groups["type"].Value : "switch";
    }

    private static SyntaxHelp Read(CommandParameterSetInfo set)
    {
        var parts = new List<SyntaxPart>();
        foreach (string text in Split(set))
        {
            string? name = NameOf(text);
            CommandParameterInfo? parameter = set.Parameters.FirstOrDefault(p => p.Name == name);
            parts.Add(new SyntaxPart(
                name,
                parameter is null ? text : ShowValues(text, parameter.ParameterType),
                parameter?.IsMandatory ?? false,
                parameter is { Position: >= 0 } ? parameter.Position : null));
        }

        return new SyntaxHelp(set.Name, set.IsDefault, parts);
    }

    private static string[] Split(CommandParameterSetInfo set) => Boundary().Split(set.ToString());

    private static string? NameOf(string part) => NamePattern().Match(part) is { Success: true } match ? match.Groups["name"].Value : null;

    // Get-Help shows the values of an enum where Get-Command shows the enum's name; the values say more.
    private static string ShowValues(string text, Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain.IsEnum ? TypePattern().Replace(text, "{" + string.Join(" | ", Enum.GetNames(plain)) + "}") : text;
    }

    [GeneratedRegex(@"\s+(?=\[{0,2}-\w|\[<)")]
    private static partial Regex Boundary();

    [GeneratedRegex(@"^\[{0,2}-(?<name>\w+)")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"<(?<type>[^>]+)>")]
    private static partial Regex TypePattern();
}
