using EmrSim.Core.Migration.Schema.Parsing;

namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>Writes x IN (a, b), which is x = +a OR x = +b: the items have no affinity, and the collation is that of x.</summary>
internal static class InList
{
    internal static Operand Write(ExpressionWriter writer, InListNode node)
    {
        Operand operand = writer.Varying(writer.Write, node.Operand);
        // An empty list is SQLite's own, and holds nothing, not even for NULL.
        if (node.Items.Count == 0) return Operand.Condition(node.Not ? "true" : "false");
        if (operand.Kind == OperandKind.Null) return Operand.Condition("NULL::boolean");
        List<Operand> items = [.. node.Items.Select(i => writer.Part(i) with { Affinity = null, Collation = null })];
        List<(string Left, string Right)> pairs =
            [.. items.Select(i => i.Kind == OperandKind.Null ? ("", "NULL") : Comparison.Align(operand, i, sorts: false))];
        List<string> lefts = [.. pairs.Select(p => p.Left).Where(l => l.Length > 0).Distinct(StringComparer.Ordinal)];
        if (lefts.Count == 0) return Operand.Condition("NULL::boolean");
        string sql = lefts.Count == 1
            ? $"({lefts[0]} {(node.Not ? "NOT " : "")}IN ({string.Join(", ", pairs.Select(p => p.Right))}))"
            : $"({(node.Not ? "NOT " : "")}({string.Join(" OR ", pairs.Select(p => p.Left.Length == 0 ? "NULL" : $"{p.Left} = {p.Right}"))}))";
        return Operand.Condition(sql);
    }
}
