namespace EmrSim.Core.Migration.Schema.Parsing;

/// <summary>A place in the tokens of a statement.</summary>
/// <param name="sql">The statement.</param>
internal sealed class TokenReader(string sql)
{
    private readonly List<SqlToken> _tokens = SqlTokenizer.Read(sql);
    private int _at;

    /// <summary>The token that comes next.</summary>
    internal SqlToken Current => _tokens[_at];

    /// <summary>Whether nothing is left; a semicolon at the end is nothing.</summary>
    internal bool AtEnd => Current.Kind == SqlTokenKind.End || (IsOperator(";") && Peek(1).Kind == SqlTokenKind.End);

    /// <summary>The place, to come back to.</summary>
    internal int Place { get => _at; set => _at = value; }

    /// <summary>A token further on.</summary>
    internal SqlToken Peek(int ahead) => _tokens[Math.Min(_at + ahead, _tokens.Count - 1)];

    internal bool Is(string keyword) => Current.Is(keyword);

    internal bool IsOperator(string text) => Current.IsOperator(text);

    /// <summary>Takes the next token.</summary>
    internal SqlToken Take()
    {
        SqlToken token = Current;
        if (token.Kind == SqlTokenKind.End) throw new SqlSyntaxException("it ends too early");
        _at++;
        return token;
    }

    /// <summary>Takes keywords where exactly they come next.</summary>
    internal bool Accept(params ReadOnlySpan<string> keywords)
    {
        for (int i = 0; i < keywords.Length; i++)
        {
            if (!Peek(i).Is(keywords[i])) return false;
        }

        _at += keywords.Length;
        return true;
    }

    /// <summary>Takes an operator where it comes next.</summary>
    internal bool AcceptOperator(string text)
    {
        if (!IsOperator(text)) return false;
        _at++;
        return true;
    }

    internal void Expect(string keyword)
    {
        if (!Accept(keyword)) throw Unexpected();
    }

    internal void ExpectOperator(string text)
    {
        if (!AcceptOperator(text)) throw Unexpected();
    }

    /// <summary>Takes a name.</summary>
    internal string Name() => Current.IsName ? Take().Value : throw Unexpected();

    /// <summary>Passes over a pair of parentheses and what is in it, and gives the text between them, without space around it.</summary>
    internal string Parentheses()
    {
        ExpectOperator("(");
        int start = Current.Start;
        int depth = 1;
        int end = start;
        while (depth > 0)
        {
            SqlToken token = Take();
            if (token.IsOperator("(")) depth++;
            if (token.IsOperator(")") && --depth == 0) break;
            end = token.End;
        }

        return sql[start..end];
    }

    /// <summary>The text from a place in the statement to the end of the last token that was taken.</summary>
    internal string Since(int start) => _at == 0 || _tokens[_at - 1].End < start ? "" : sql[start.._tokens[_at - 1].End];

    internal SqlSyntaxException Unexpected() => new(Current.Kind == SqlTokenKind.End
        ? "it ends too early"
        : $"'{sql[Current.Start..Current.End]}' is not understood where it stands");
}
