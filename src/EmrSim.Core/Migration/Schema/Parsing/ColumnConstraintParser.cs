namespace EmrSim.Core.Migration.Schema.Parsing;

/// <summary>Reads the constraints of a column, in whatever order they come.</summary>
internal sealed class ColumnConstraintParser(TokenReader reader, TableParts parts, ParsedColumn column)
{
    private readonly ForeignKeyParser _foreignKeys = new(reader, parts);

    internal void Read()
    {
        string? name = null;
        while (!reader.IsOperator(",") && !reader.IsOperator(")"))
        {
            if (reader.Accept("CONSTRAINT"))
            {
                name = reader.Name();
                // A name may stand alone.
                continue;
            }

            Constraint(name);
            name = null;
        }
    }

    private void Constraint(string? name)
    {
        if (reader.Accept("NOT", "NULL")) NotNull();
        else if (reader.Accept("NULL")) ConflictClause.Read(reader);
        else if (reader.Accept("PRIMARY", "KEY")) PrimaryKey(name);
        else if (reader.Accept("UNIQUE")) parts.UniqueKeys.Add(new ParsedKey(name, [Term(false)], ConflictClause.Read(reader), false));
        else if (reader.Accept("CHECK")) Check(name);
        else if (reader.Accept("DEFAULT")) column.Default = Default();
        else if (reader.Accept("COLLATE")) column.Collation = reader.Name();
        else if (reader.Accept("REFERENCES")) _foreignKeys.References(name, [column.Name]);
        else if (reader.Accept("GENERATED", "ALWAYS", "AS") || reader.Accept("AS")) Generated();
        else if (!_foreignKeys.AcceptDeferrable()) throw reader.Unexpected();
    }

    private void NotNull()
    {
        column.NotNull = true;
        // Of several the last one counts.
        column.NotNullConflict = ConflictClause.Read(reader);
    }

    private void Check(string? name)
    {
        parts.Checks.Add(new SourceCheck(name, reader.Parentheses()));
        ConflictClause.Read(reader);
    }

    private void PrimaryKey(string? name)
    {
        bool descending = Direction.Read(reader);
        string? conflict = ConflictClause.Read(reader);
        parts.PrimaryKey = new ParsedKey(name, [Term(descending)], conflict, reader.Accept("AUTOINCREMENT"));
    }

    private ParsedTerm Term(bool descending) => new(column.Name, column.Name, null, descending);

    private string Default()
    {
        int start = reader.Current.Start;
        if (reader.IsOperator("(")) return reader.Parentheses();
        if (!reader.AcceptOperator("-")) reader.AcceptOperator("+");
        // A name is a text here: DEFAULT draft is DEFAULT 'draft'.
        reader.Take();
        return reader.Since(start);
    }

    private void Generated()
    {
        column.Generated = reader.Parentheses();
        // The last word is read as a name and then compared, so VIRTUAL and STORED are no keywords.
        if (reader.Accept("STORED")) column.Stored = true;
        else reader.Accept("VIRTUAL");
    }
}
