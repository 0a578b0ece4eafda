namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>Writes conditions.</summary>
internal static class Conditions
{
    /// <summary>An operand as what PostgreSQL takes for a condition: SQLite takes any number but 0.</summary>
    internal static string Of(Operand operand) => operand.Kind switch
    {
        OperandKind.Boolean => operand.Sql,
        OperandKind.Null => "NULL::boolean",
        OperandKind.Integer when Literals.Whole(operand) is { } value => value != 0 ? "true" : "false",
        OperandKind.Integer or OperandKind.Real or OperandKind.Numeric => $"({operand.Sql} <> 0)",
        _ => throw new Refusal($"a {Kinds.Name(operand.Kind)} as a condition"),
    };
}
