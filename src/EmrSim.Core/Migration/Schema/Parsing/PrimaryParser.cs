namespace EmrSim.Core.Migration.Schema.Parsing;

/// <summary>Reads what an expression is made of: literals, names, functions, CASE, CAST, parentheses.</summary>
internal sealed class PrimaryParser(TokenReader reader, ExpressionParser expressions)
{
    internal SqlNode Read()
    {
        SqlToken token = reader.Current;
        switch (token.Kind)
        {
            case SqlTokenKind.Integer: return new IntegerNode(reader.Take().Value);
            case SqlTokenKind.Real: return new RealNode(reader.Take().Value);
            case SqlTokenKind.Blob: return new BlobNode(reader.Take().Value);
            case SqlTokenKind.Text when !reader.Peek(1).IsOperator("."): return new TextNode(reader.Take().Value);
            case SqlTokenKind.Parameter: throw new SqlSyntaxException($"there is a parameter, {token.Value}");
            case SqlTokenKind.Operator when token.Value == "(": return Parentheses();
            case SqlTokenKind.Word: return Word(token);
            default: return token.IsName ? Name() : throw reader.Unexpected();
        }
    }

    private SqlNode Word(SqlToken token)
    {
        switch (token.Value.ToUpperInvariant())
        {
            case "NULL":
                reader.Take();
                return new NullNode();
            case "CASE": return Case();
            case "EXISTS":
                reader.Take();
                return new ExistsNode(Select());
            case "CAST" when reader.Peek(1).IsOperator("("): return Cast();
            case "RAISE" when reader.Peek(1).IsOperator("("): throw new SqlSyntaxException("there is a RAISE()");
            // Keywords of SQLite before anything else, unless a function's parenthesis or a point follows.
            case "CURRENT_TIMESTAMP" or "CURRENT_DATE" or "CURRENT_TIME" when !reader.Peek(1).IsOperator("(") && !reader.Peek(1).IsOperator("."):
                return new ClockNode(reader.Take().Value.ToUpperInvariant());
            default:
                if (!token.IsName) throw reader.Unexpected();
                return reader.Peek(1).IsOperator("(") ? Call() : Name();
        }
    }

    private SqlNode Name()
    {
        if (reader.Current.Kind != SqlTokenKind.Word && reader.Peek(1).IsOperator("(")) return Call();
        var parts = new List<string>();
        bool doubleQuoted = reader.Current.Kind == SqlTokenKind.DoubleQuoted;
        bool quoted = reader.Current.Kind != SqlTokenKind.Word;
        do
        {
            parts.Add(reader.Name());
        }
        while (parts.Count < 3 && reader.AcceptOperator("."));
        return new NameNode(parts, doubleQuoted && parts.Count == 1, quoted);
    }

    private CallNode Call()
    {
        string name = reader.Name().ToLowerInvariant();
        reader.ExpectOperator("(");
        bool star = reader.AcceptOperator("*");
        bool distinct = !star && reader.Accept("DISTINCT");
        if (!distinct && !star) reader.Accept("ALL");
        List<SqlNode> arguments = star || reader.IsOperator(")") ? [] : expressions.List();
        string? unknown = null;
        if (reader.Is("ORDER"))
        {
            unknown = "ORDER BY within a function";
            while (!reader.IsOperator(")"))
            {
                if (reader.IsOperator("(")) reader.Parentheses();
                else reader.Take();
            }
        }

        reader.ExpectOperator(")");
        SqlNode? filter = null;
        if (reader.Is("FILTER") && reader.Peek(1).IsOperator("("))
        {
            reader.Take();
            reader.Take();
            reader.Expect("WHERE");
            filter = expressions.Expression();
            reader.ExpectOperator(")");
        }

        if (reader.Is("OVER") && (reader.Peek(1).IsOperator("(") || reader.Peek(1).IsName))
        {
            unknown = "a window function";
            reader.Take();
            if (reader.IsOperator("(")) reader.Parentheses();
            else reader.Take();
        }

        return new CallNode(name, arguments, star, distinct, filter, unknown);
    }

    private CaseNode Case()
    {
        reader.Expect("CASE");
        SqlNode? operand = reader.Is("WHEN") ? null : expressions.Expression();
        var branches = new List<(SqlNode, SqlNode)>();
        while (reader.Accept("WHEN"))
        {
            SqlNode when = expressions.Expression();
            reader.Expect("THEN");
            branches.Add((when, expressions.Expression()));
        }

        SqlNode? otherwise = reader.Accept("ELSE") ? expressions.Expression() : null;
        reader.Expect("END");
        return branches.Count > 0 ? new CaseNode(operand, branches, otherwise) : throw new SqlSyntaxException("there is a CASE without WHEN");
    }

    private CastNode Cast()
    {
        reader.Take();
        reader.Take();
        SqlNode operand = expressions.Expression();
        reader.Expect("AS");
        int start = reader.Current.Start;
        while (reader.Current.IsName) reader.Take();
        if (reader.IsOperator("(")) reader.Parentheses();
        string type = reader.Since(start);
        reader.ExpectOperator(")");
        return new CastNode(operand, type);
    }

    private SqlNode Parentheses()
    {
        if (reader.Peek(1).Is("SELECT") || reader.Peek(1).Is("WITH") || reader.Peek(1).Is("VALUES")) return new ScalarSelectNode(Select());
        reader.Take();
        List<SqlNode> items = expressions.List();
        reader.ExpectOperator(")");
        return items.Count == 1 ? items[0] : new RowNode(items);
    }

    private SelectNode Select()
    {
        reader.ExpectOperator("(");
        SelectNode select = new SelectParser(reader).Select();
        reader.ExpectOperator(")");
        return select;
    }
}
