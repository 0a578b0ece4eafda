namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>Makes one type of what CASE, coalesce() and their like give, which in SQLite may differ from row to row.</summary>
internal static class Branches
{
    /// <summary>The branches' SQL, and the type that they have in common.</summary>
    internal static (IReadOnlyList<string> Sql, Operand Common) Unify(IReadOnlyList<Operand> branches)
    {
        List<Operand> known = [.. branches.Where(b => b.Kind != OperandKind.Null)];
        if (known.Count == 0) return ([.. branches.Select(_ => "NULL")], Operand.Null);
        HashSet<OperandKind> kinds = [.. known.Select(b => b.Kind)];
        if (kinds.Count == 1) return ([.. branches.Select(b => b.Sql)], Common(known));
        if (kinds.IsSubsetOf([OperandKind.Boolean, OperandKind.Integer]))
            return Unify([.. branches.Select(b => b.Kind == OperandKind.Boolean ? Numbers.Of(b) : b)]);
        if (kinds.SetEquals([OperandKind.Integer, OperandKind.Real]) && known.All(IsSafe))
        {
            return (
                [.. branches.Select(b => b.Kind == OperandKind.Null ? b.Sql : Numbers.Double(b))],
                new Operand("", OperandKind.Real) { MaybeWhole = true, MaybeInfinite = known.Exists(b => b.MaybeInfinite) });
        }

        if (kinds.SetEquals([OperandKind.Integer, OperandKind.Numeric])) return ([.. branches.Select(b => b.Sql)], new Operand("", OperandKind.Numeric));
        throw new Refusal($"values of several types in one: {string.Join(", ", kinds.Select(Kinds.Name).Order(StringComparer.Ordinal))}");
    }

    // A number that a double holds exactly.
    private static bool IsSafe(Operand operand) => operand.Kind == OperandKind.Real || operand.Narrow || Literals.Decimal(operand) is not null;

    private static Operand Common(List<Operand> known) => new("", known[0].Kind)
    {
        Narrow = known.TrueForAll(b => b.Narrow),
        NonNegative = known.TrueForAll(b => b.NonNegative),
        MaybeWhole = known.Exists(b => b.MaybeWhole),
        MaybeInfinite = known.Exists(b => b.MaybeInfinite),
        Bytewise = known.TrueForAll(b => b.Bytewise),
    };
}
