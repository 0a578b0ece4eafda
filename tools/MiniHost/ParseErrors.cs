using System.Globalization;
using System.Management.Automation.Language;

namespace EmrSim.MiniHost;

/// <summary>Text for script that cannot be parsed, in the form of pwsh's concise errors. The engine's own error for it has lost the text.</summary>
internal static class ParseErrors
{
    internal static IEnumerable<string> Describe(IEnumerable<ParseError> errors)
    {
        foreach (ParseError error in errors)
        {
            IScriptPosition start = error.Extent.StartScriptPosition;
            string line = start.Line.TrimEnd('\r', '\n');
            int end = error.Extent.EndLineNumber == start.LineNumber ? error.Extent.EndColumnNumber : line.Length + 1;
            string marks = new string(' ', start.ColumnNumber - 1) + new string('~', Math.Max(1, end - start.ColumnNumber));
            yield return "ParserError:";
            yield return "Line |";
            yield return string.Create(CultureInfo.InvariantCulture, $"{start.LineNumber,4} |  {line}");
            yield return "     |  " + marks;
            yield return "     | " + error.Message;
            yield return "  Id: " + error.ErrorId;
        }
    }
}
