using System.Globalization;
using EmrSim.Core.Migration.Schema.Parsing;

namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>Writes FROM. Every join is written out: to PostgreSQL a comma binds looser than JOIN, to SQLite it does not.</summary>
internal sealed class FromWriter(ViewTables tables, Scope? parent, SelectScope scope, ExpressionWriter writer)
{
    internal string Write(IReadOnlyList<TableTerm> terms)
    {
        string sql = "";
        foreach (TableTerm term in terms)
        {
            string table = Table(term, out FromTable from);
            if (scope.Tables.Exists(t => t.Alias.Equals(from.Alias, StringComparison.OrdinalIgnoreCase))) throw new Refusal($"two tables called {from.Alias}");
            scope.Tables.Add(from);
            string? on = term.On is null ? Using(term, from) : writer.Condition(term.On);
            if (sql.Length == 0) sql = on is null ? $" FROM {table}" : throw new Refusal("ON behind the first table");
            else sql += $" {Join(term.Join, on)} {table}{(on is null ? term.Join == "INNER" ? "" : " ON true" : $" ON {on}")}";
        }

        return sql;
    }

    private static string Join(string join, string? on) => join != "INNER" ? $"{join} JOIN" : on is null ? "CROSS JOIN" : "JOIN";

    private string Table(TableTerm term, out FromTable from)
    {
        if (term.Select is not null)
        {
            SelectResult result = new SelectWriter(tables, parent, inFrom: true).Write(term.Select);
            string alias = term.Alias ?? string.Create(CultureInfo.InvariantCulture, $"select {scope.Tables.Count + 1}");
            from = From(alias, result.Columns);
            return $"({result.Sql}) AS {Literals.Name(alias)}";
        }

        (string target, IReadOnlyList<TranslationColumn> columns) = tables(term.Table!) ?? throw new Refusal($"{term.Table}, which is not carried");
        from = From(term.Alias ?? term.Table!, columns);
        return $"{Literals.Name(target)} AS {Literals.Name(from.Alias)}";
    }

    private static FromTable From(string alias, IReadOnlyList<TranslationColumn> columns)
    {
        SelectOutput.RequireName(alias);
        return new FromTable(alias, [.. columns.Select(c => (c, $"{Literals.Name(alias)}.{Literals.Name(c.TargetName)}"))]);
    }

    private string? Using(TableTerm term, FromTable right)
    {
        if (term.Using.Count == 0) return null;
        if (term.Join is "RIGHT" or "FULL") throw new Refusal($"{term.Join} JOIN with USING");
        var conditions = new List<string>();
        foreach (string column in term.Using)
        {
            FromTable left = scope.Tables.First(t => t.Columns.Any(c => Same(c.Column, column)));
            if (left == right || !right.Columns.Any(c => Same(c.Column, column))) throw new Refusal($"USING({column})");
            (TranslationColumn l, string leftSql) = left.Columns.First(c => Same(c.Column, column));
            (TranslationColumn r, string rightSql) = right.Columns.First(c => Same(c.Column, column));
            if (Kinds.Changes(l) || Kinds.Changes(r)) throw new Refusal($"USING({column}), whose values do not stay what they are");
            conditions.Add(Comparison.Write("=", Kinds.Of(l, leftSql), Kinds.Of(r, rightSql)).Sql);
            right.Joined.Add(column);
        }

        return string.Join(" AND ", conditions);
    }

    private static bool Same(TranslationColumn column, string name) => column.Name.Equals(name, StringComparison.OrdinalIgnoreCase);
}
