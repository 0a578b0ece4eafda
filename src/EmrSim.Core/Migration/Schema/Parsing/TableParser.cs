namespace EmrSim.Core.Migration.Schema.Parsing;

/// <summary>Reads CREATE TABLE (https://sqlite.org/lang_createtable.html).</summary>
internal sealed class TableParser
{
    private readonly TokenReader _reader;
    private readonly TableParts _parts = new();

    private TableParser(string sql) => _reader = new TokenReader(sql);

    /// <summary>Reads a statement.</summary>
    /// <exception cref="SqlSyntaxException">It is not understood.</exception>
    internal static ParsedTable Read(string sql) => new TableParser(sql).Statement();

    private ParsedTable Statement()
    {
        _reader.Expect("CREATE");
        if (!_reader.Accept("TEMP")) _reader.Accept("TEMPORARY");
        _reader.Expect("TABLE");
        _reader.Accept("IF", "NOT", "EXISTS");
        string name = _reader.Name();
        if (_reader.AcceptOperator(".")) name = _reader.Name();
        _reader.ExpectOperator("(");
        do
        {
            Column();
        }
        while (_reader.AcceptOperator(",") && !ConstraintParser.Begins(_reader));

        var constraints = new ConstraintParser(_reader, _parts);
        // SQLite does not insist on commas between the constraints of a table.
        while (!_reader.IsOperator(")"))
        {
            if (!_reader.AcceptOperator(",")) constraints.Table();
        }

        _reader.ExpectOperator(")");
        (bool withoutRowid, bool strict) = Options();
        return new ParsedTable(
            name, _parts.Columns, _parts.PrimaryKey, _parts.UniqueKeys, _parts.ForeignKeys, _parts.Checks, withoutRowid, strict);
    }

    private void Column()
    {
        string name = _reader.Name();
        var column = new ParsedColumn(name, Type());
        _parts.Columns.Add(column);
        new ColumnConstraintParser(_reader, _parts, column).Read();
    }

    // A type is any row of words, names in quotes too, and up to two numbers behind it.
    private string Type()
    {
        if (!IsTypeWord()) return "";
        SqlToken first = _reader.Current;
        int start = first.Start;
        while (IsTypeWord()) _reader.Take();
        if (_reader.IsOperator("(")) _reader.Parentheses();
        // One that begins with a quote ends with it.
        return first.Kind == SqlTokenKind.Word ? _reader.Since(start) : first.Value;
    }

    // GENERATED and ALWAYS would be words of the type like any other; SQLite cuts them off afterwards.
    private bool IsTypeWord() =>
        _reader.Current.IsName && !(_reader.Is("GENERATED") && _reader.Peek(1).Is("ALWAYS") && _reader.Peek(2).Is("AS"));

    private (bool WithoutRowid, bool Strict) Options()
    {
        bool withoutRowid = false;
        bool strict = false;
        while (!_reader.AtEnd)
        {
            if (_reader.Accept("WITHOUT", "ROWID")) withoutRowid = true;
            else if (_reader.Accept("STRICT")) strict = true;
            else throw _reader.Unexpected();
            if (!_reader.AcceptOperator(",")) break;
        }

        return _reader.AtEnd ? (withoutRowid, strict) : throw _reader.Unexpected();
    }
}
