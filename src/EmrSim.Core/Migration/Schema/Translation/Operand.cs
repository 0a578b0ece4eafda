using EmrSim.Core.Migration.Schema.Parsing;

namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>What an expression is in PostgreSQL, as far as the translation tells types apart.</summary>
internal enum OperandKind
{
    Null,
    Text,
    Integer,
    Real,
    Numeric,
    Boolean,
    Bytes,
    Date,
    Time,
    Timestamp,
    TimestampTz,
    Json,
    Jsonb,
    Uuid,
}

/// <summary>A translated expression with what both sides know of it.</summary>
/// <param name="Sql">Its SQL for PostgreSQL, in parentheses where an operator beside it could tear it apart.</param>
/// <param name="Kind">Its type.</param>
internal sealed record Operand(string Sql, OperandKind Kind)
{
    /// <summary>Its affinity in SQLite; null for none, which most expressions have.</summary>
    internal SqliteAffinity? Affinity { get; init; }

    /// <summary>The collation that it brings along in SQLite; null for none.</summary>
    internal string? Collation { get; init; }

    /// <summary>Whether that is written as COLLATE.</summary>
    internal bool Collated { get; init; }

    /// <summary>The literal that it is, signs taken in; null where it is none.</summary>
    internal SqlNode? Literal { get; init; }

    /// <summary>Whether PostgreSQL computes it in 32 bits, where SQLite has 64.</summary>
    internal bool Narrow { get; init; }

    /// <summary>Whether it is an integer that cannot be below zero.</summary>
    internal bool NonNegative { get; init; }

    /// <summary>Whether a real may be an integer in SQLite, so that a division would cut it off.</summary>
    internal bool MaybeWhole { get; init; }

    /// <summary>Whether a real may be infinite: infinity less infinity is NULL in SQLite, and NaN in PostgreSQL.</summary>
    internal bool MaybeInfinite { get; init; }

    /// <summary>Whether PostgreSQL sorts it byte by byte, as the columns that we make do.</summary>
    internal bool Bytewise { get; init; }

    /// <summary>The column that it is; null where it is none.</summary>
    internal TranslationColumn? Column { get; init; }

    /// <summary>The same value as a number, where it is a text of digits.</summary>
    internal string? AsInteger { get; init; }

    /// <summary>A condition, which SQLite takes for 0 or 1.</summary>
    internal static Operand Condition(string sql) => new(sql, OperandKind.Boolean);

    internal static Operand Null { get; } = new("NULL", OperandKind.Null) { Literal = new NullNode() };
}
