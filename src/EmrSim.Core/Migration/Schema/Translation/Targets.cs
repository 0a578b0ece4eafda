using EmrSim.Core.Migration.Values;

namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>Makes of an expression what a column takes, as SQLite does by the column's affinity.</summary>
internal static class Targets
{
    internal static string Convert(Operand operand, PgType target)
    {
        if (operand.Kind == OperandKind.Null) return "NULL";
        string? sql = target.Kind switch
        {
            PgKind.Text or PgKind.Varchar => operand.Kind == OperandKind.Text ? operand.Sql : Texts.Of(operand).Sql,
            PgKind.SmallInt or PgKind.Integer or PgKind.BigInt => Integer(operand),
            PgKind.DoublePrecision => Real(operand),
            PgKind.Numeric => operand.Kind is OperandKind.Integer or OperandKind.Numeric ? operand.Sql : Literals.Decimal(operand),
            PgKind.Boolean => Boolean(operand),
            PgKind.Bytea when operand.Kind == OperandKind.Bytes => operand.Sql,
            _ => operand.Column is { } column && column.Type == target ? operand.Sql : null,
        };
        return sql ?? throw new Refusal($"a {Kinds.Name(operand.Kind)} in a column of type {target}");
    }

    private static string? Integer(Operand operand) => operand.Kind switch
    {
        OperandKind.Integer => operand.Sql,
        OperandKind.Boolean => Numbers.Of(operand).Sql,
        OperandKind.Text => operand.AsInteger,
        _ => null,
    };

    private static string? Real(Operand operand) => operand.Kind switch
    {
        OperandKind.Real => operand.Sql,
        OperandKind.Integer or OperandKind.Boolean => Numbers.Double(Numbers.Of(operand)),
        OperandKind.Numeric => $"({operand.Sql}::double precision)",
        _ => null,
    };

    private static string? Boolean(Operand operand) => operand.Kind == OperandKind.Boolean ? operand.Sql
        : Literals.Whole(operand) switch { 0 => "false", 1 => "true", _ => null };
}
