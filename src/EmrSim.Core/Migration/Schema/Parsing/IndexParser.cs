namespace EmrSim.Core.Migration.Schema.Parsing;

/// <summary>Reads CREATE INDEX (https://sqlite.org/lang_createindex.html).</summary>
internal static class IndexParser
{
    /// <exception cref="SqlSyntaxException">It is not understood.</exception>
    internal static ParsedIndex Read(string sql)
    {
        var reader = new TokenReader(sql);
        reader.Expect("CREATE");
        bool unique = reader.Accept("UNIQUE");
        reader.Expect("INDEX");
        reader.Accept("IF", "NOT", "EXISTS");
        string name = reader.Name();
        if (reader.AcceptOperator(".")) name = reader.Name();
        reader.Expect("ON");
        string table = reader.Name();
        (IReadOnlyList<ParsedTerm> terms, _) = TermParser.List(reader);
        string? where = null;
        if (reader.Accept("WHERE"))
        {
            int start = reader.Current.Start;
            while (!reader.AtEnd) reader.Take();
            where = reader.Since(start);
        }

        return reader.AtEnd ? new ParsedIndex(name, table, unique, terms, where) : throw reader.Unexpected();
    }
}
