namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>Writes functions of numbers.</summary>
internal static class NumberFunctions
{
    internal static Operand Abs(Operand operand)
    {
        Operand number = Numbers.Of(operand);
        return number.Kind switch
        {
            OperandKind.Null => Operand.Null,
            OperandKind.Integer => new Operand($"abs({Numbers.Wide(number)})", OperandKind.Integer) { NonNegative = true },
            _ => new Operand($"abs({number.Sql})", OperandKind.Real) { MaybeWhole = number.MaybeWhole, MaybeInfinite = number.MaybeInfinite },
        };
    }

    // SQLite adds a half and cuts off, where PostgreSQL rounds halves to even numbers; beyond 2^52 a double has no fraction. Both give a real.
    internal static Operand Round(Operand operand)
    {
        Operand number = Numbers.Of(operand);
        if (number.Kind == OperandKind.Null) return Operand.Null;
        if (number.Kind == OperandKind.Integer) return new Operand(Numbers.Double(number), OperandKind.Real);
        const string Half = "'0.5'::double precision";
        return new Operand(
            $"(CASE WHEN abs({number.Sql}) > 4503599627370496 THEN {number.Sql} " +
            $"WHEN {number.Sql} < 0 THEN trunc({number.Sql} - {Half}) + 0 ELSE trunc({number.Sql} + {Half}) END)",
            OperandKind.Real) { MaybeInfinite = number.MaybeInfinite };
    }

    /// <summary>min() and max() of several values: NULL where one of them is, which LEAST and GREATEST pass over.</summary>
    internal static Operand Extreme(string name, IReadOnlyList<Operand> operands)
    {
        (IReadOnlyList<string> sql, Operand common) = Branches.Unify(operands);
        if (common.Kind == OperandKind.Null || operands.Any(o => o.Kind == OperandKind.Null)) return Operand.Null;
        // The collation is that of the first argument that has one.
        string collation = operands.FirstOrDefault(o => o.Collation is not null)?.Collation ?? "BINARY";
        if (common.Kind == OperandKind.Text && collation != "BINARY") throw new Refusal($"{name}() in the collation {collation}");
        if (common.Kind is not (OperandKind.Text or OperandKind.Integer or OperandKind.Real or OperandKind.Bytes) || common.MaybeWhole)
            throw new Refusal($"{name}() of such values");
        if (common.Kind == OperandKind.Text) sql = [.. operands.Select(Texts.Bytewise)];
        string nulls = string.Join(" OR ", sql.Select(s => $"{s} IS NULL"));
        return common with
        {
            Sql = $"(CASE WHEN NOT ({nulls}) THEN {(name == "min" ? "LEAST" : "GREATEST")}({string.Join(", ", sql)}) END)",
            Bytewise = common.Kind == OperandKind.Text,
        };
    }
}
