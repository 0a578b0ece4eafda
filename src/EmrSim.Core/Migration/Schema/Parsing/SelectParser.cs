namespace EmrSim.Core.Migration.Schema.Parsing;

/// <summary>Reads SELECT (https://sqlite.org/lang_select.html), as far as views are translated.</summary>
internal sealed class SelectParser(TokenReader reader)
{
    private readonly ExpressionParser _expressions = new(reader);

    /// <summary>Reads CREATE VIEW.</summary>
    /// <exception cref="SqlSyntaxException">It is not understood.</exception>
    internal static (string Name, IReadOnlyList<string> Columns, SelectNode Select) View(string sql)
    {
        var reader = new TokenReader(sql);
        reader.Expect("CREATE");
        if (!reader.Accept("TEMP")) reader.Accept("TEMPORARY");
        reader.Expect("VIEW");
        reader.Accept("IF", "NOT", "EXISTS");
        string name = reader.Name();
        if (reader.AcceptOperator(".")) name = reader.Name();
        IReadOnlyList<string> columns = reader.IsOperator("(") ? ForeignKeyParser.Names(reader) : [];
        reader.Expect("AS");
        SelectNode select = new SelectParser(reader).Select();
        return reader.AtEnd ? (name, columns, select) : throw reader.Unexpected();
    }

    internal SelectNode Select()
    {
        if (reader.Is("WITH")) throw new SqlSyntaxException("WITH is not translated");
        var cores = new List<SelectCore> { Core() };
        var operators = new List<string>();
        while (SetOperator() is { } name)
        {
            operators.Add(name);
            cores.Add(Core());
        }

        List<OrderTerm> order = reader.Accept("ORDER", "BY") ? OrderBy() : [];
        SqlNode? limit = null;
        SqlNode? offset = null;
        if (reader.Accept("LIMIT"))
        {
            limit = _expressions.Expression();
            if (reader.Accept("OFFSET")) offset = _expressions.Expression();
            // LIMIT offset, limit.
            else if (reader.AcceptOperator(",")) (limit, offset) = (_expressions.Expression(), limit);
        }

        return new SelectNode(cores, operators, order, limit, offset);
    }

    private string? SetOperator()
    {
        if (reader.Accept("UNION")) return reader.Accept("ALL") ? "UNION ALL" : "UNION";
        if (reader.Accept("EXCEPT")) return "EXCEPT";
        return reader.Accept("INTERSECT") ? "INTERSECT" : null;
    }

    private SelectCore Core()
    {
        if (reader.Is("VALUES")) throw new SqlSyntaxException("VALUES is not translated");
        reader.Expect("SELECT");
        bool distinct = reader.Accept("DISTINCT");
        if (!distinct) reader.Accept("ALL");
        var items = new List<SelectItem>();
        do
        {
            items.Add(Item());
        }
        while (reader.AcceptOperator(","));
        IReadOnlyList<TableTerm> from = reader.Accept("FROM") ? new FromParser(reader, _expressions).Read() : [];
        SqlNode? where = reader.Accept("WHERE") ? _expressions.Expression() : null;
        List<SqlNode> groupBy = reader.Accept("GROUP", "BY") ? _expressions.List() : [];
        SqlNode? having = reader.Accept("HAVING") ? _expressions.Expression() : null;
        if (reader.Is("WINDOW")) throw new SqlSyntaxException("WINDOW is not translated");
        return new SelectCore(distinct, items, from, where, groupBy, having);
    }

    private SelectItem Item()
    {
        int start = reader.Current.Start;
        if (reader.AcceptOperator("*")) return new SelectItem(null, null, null, "*");
        if (reader.Current.IsName && reader.Peek(1).IsOperator(".") && reader.Peek(2).IsOperator("*"))
        {
            string table = reader.Name();
            reader.Take();
            reader.Take();
            return new SelectItem(null, table, null, reader.Since(start));
        }

        SqlNode expression = _expressions.Expression();
        string sql = reader.Since(start);
        string? alias = null;
        if (reader.Accept("AS")) alias = reader.Name();
        else if (reader.Current.IsName && !(reader.Current.Kind == SqlTokenKind.Word && SqlKeywords.EndsTable(reader.Current.Value))) alias = reader.Name();
        return new SelectItem(expression, null, alias, sql);
    }

    private List<OrderTerm> OrderBy()
    {
        var terms = new List<OrderTerm>();
        do
        {
            SqlNode expression = _expressions.Expression();
            bool descending = Direction.Read(reader);
            bool? nullsFirst = null;
            if (reader.Accept("NULLS", "FIRST")) nullsFirst = true;
            else if (reader.Accept("NULLS", "LAST")) nullsFirst = false;
            terms.Add(new OrderTerm(expression, descending, nullsFirst));
        }
        while (reader.AcceptOperator(","));
        return terms;
    }
}
