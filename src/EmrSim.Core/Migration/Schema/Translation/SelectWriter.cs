using System.Globalization;
using EmrSim.Core.Migration.Schema.Parsing;

namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>A SELECT that was written.</summary>
/// <param name="Sql">The SELECT.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="IsOneRow">Whether it has one row whatever the tables hold.</param>
internal sealed record SelectResult(string Sql, IReadOnlyList<TranslationColumn> Columns, bool IsOneRow);

/// <summary>Writes SELECT.</summary>
/// <param name="tables">The tables of the database.</param>
/// <param name="parent">The SELECT around it; null where there is none.</param>
/// <param name="inFrom">Whether it stands in FROM.</param>
internal sealed class SelectWriter(ViewTables tables, Scope? parent, bool inFrom = false)
{
    internal SelectResult Write(SelectNode node)
    {
        // PostgreSQL does INTERSECT before the others; SQLite does all from left to right.
        if (node.Operators.Contains("INTERSECT") && node.Operators.Any(o => o != "INTERSECT")) throw new Refusal("INTERSECT beside other set operators");
        List<SelectCoreWriter> cores = [.. node.Cores.Select(c => new SelectCoreWriter(c, tables, parent, inFrom))];
        IReadOnlyList<TranslationColumn> columns = SetColumns.Of(cores, node.Operators);
        string order = node.OrderBy.Count == 0 ? "" : Order(node.OrderBy, cores);
        string limit = Limit(node);
        List<string> types = [.. columns.Select(c => c.Type.Qualified)];
        string sql = cores[0].Sql(types);
        for (int i = 1; i < cores.Count; i++) sql += $" {node.Operators[i - 1]} {cores[i].Sql(types)}";
        return new SelectResult(sql + order + limit, columns, cores.Count == 1 && cores[0].IsOneRow && limit.Length == 0);
    }

    private static string Order(IReadOnlyList<OrderTerm> terms, List<SelectCoreWriter> cores)
    {
        List<string> keys = [.. terms.Select(t => Term(t, cores)).Where(k => k.Length > 0)];
        return keys.Count == 0 ? "" : " ORDER BY " + string.Join(", ", keys);
    }

    // SQLite's NULL is less than anything, PostgreSQL's more.
    private static string Term(OrderTerm term, List<SelectCoreWriter> cores)
    {
        string? key = Key(term.Expression, cores);
        bool nullsFirst = term.NullsFirst ?? !term.Descending;
        return key is null ? "" : $"{key} {(term.Descending ? "DESC" : "ASC")} NULLS {(nullsFirst ? "FIRST" : "LAST")}";
    }

    private static string? Key(SqlNode node, List<SelectCoreWriter> cores)
    {
        SelectCoreWriter core = cores[0];
        SqlNode bare = node;
        while (bare is CollateNode collate) bare = collate.Operand;
        int output = bare switch
        {
            IntegerNode { Value: var digits } when int.TryParse(digits, out int number) => number - 1,
            // An alias comes before a column.
            NameNode { Parts.Count: 1 } name when core.ItemOf(name.Column) is not null || cores.Count > 1 =>
                core.Outputs.ToList().FindIndex(o => o.Name.Equals(name.Column, StringComparison.OrdinalIgnoreCase)),
            _ => -1,
        };
        if (output >= core.Outputs.Count || (output < 0 && (bare is IntegerNode || cores.Count > 1))) throw new Refusal("ORDER BY what is not selected");
        if (output < 0 && !core.Distinct) return Sorting.Key(core.Order(node));
        if (output < 0)
        {
            Operand wanted = core.Order(node);
            output = core.Outputs.ToList().FindIndex(o => o.Source.Sql == wanted.Sql);
            if (output < 0 || wanted.Collated) throw new Refusal("ORDER BY what is not selected");
        }

        return Numbered(node, output, core, cores.Count > 1);
    }

    private static string? Numbered(SqlNode node, int output, SelectCoreWriter core, bool isSet)
    {
        Operand value = core.Outputs[output].Value;
        CollateNode? collate = node as CollateNode;
        while (collate?.Operand is CollateNode inner) collate = inner;
        if (collate is not null) value = value with { Collation = collate.Collation.ToUpperInvariant() };
        if (value.Literal is not null && !isSet) return null;
        string? key = Sorting.Key(value with { Literal = null });
        // A number stands for the column as it is; anything more cannot be said of the result of a set, nor of distinct rows.
        if (key == value.Sql) return (output + 1).ToString(CultureInfo.InvariantCulture);
        return isSet || core.Distinct ? throw new Refusal("ORDER BY in another collation than what is selected") : key;
    }

    private static string Limit(SelectNode node)
    {
        if (node.Limit is null) return "";
        long limit = Number(node.Limit);
        long offset = node.Offset is null ? 0 : Number(node.Offset);
        // Below zero there is no limit.
        string sql = (limit < 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" LIMIT {limit}")) +
            (offset <= 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" OFFSET {offset}"));
        return sql.Length == 0 || node.OrderBy.Count > 0 ? sql : throw new Refusal("LIMIT without an order");
    }

    private static long Number(SqlNode node) => node switch
    {
        IntegerNode integer when SqlNumber.Integer(integer.Value, negative: false) is { } value => value,
        UnaryNode { Operator: "-", Operand: IntegerNode integer } when SqlNumber.Integer(integer.Value, negative: true) is { } value => value,
        _ => throw new Refusal("LIMIT by anything but a number"),
    };
}
