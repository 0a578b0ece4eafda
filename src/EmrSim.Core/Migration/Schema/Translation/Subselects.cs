using EmrSim.Core.Migration.Schema.Parsing;

namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>Writes SELECTs within expressions.</summary>
internal static class Subselects
{
    internal static Operand Write(ExpressionWriter writer, SqlNode node)
    {
        if (node is ExistsNode exists) return Operand.Condition($"(EXISTS ({writer.Scope.Select().Write(exists.Select).Sql}))");
        if (node is InSelectNode within) return In(writer, within);
        SelectResult result = writer.Scope.Select().Write(((ScalarSelectNode)node).Select);
        // Of several rows SQLite takes the first, and PostgreSQL none.
        if (!result.IsOneRow || result.Columns.Count != 1) throw new Refusal("a SELECT as a value that may have several rows");
        return Kinds.Of(result.Columns[0], $"({result.Sql})");
    }

    private static Operand In(ExpressionWriter writer, InSelectNode node)
    {
        Operand operand = writer.Write(node.Operand);
        SelectResult result = writer.Scope.Select().Write(node.Select);
        if (result.Columns.Count != 1 || operand.Kind == OperandKind.Null) throw new Refusal("IN a SELECT of several columns");
        if (Kinds.Changes(result.Columns[0])) throw new Refusal("IN a SELECT whose values do not stay what they are");
        const string Placeholder = "?";
        Operand other = Kinds.Of(result.Columns[0], Placeholder) with { Collation = null, Bytewise = true };
        (string left, string right) = Comparison.Align(operand, other, sorts: false);
        // What would have to be done to the values of the SELECT cannot be done from here.
        if (right != Placeholder) throw new Refusal("IN a SELECT whose values PostgreSQL would compare otherwise");
        return Operand.Condition($"({left} {(node.Not ? "NOT " : "")}IN ({result.Sql}))");
    }
}
