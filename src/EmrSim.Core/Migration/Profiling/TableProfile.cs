namespace EmrSim.Core.Migration.Profiling;

/// <summary>What the rows of a table hold.</summary>
/// <param name="Table">The table.</param>
/// <param name="Rows">How many.</param>
/// <param name="Columns">One profile per column of the table, in their order, generated ones too.</param>
internal sealed record TableProfile(string Table, long Rows, IReadOnlyList<ColumnProfile> Columns);

/// <summary>What a column holds.</summary>
internal sealed record ColumnProfile
{
    internal required string Column { get; init; }

    internal required long Nulls { get; init; }

    internal required long Integers { get; init; }

    internal required long Reals { get; init; }

    internal required long Texts { get; init; }

    internal required long Blobs { get; init; }

    /// <summary>The least and the greatest integer; 0 and 0 where there is none.</summary>
    internal required long LeastInteger { get; init; }

    internal required long GreatestInteger { get; init; }

    /// <summary>Reals that are whole numbers within 64 bits.</summary>
    internal required long WholeReals { get; init; }

    /// <summary>Reals that are infinite.</summary>
    internal required long Infinities { get; init; }

    internal required double LeastReal { get; init; }

    internal required double GreatestReal { get; init; }

    /// <summary>The longest text and the longest blob, in bytes, and the longest text in characters (code points).</summary>
    internal required long LongestText { get; init; }

    internal required long LongestBlob { get; init; }

    internal required long LongestCharacters { get; init; }

    /// <summary>Empty texts and empty blobs.</summary>
    internal required long EmptyTexts { get; init; }

    internal required long EmptyBlobs { get; init; }

    /// <summary>Texts that are no UTF-8, and the first row that has one.</summary>
    internal required long InvalidTexts { get; init; }

    internal required RowSample? FirstInvalid { get; init; }

    /// <summary>Texts that hold U+0000, and the first row that has one.</summary>
    internal required long NulTexts { get; init; }

    internal required RowSample? FirstNul { get; init; }

    /// <summary>How many texts have each shape; shapes without a text are left out. A text may have several.</summary>
    internal required IReadOnlyDictionary<TextShape, long> Shapes { get; init; }

    /// <summary>Integers that are 0 or 1.</summary>
    internal required long Bits { get; init; }

    internal long NotNull => Integers + Reals + Texts + Blobs;
}

/// <summary>A row, for a message.</summary>
/// <param name="Key">The row as <c>column=value, …</c> of its key, or <c>rowid=…</c>.</param>
/// <param name="Detail">What is there, shortened; a byte offset where it is about bytes.</param>
internal sealed record RowSample(string Key, string Detail);

/// <summary>What a text looks like.</summary>
internal enum TextShape
{
    /// <summary>YYYY-MM-DD.</summary>
    Date,

    /// <summary>A date, ' ' or 'T', a time, without a zone.</summary>
    LocalTimestamp,

    /// <summary>The same with Z or ±hh:mm.</summary>
    ZonedTimestamp,

    /// <summary>A date or a timestamp of more than six digits of a second.</summary>
    FineTimestamp,

    /// <summary>HH:MM or HH:MM:SS with or without a fraction.</summary>
    Time,

    /// <summary>true, false, t, f, yes, no, on, off, in any case.</summary>
    Boolean,

    /// <summary>JSON that begins with { or [.</summary>
    Json,

    /// <summary>32 hexadecimal digits as 8-4-4-4-12.</summary>
    Uuid,

    /// <summary>A whole number within 64 bits in its plain form: no leading zero, no plus.</summary>
    Integer,

    /// <summary>Any other decimal number.</summary>
    Decimal,
}
