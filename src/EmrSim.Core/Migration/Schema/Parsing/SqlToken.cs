namespace EmrSim.Core.Migration.Schema.Parsing;

/// <summary>What a token is.</summary>
internal enum SqlTokenKind
{
    /// <summary>A bare word: a name or a keyword.</summary>
    Word,

    /// <summary>"…", which is a name, or a text where it names nothing.</summary>
    DoubleQuoted,

    /// <summary>[…] or `…`, which is always a name.</summary>
    QuotedName,

    /// <summary>'…'.</summary>
    Text,

    /// <summary>x'…'.</summary>
    Blob,

    /// <summary>A whole number, decimal or hexadecimal.</summary>
    Integer,

    /// <summary>A number with a point or an exponent.</summary>
    Real,

    /// <summary>An operator or a punctuation mark.</summary>
    Operator,

    /// <summary>?, :name, @name, $name.</summary>
    Parameter,

    /// <summary>Behind the last one.</summary>
    End,
}

/// <summary>A token.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Where it begins in the statement.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Value">What it says: without quotes, numbers without their underscores.</param>
internal readonly record struct SqlToken(SqlTokenKind Kind, int Start, int End, string Value)
{
    /// <summary>Whether it is a bare word of that spelling.</summary>
    internal bool Is(string keyword) => Kind == SqlTokenKind.Word && Value.Equals(keyword, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it is that operator.</summary>
    internal bool IsOperator(string text) => Kind == SqlTokenKind.Operator && Value == text;

    /// <summary>Whether it can be the name of a table, a column, or a constraint.</summary>
    internal bool IsName => Kind switch
    {
        SqlTokenKind.Word => !SqlKeywords.IsReserved(Value),
        SqlTokenKind.DoubleQuoted or SqlTokenKind.QuotedName or SqlTokenKind.Text => true,
        _ => false,
    };
}
