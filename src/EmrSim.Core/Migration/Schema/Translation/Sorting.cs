namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>What sorts, and what is told apart, alike on both sides.</summary>
internal static class Sorting
{
    /// <summary>Refuses what is equal or sorted in SQLite where it is not in PostgreSQL, or the other way round.</summary>
    internal static void RequireDistinct(Operand operand)
    {
        string collation = operand.Collation ?? "BINARY";
        if (operand.Kind == OperandKind.Text && collation != "BINARY") throw new Refusal($"telling texts apart in the collation {collation}");
        RequireOrder(operand);
    }

    /// <summary>What to order by; null where a constant orders nothing.</summary>
    internal static string? Key(Operand operand)
    {
        if (operand.Literal is not null) return null;
        RequireOrder(operand);
        return operand.Kind != OperandKind.Text ? operand.Sql : (operand.Collation ?? "BINARY") switch
        {
            "BINARY" => Texts.Bytewise(operand),
            "NOCASE" => Texts.Lower(operand),
            "RTRIM" => $"rtrim({operand.Sql} COLLATE \"C\")",
            string other => throw new Refusal($"the collation {other}"),
        };
    }

    private static void RequireOrder(Operand operand)
    {
        if (operand.Column is { } column && Kinds.Changes(column)) throw new Refusal($"the order of {column.Name}, whose values do not stay what they are");
        if (operand.Kind is OperandKind.Json or OperandKind.Jsonb) throw new Refusal("the order of JSON values");
        bool texts = operand.Kind is OperandKind.Time or OperandKind.Timestamp or OperandKind.TimestampTz or OperandKind.Uuid;
        if (texts && operand.Column is not { Canonical: true })
            throw new Refusal($"the order of a {Kinds.Name(operand.Kind)}, whose texts in SQLite may have several forms");
    }
}
