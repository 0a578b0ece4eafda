namespace EmrSim.Core.Migration.Schema.Parsing;

/// <summary>Reads what follows REFERENCES (https://sqlite.org/foreignkeys.html).</summary>
internal sealed class ForeignKeyParser(TokenReader reader, TableParts parts)
{
    internal void References(string? name, IReadOnlyList<string> columns)
    {
        string parent = reader.Name();
        IReadOnlyList<string> parentColumns = reader.IsOperator("(") ? Names(reader) : [];
        string onUpdate = "NO ACTION";
        string onDelete = "NO ACTION";
        while (true)
        {
            if (reader.Accept("MATCH")) reader.Name();
            else if (reader.Accept("ON", "DELETE")) onDelete = Action();
            else if (reader.Accept("ON", "UPDATE")) onUpdate = Action();
            else if (reader.Accept("ON", "INSERT")) Action();
            else break;
        }

        parts.ForeignKeys.Add(new ParsedForeignKey(name, columns, parent, parentColumns, onUpdate, onDelete));
    }

    /// <summary>Reads [NOT] DEFERRABLE, which belongs to the foreign key before it; without one it means nothing.</summary>
    internal bool AcceptDeferrable()
    {
        bool not = reader.Accept("NOT", "DEFERRABLE");
        if (!not && !reader.Accept("DEFERRABLE")) return false;
        bool deferred = reader.Accept("INITIALLY", "DEFERRED");
        if (!deferred) reader.Accept("INITIALLY", "IMMEDIATE");
        if (parts.ForeignKeys.Count > 0) parts.ForeignKeys[^1].Deferred = deferred && !not;
        return true;
    }

    /// <summary>Names in parentheses. A collation or a direction was let through by old versions, and meant nothing.</summary>
    internal static IReadOnlyList<string> Names(TokenReader reader)
    {
        var names = new List<string>();
        reader.ExpectOperator("(");
        do
        {
            names.Add(reader.Name());
            if (reader.Accept("COLLATE")) reader.Name();
            Direction.Read(reader);
        }
        while (reader.AcceptOperator(","));
        reader.ExpectOperator(")");
        return names;
    }

    private string Action()
    {
        if (reader.Accept("SET", "NULL")) return "SET NULL";
        if (reader.Accept("SET", "DEFAULT")) return "SET DEFAULT";
        if (reader.Accept("CASCADE")) return "CASCADE";
        if (reader.Accept("RESTRICT")) return "RESTRICT";
        return reader.Accept("NO", "ACTION") ? "NO ACTION" : throw reader.Unexpected();
    }
}
