namespace EmrSim.Core.Migration.Schema.Parsing;

/// <summary>Reads FROM.</summary>
internal sealed class FromParser(TokenReader reader, ExpressionParser expressions)
{
    internal IReadOnlyList<TableTerm> Read()
    {
        var terms = new List<TableTerm> { Term("INNER") };
        while (Join() is { } join) terms.Add(Term(join));
        return terms;
    }

    // To SQLite a comma is a join like any other.
    private string? Join()
    {
        if (reader.AcceptOperator(",")) return "INNER";
        if (reader.Is("NATURAL")) throw new SqlSyntaxException("NATURAL JOIN is not translated");
        string? join = null;
        if (reader.Accept("JOIN") || reader.Accept("INNER", "JOIN") || reader.Accept("CROSS", "JOIN")) join = "INNER";
        foreach (string outer in (ReadOnlySpan<string>)["LEFT", "RIGHT", "FULL"])
        {
            if (reader.Accept(outer, "JOIN") || reader.Accept(outer, "OUTER", "JOIN")) join = outer;
        }

        return join;
    }

    private TableTerm Term(string join)
    {
        string? table = null;
        SelectNode? select = null;
        if (reader.AcceptOperator("("))
        {
            if (!reader.Is("SELECT")) throw new SqlSyntaxException("joins in parentheses are not translated");
            select = new SelectParser(reader).Select();
            reader.ExpectOperator(")");
        }
        else
        {
            table = reader.Name();
            if (reader.AcceptOperator(".")) table = reader.Name();
            if (reader.IsOperator("(")) throw new SqlSyntaxException($"the table {table} is a function");
        }

        string? alias = null;
        if (reader.Accept("AS")) alias = reader.Name();
        else if (reader.Current.IsName && !(reader.Current.Kind == SqlTokenKind.Word && SqlKeywords.EndsTable(reader.Current.Value))) alias = reader.Name();
        // They say how SQLite is to find the rows, not which.
        if (reader.Accept("INDEXED", "BY")) reader.Name();
        else reader.Accept("NOT", "INDEXED");

        SqlNode? on = reader.Accept("ON") ? expressions.Expression() : null;
        IReadOnlyList<string> columns = on is null && reader.Accept("USING") ? ForeignKeyParser.Names(reader) : [];
        return new TableTerm(table, select, alias, join, on, columns);
    }
}
