namespace EmrSim.Core.Migration.Schema.Parsing;

/// <summary>Reads the columns and expressions of a key or an index.</summary>
internal static class TermParser
{
    /// <summary>Terms in parentheses.</summary>
    internal static (IReadOnlyList<ParsedTerm> Terms, bool AutoIncrement) List(TokenReader reader)
    {
        var terms = new List<ParsedTerm>();
        reader.ExpectOperator("(");
        do
        {
            terms.Add(Term(reader));
        }
        while (reader.AcceptOperator(","));
        bool autoIncrement = reader.Accept("AUTOINCREMENT");
        reader.ExpectOperator(")");
        return (terms, autoIncrement);
    }

    private static ParsedTerm Term(TokenReader reader)
    {
        // A text is an old way to write a name, and is one here only when it stands alone.
        SqlToken first = reader.Current;
        int start = first.Start;
        SqlNode node = new ExpressionParser(reader).Expression();
        // Only the outermost collation is the term's: in a || b COLLATE NOCASE it belongs to b.
        string? collation = null;
        string sql = reader.Since(start);
        while (node is CollateNode collate)
        {
            collation ??= collate.Collation;
            sql = Without(sql);
            node = collate.Operand;
        }

        string? column = node is NameNode { Parts.Count: 1 } name ? name.Parts[0] : node is TextNode text ? text.Value : null;
        bool descending = Direction.Read(reader);
        if (reader.Accept("NULLS")) reader.Take();
        return new ParsedTerm(sql, column, collation, descending);
    }

    // Both COLLATE and the name behind it are the last two tokens, unless there are parentheses around them.
    private static string Without(string sql)
    {
        List<SqlToken> tokens = SqlTokenizer.Read(sql);
        int last = tokens.Count - 2;
        while (tokens[0].IsOperator("(") && tokens[last].IsOperator(")"))
        {
            sql = sql[tokens[0].End..tokens[last].Start].Trim();
            tokens = SqlTokenizer.Read(sql);
            last = tokens.Count - 2;
        }

        return sql[..tokens[last - 2].End];
    }
}
