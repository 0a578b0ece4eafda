using System.Runtime.CompilerServices;

namespace EmrSim.Core.Migration.Schema.Parsing;

/// <summary>
/// Reads expressions by the precedence of SQLite's operators (https://sqlite.org/lang_expr.html#operators_and_parse_affecting_attributes). From loose to
/// tight: OR; AND; NOT; the equalities with IS, BETWEEN, IN, LIKE; the inequalities; the bits; + -; * / %; || and ->; COLLATE; signs.
/// </summary>
internal sealed class ExpressionParser(TokenReader reader)
{
    private const int Or = 1;
    private const int And = 2;
    private const int Not = 3;
    private const int Equality = 4;
    private const int Inequality = 5;
    private const int Escape = 6;
    private const int Collate = 11;
    // SQLite's own limit on the depth of an expression.
    private const int MaximumDepth = 1_000;

    private int _depth;

    /// <summary>Reads a text that is nothing but an expression.</summary>
    /// <exception cref="SqlSyntaxException">It is not understood.</exception>
    internal static SqlNode Read(string sql)
    {
        var reader = new TokenReader(sql);
        SqlNode node = new ExpressionParser(reader).Expression();
        return reader.AtEnd ? node : throw reader.Unexpected();
    }

    /// <summary>Reads the expression that comes next.</summary>
    internal SqlNode Expression() => Operand(Or);

    private SqlNode Operand(int tightness)
    {
        if (++_depth > MaximumDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw new SqlSyntaxException("it is nested too deeply");
        SqlNode left = Prefix();
        while (Infix(tightness, left) is { } longer) left = longer;
        _depth--;
        return left;
    }

    private SqlNode Prefix()
    {
        if (reader.Accept("NOT")) return new UnaryNode("NOT", Operand(Not));
        // A sign binds tighter than anything behind its operand.
        return reader.Current is { Kind: SqlTokenKind.Operator, Value: "-" or "+" or "~" }
            ? new UnaryNode(reader.Take().Value, Operand(Collate + 1))
            : new PrimaryParser(reader, this).Read();
    }

    private SqlNode? Infix(int tightness, SqlNode left)
    {
        SqlToken token = reader.Current;
        if (token.Kind == SqlTokenKind.Operator) return Symbol(tightness, left, token.Value);
        if (token.Kind != SqlTokenKind.Word) return null;
        switch (token.Value.ToUpperInvariant())
        {
            case "OR" when tightness <= Or: return Binary(left, "OR", Or);
            case "AND" when tightness <= And: return Binary(left, "AND", And);
            case "COLLATE" when tightness <= Collate:
                reader.Take();
                return new CollateNode(left, reader.Name());
            case "IS" or "ISNULL" or "NOTNULL" or "NOT" or "BETWEEN" or "IN" or "LIKE" or "GLOB" or "REGEXP" or "MATCH" when tightness <= Equality:
                return Word(left);
            default: return null;
        }
    }

    private BinaryNode? Symbol(int tightness, SqlNode left, string symbol)
    {
        int own = symbol switch
        {
            "=" or "==" or "<>" or "!=" => Equality,
            "<" or "<=" or ">" or ">=" => Inequality,
            "&" or "|" or "<<" or ">>" => Escape + 1,
            "+" or "-" => Escape + 2,
            "*" or "/" or "%" => Escape + 3,
            "||" or "->" or "->>" => Escape + 4,
            _ => 0,
        };
        if (own == 0 || own < tightness) return null;
        return Binary(left, symbol switch { "==" => "=", "!=" => "<>", _ => symbol }, own);
    }

    private BinaryNode Binary(SqlNode left, string name, int own)
    {
        reader.Take();
        return new BinaryNode(name, left, Operand(own + 1));
    }

    private SqlNode Word(SqlNode left)
    {
        if (reader.Accept("ISNULL")) return new NullTestNode(left, false);
        if (reader.Accept("NOTNULL") || reader.Accept("NOT", "NULL")) return new NullTestNode(left, true);
        if (reader.Accept("IS")) return Is(left);
        bool not = reader.Accept("NOT");
        if (reader.Accept("BETWEEN"))
        {
            SqlNode low = Operand(Not);
            reader.Expect("AND");
            return new BetweenNode(left, low, Operand(Equality + 1), not);
        }

        if (reader.Accept("IN")) return In(left, not);
        string name = reader.Take().Value.ToUpperInvariant();
        if (name is not ("LIKE" or "GLOB" or "REGEXP" or "MATCH")) throw new SqlSyntaxException($"'{name}' is not understood behind an operand");
        SqlNode pattern = Operand(Equality + 1);
        return new PatternNode(name, left, pattern, reader.Accept("ESCAPE") ? Operand(Escape) : null, not);
    }

    private SqlNode Is(SqlNode left)
    {
        bool not = reader.Accept("NOT");
        // IS DISTINCT FROM is IS NOT.
        if (reader.Accept("DISTINCT", "FROM")) not = !not;
        SqlNode right = Operand(Equality + 1);
        return right is NullNode ? new NullTestNode(left, not) : new BinaryNode(not ? "IS NOT" : "IS", left, right);
    }

    private SqlNode In(SqlNode left, bool not)
    {
        if (!reader.IsOperator("(")) throw new SqlSyntaxException("IN before a table or a function is not understood");
        if (reader.Peek(1).Is("SELECT") || reader.Peek(1).Is("WITH") || reader.Peek(1).Is("VALUES"))
        {
            reader.Take();
            SelectNode select = new SelectParser(reader).Select();
            reader.ExpectOperator(")");
            return new InSelectNode(left, select, not);
        }

        reader.Take();
        var items = new List<SqlNode>();
        if (!reader.IsOperator(")")) items = List();
        reader.ExpectOperator(")");
        return new InListNode(left, items, not);
    }

    /// <summary>Expressions between commas.</summary>
    internal List<SqlNode> List()
    {
        var items = new List<SqlNode>();
        do
        {
            items.Add(Expression());
        }
        while (reader.AcceptOperator(","));
        return items;
    }
}
