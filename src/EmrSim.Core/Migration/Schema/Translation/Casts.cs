using EmrSim.Core.Migration.Schema.Parsing;

namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>Writes CAST (https://sqlite.org/lang_expr.html#castexpr).</summary>
internal static class Casts
{
    internal static Operand Write(ExpressionWriter writer, CastNode node)
    {
        Operand operand = writer.Part(node.Operand);
        SqliteAffinity affinity = Affinities.Of(node.Type, strict: false);
        if (operand.Kind == OperandKind.Null) return Operand.Null;
        Operand result = affinity switch
        {
            SqliteAffinity.Text => Texts.Of(operand),
            SqliteAffinity.Integer => ToInteger(operand),
            SqliteAffinity.Real => ToReal(operand),
            SqliteAffinity.Numeric when Kinds.IsNumber(operand.Kind) => operand.Kind == OperandKind.Numeric ? operand : Numbers.Of(operand),
            SqliteAffinity.Blob when operand.Kind == OperandKind.Bytes => operand,
            _ => throw new Refusal($"CAST of a {Kinds.Name(operand.Kind)} AS {node.Type}"),
        };
        // What was a literal is one no more: its affinity counts.
        return result with { Affinity = affinity, Collation = operand.Collation, Literal = null, Column = result.Kind == OperandKind.Numeric ? result.Column : null };
    }

    // SQLite cuts the fraction off, and takes the nearest of 64 bits where a real is beyond them: there PostgreSQL stops.
    private static Operand ToInteger(Operand operand) => operand.Kind switch
    {
        OperandKind.Real when operand.MaybeInfinite => throw new Refusal("CAST of infinite numbers AS INTEGER"),
        OperandKind.Real or OperandKind.Numeric => new Operand($"(trunc({operand.Sql})::bigint)", OperandKind.Integer),
        OperandKind.Text when operand.AsInteger is null => throw new Refusal("CAST of a text AS INTEGER, which takes the digits that it begins with"),
        _ => Numbers.Of(operand),
    };

    private static Operand ToReal(Operand operand) => operand.Kind switch
    {
        OperandKind.Numeric => new Operand($"({operand.Sql}::double precision)", OperandKind.Real),
        OperandKind.Text when operand.AsInteger is null => throw new Refusal("CAST of a text AS REAL, which takes the digits that it begins with"),
        OperandKind.Real => operand with { MaybeWhole = false },
        _ => new Operand(Numbers.Double(Numbers.Of(operand)), OperandKind.Real),
    };
}
