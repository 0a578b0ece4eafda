using EmrSim.Core.Migration.Schema.Parsing;

namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>Writes operands as texts, where SQLite would take their texts.</summary>
internal static class Texts
{
    /// <summary>The operand as a text; NULL stays NULL.</summary>
    internal static Operand Of(Operand operand) => operand.Kind switch
    {
        OperandKind.Text or OperandKind.Null => operand,
        OperandKind.Integer when Literals.Whole(operand) is { } => Literals.Text(((IntegerNode)operand.Literal!).Value),
        OperandKind.Integer => new Operand($"({operand.Sql}::pg_catalog.text)", OperandKind.Text),
        OperandKind.Boolean => new Operand($"({operand.Sql}::integer::pg_catalog.text)", OperandKind.Text),
        OperandKind.Uuid when operand.Column is { Canonical: true } => new Operand($"({operand.Sql}::pg_catalog.text)", OperandKind.Text),
        OperandKind.Real or OperandKind.Numeric => throw new Refusal("the text of a number with a fraction, which PostgreSQL writes otherwise"),
        _ => throw new Refusal($"the text of a {Kinds.Name(operand.Kind)}"),
    };

    /// <summary>A text as PostgreSQL has to sort it to sort it byte by byte.</summary>
    internal static string Bytewise(Operand operand) => operand.Bytewise ? operand.Sql : $"({operand.Sql} COLLATE \"C\")";

    /// <summary>The letters A to Z made small, which is what NOCASE and lower() do in SQLite; in "C" PostgreSQL does no more either.</summary>
    internal static string Lower(Operand operand) => operand.Literal is TextNode text
        ? $"({Literals.Quote(Lower(text.Value))} COLLATE \"C\")"
        : $"lower({operand.Sql} COLLATE \"C\")";

    internal static string Lower(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (int i = 0; i < span.Length; i++) span[i] = char.IsAsciiLetterUpper(source[i]) ? (char)(source[i] | 0x20) : source[i];
    });
}
