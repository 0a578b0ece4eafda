using EmrSim.Core.Migration.Schema.Parsing;

namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>Writes aggregate functions (https://sqlite.org/lang_aggfunc.html).</summary>
internal static class Aggregates
{
    internal static Operand Write(CallNode call, ExpressionWriter writer)
    {
        string filter = call.Filter is null ? "" : $" FILTER (WHERE {writer.Condition(call.Filter)})";
        if (call.Name == "count" && call.Arguments.Count == 0) return Count($"count(*){filter}");
        if (call.Arguments.Count != 1) throw new Refusal($"{call.Name}() with such arguments");
        if (call.Name == "count") return Count(call, writer, filter);
        Operand operand = writer.Part(call.Arguments[0]);
        return call.Name switch
        {
            "sum" or "total" or "avg" => Sum(call, operand, filter),
            "min" or "max" => Extreme(call.Name, operand, filter),
            _ => throw new Refusal($"{call.Name}(), whose order is not known"),
        };
    }

    private static Operand Count(string sql) => new($"{sql}", OperandKind.Integer) { NonNegative = true };

    private static Operand Count(CallNode call, ExpressionWriter writer, string filter)
    {
        Operand operand = call.Distinct ? writer.Part(call.Arguments[0]) : writer.Any(call.Arguments[0]);
        if (!call.Distinct) return Count($"count({operand.Sql}){filter}");
        Sorting.RequireDistinct(operand);
        return Count($"count(DISTINCT {operand.Sql}){filter}");
    }

    // Doubles are added in the order in which they come, and each order has its own rounding.
    private static Operand Sum(CallNode call, Operand operand, string filter)
    {
        Operand number = Numbers.Of(operand);
        if (number.Kind != OperandKind.Integer) throw new Refusal($"{call.Name}() of numbers with a fraction, which depends on the order of the rows");
        string argument = call.Distinct ? $"DISTINCT {number.Sql}" : number.Sql;
        string sum = $"sum({argument}){filter}";
        return call.Name switch
        {
            "sum" => new Operand($"({sum}::bigint)", OperandKind.Integer) { NonNegative = number.NonNegative },
            "total" => new Operand($"(COALESCE({sum}, 0)::double precision)", OperandKind.Real),
            _ => new Operand($"({sum}::double precision / NULLIF(count({argument}){filter}, 0))", OperandKind.Real),
        };
    }

    private static Operand Extreme(string name, Operand operand, string filter)
    {
        if (operand.Kind == OperandKind.Boolean) operand = Numbers.Of(operand);
        if (operand.Kind is OperandKind.Bytes or OperandKind.Uuid or OperandKind.Null) throw new Refusal($"{name}() of a {Kinds.Name(operand.Kind)}");
        Sorting.RequireDistinct(operand);
        string argument = operand.Kind == OperandKind.Text ? Texts.Bytewise(operand) : operand.Sql;
        return operand with
        {
            Sql = $"{name}({argument}){filter}", Affinity = null, Collation = null, Literal = null, Bytewise = operand.Kind == OperandKind.Text,
        };
    }
}
