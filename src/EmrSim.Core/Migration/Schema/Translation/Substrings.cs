using System.Globalization;
using EmrSim.Core.Migration.Schema.Parsing;

namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>
/// Writes substr(). Both count from 1 and let a window begin before the text; but to SQLite a negative start counts from the end, and a negative length goes
/// backwards.
/// </summary>
internal static class Substrings
{
    internal static Operand Write(ExpressionWriter writer, IReadOnlyList<SqlNode> arguments)
    {
        Operand text = Functions.Text(writer, arguments[0]);
        Operand start = Whole(writer.Part(arguments[1]));
        Operand? length = arguments.Count > 2 ? Whole(writer.Part(arguments[2])) : null;
        if (text.Kind == OperandKind.Null || start.Kind == OperandKind.Null || length?.Kind == OperandKind.Null) return Operand.Null;
        bool first = Literals.Whole(start) == 1;
        string? count = length is null ? null : Count(length, first);
        if (Literals.Whole(start) is < 0 and >= -int.MaxValue and { } fromEnd)
        {
            string back = (-fromEnd).ToString(CultureInfo.InvariantCulture);
            return Text(count is null ? $"right({text.Sql}, {back})" : $"substr({text.Sql}, length({text.Sql}) - {back} + 1, {count})");
        }

        if (!start.NonNegative) throw new Refusal("substr() from what may be negative");
        return Text($"substr({text.Sql}, {Short(start)}{(count is null ? "" : ", " + count)})");
    }

    // Behind the first character nothing goes backwards, so that a length that may be negative is none there.
    private static string Count(Operand length, bool first)
    {
        if (length.NonNegative) return Short(length);
        return first
            ? $"(CASE WHEN {length.Sql} < 0 THEN 0 WHEN {length.Sql} > 2147483647 THEN 2147483647 ELSE {length.Sql} END)::integer"
            : throw new Refusal("substr() of a length that may be negative");
    }

    private static Operand Whole(Operand operand)
    {
        Operand number = Numbers.Of(operand);
        return number.Kind is OperandKind.Integer or OperandKind.Null ? number : throw new Refusal("substr() from a real");
    }

    private static string Short(Operand number) => number.Narrow
        ? number.Sql
        : $"(CASE WHEN {number.Sql} > 2147483647 THEN 2147483647 ELSE {number.Sql} END)::integer";

    private static Operand Text(string sql) => new(sql, OperandKind.Text);
}
