namespace EmrSim.Core.Migration.Schema.Parsing;

/// <summary>Reads the constraints of a table.</summary>
internal sealed class ConstraintParser(TokenReader reader, TableParts parts)
{
    private readonly ForeignKeyParser _foreignKeys = new(reader, parts);

    /// <summary>Whether a constraint of the table comes next, and no column: none of these words can be a name.</summary>
    internal static bool Begins(TokenReader reader) =>
        reader.Is("CONSTRAINT") || reader.Is("PRIMARY") || reader.Is("UNIQUE") || reader.Is("CHECK") || reader.Is("FOREIGN");

    internal void Table()
    {
        string? name = null;
        while (reader.Accept("CONSTRAINT")) name = reader.Name();
        if (reader.IsOperator(",") || reader.IsOperator(")")) return;
        if (reader.Accept("PRIMARY", "KEY"))
        {
            (IReadOnlyList<ParsedTerm> terms, bool autoIncrement) = TermParser.List(reader);
            parts.PrimaryKey = new ParsedKey(name, terms, ConflictClause.Read(reader), autoIncrement);
        }
        else if (reader.Accept("UNIQUE"))
        {
            (IReadOnlyList<ParsedTerm> terms, _) = TermParser.List(reader);
            parts.UniqueKeys.Add(new ParsedKey(name, terms, ConflictClause.Read(reader), false));
        }
        else if (reader.Accept("CHECK"))
        {
            parts.Checks.Add(new SourceCheck(name, reader.Parentheses()));
            ConflictClause.Read(reader);
        }
        else if (reader.Accept("FOREIGN", "KEY"))
        {
            IReadOnlyList<string> columns = ForeignKeyParser.Names(reader);
            reader.Expect("REFERENCES");
            _foreignKeys.References(name, columns);
            _foreignKeys.AcceptDeferrable();
        }
        else
        {
            throw reader.Unexpected();
        }
    }
}
