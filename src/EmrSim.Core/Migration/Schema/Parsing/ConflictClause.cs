namespace EmrSim.Core.Migration.Schema.Parsing;

/// <summary>ON CONFLICT behind a constraint (https://sqlite.org/lang_conflict.html).</summary>
internal static class ConflictClause
{
    /// <summary>What it says; null where there is none, or it says ABORT as none does.</summary>
    internal static string? Read(TokenReader reader)
    {
        if (!reader.Accept("ON", "CONFLICT")) return null;
        string action = reader.Take().Value.ToUpperInvariant();
        return action is "ABORT" ? null : action;
    }
}

/// <summary>ASC or DESC.</summary>
internal static class Direction
{
    /// <summary>Whether it is DESC.</summary>
    internal static bool Read(TokenReader reader)
    {
        if (reader.Accept("ASC")) return false;
        return reader.Accept("DESC");
    }
}
