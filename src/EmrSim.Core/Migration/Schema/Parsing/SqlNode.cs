namespace EmrSim.Core.Migration.Schema.Parsing;

/// <summary>An expression of SQLite.</summary>
internal abstract record SqlNode;

/// <summary>A whole number as it is written, without a sign.</summary>
internal sealed record IntegerNode(string Value) : SqlNode;

/// <summary>A number with a point or an exponent, without a sign.</summary>
internal sealed record RealNode(string Value) : SqlNode;

/// <summary>A text.</summary>
internal sealed record TextNode(string Value) : SqlNode;

/// <summary>A blob, in hexadecimal digits.</summary>
internal sealed record BlobNode(string Digits) : SqlNode;

/// <summary>NULL.</summary>
internal sealed record NullNode : SqlNode;

/// <summary>CURRENT_TIMESTAMP, CURRENT_DATE or CURRENT_TIME, in capitals.</summary>
internal sealed record ClockNode(string Word) : SqlNode;

/// <summary>A name: of a column, or TRUE or FALSE where no column is called that.</summary>
/// <param name="Parts">The column, with its table, with its schema before it where they are written.</param>
/// <param name="DoubleQuoted">Whether it is in double quotes: where it names nothing it is a text.</param>
/// <param name="Quoted">Whether it is in quotes of any kind.</param>
internal sealed record NameNode(IReadOnlyList<string> Parts, bool DoubleQuoted, bool Quoted) : SqlNode
{
    /// <summary>The column.</summary>
    internal string Column => Parts[^1];

    /// <summary>Whether it is the bare word TRUE or FALSE.</summary>
    internal bool IsBoolean => Parts.Count == 1 && !Quoted &&
        (Column.Equals("true", StringComparison.OrdinalIgnoreCase) || Column.Equals("false", StringComparison.OrdinalIgnoreCase));
}

/// <summary>-, +, ~ or NOT.</summary>
internal sealed record UnaryNode(string Operator, SqlNode Operand) : SqlNode;

/// <summary>Two operands. == is =, != is &lt;&gt;; IS and IS NOT, also where they are written IS [NOT] DISTINCT FROM.</summary>
internal sealed record BinaryNode(string Operator, SqlNode Left, SqlNode Right) : SqlNode;

/// <summary>IS NULL and IS NOT NULL, however they are written.</summary>
internal sealed record NullTestNode(SqlNode Operand, bool Not) : SqlNode;

internal sealed record BetweenNode(SqlNode Operand, SqlNode Low, SqlNode High, bool Not) : SqlNode;

/// <summary>IN (…).</summary>
internal sealed record InListNode(SqlNode Operand, IReadOnlyList<SqlNode> Items, bool Not) : SqlNode;

/// <summary>IN (SELECT …).</summary>
internal sealed record InSelectNode(SqlNode Operand, SelectNode Select, bool Not) : SqlNode;

/// <summary>LIKE, GLOB, REGEXP, MATCH.</summary>
internal sealed record PatternNode(string Operator, SqlNode Operand, SqlNode Pattern, SqlNode? Escape, bool Not) : SqlNode;

internal sealed record CaseNode(SqlNode? Operand, IReadOnlyList<(SqlNode When, SqlNode Then)> Branches, SqlNode? Else) : SqlNode;

internal sealed record CastNode(SqlNode Operand, string Type) : SqlNode;

internal sealed record CollateNode(SqlNode Operand, string Collation) : SqlNode;

/// <summary>A function.</summary>
/// <param name="Name">Its name in small letters.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Star">count(*).</param>
/// <param name="Distinct">Whether DISTINCT stands before the arguments.</param>
/// <param name="Filter">FILTER (WHERE …).</param>
/// <param name="Unknown">What else is written that has no counterpart here, such as OVER; null where nothing is.</param>
internal sealed record CallNode(
    string Name, IReadOnlyList<SqlNode> Arguments, bool Star, bool Distinct, SqlNode? Filter, string? Unknown) : SqlNode;

/// <summary>(a, b).</summary>
internal sealed record RowNode(IReadOnlyList<SqlNode> Items) : SqlNode;

internal sealed record ExistsNode(SelectNode Select) : SqlNode;

/// <summary>A SELECT in the place of a value.</summary>
internal sealed record ScalarSelectNode(SelectNode Select) : SqlNode;
