using EmrSim.Core.Migration.Values;

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

    /// <summary>The first rows, up to three, whose value is an integer, a real, a text, a blob.</summary>
    internal IReadOnlyList<RowSample> IntegerSamples { get; init; } = [];

    internal IReadOnlyList<RowSample> RealSamples { get; init; } = [];

    internal IReadOnlyList<RowSample> TextSamples { get; init; } = [];

    internal IReadOnlyList<RowSample> BlobSamples { get; init; } = [];

    /// <summary>The type that every value was held against; null where the evidence alone is to decide.</summary>
    internal PgType? Wanted { get; init; }

    /// <summary>How many values the wanted type does not hold exactly, and the first rows, up to three. Numbers in a column of times are not among them: see <see cref="Times"/>.</summary>
    internal long Misfits { get; init; }

    internal IReadOnlyList<RowSample> MisfitSamples { get; init; } = [];

    /// <summary>Where a type of times is wanted: what its numbers count, by their size. Zero is left out, which is the same in all units but one.</summary>
    internal IReadOnlyDictionary<EmrTimeUnit, TimeNumbers> Times { get; init; } = new Dictionary<EmrTimeUnit, TimeNumbers>();

    /// <summary>The one form that all texts that are times have: their length, what stands between date and time, their zone. Null where they have several.</summary>
    internal string? TimeForm { get; init; }

    /// <summary>UUIDs in lower case, as PostgreSQL writes them.</summary>
    internal long LowerUuids { get; init; }

    /// <summary>Texts that jsonb keeps, counted until the first that it does not; and that one.</summary>
    internal long JsonbTexts { get; init; }

    internal RowSample? FirstNotJsonb { get; init; }

    /// <summary>Integers that double precision cannot hold exactly.</summary>
    internal long InexactIntegers { get; init; }

    /// <summary>Reals that are minus zero, which numeric does not know.</summary>
    internal long MinusZeros { get; init; }

    /// <summary>Those of the invalid texts that are UTF-16 with half of a surrogate pair: SQLite gives no bytes of them that mean the same.</summary>
    internal long BrokenSurrogates { get; init; }

    internal long NotNull => Integers + Reals + Texts + Blobs;

    /// <summary>How many texts have a shape.</summary>
    internal long Shape(TextShape shape) => Shapes.GetValueOrDefault(shape);
}

/// <summary>Numbers of one unit in a column of times.</summary>
/// <param name="Count">How many.</param>
/// <param name="Samples">The first rows, up to three.</param>
/// <param name="Inexact">Those of them that are not exactly a microsecond.</param>
/// <param name="InexactSamples">The first rows of these, up to three.</param>
internal sealed record TimeNumbers(long Count, IReadOnlyList<RowSample> Samples, long Inexact, IReadOnlyList<RowSample> InexactSamples);

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

    /// <summary>A time or a timestamp of more than six digits of a second; it has its other shape too.</summary>
    FineTimestamp,

    /// <summary>HH:MM or HH:MM:SS with or without a fraction.</summary>
    Time,

    /// <summary>true, false, t, f, yes, no, on, off, in any case.</summary>
    Boolean,

    /// <summary>JSON that begins with { or [. Where nobody asks for it, it is counted until the first text that is none.</summary>
    Json,

    /// <summary>32 hexadecimal digits as 8-4-4-4-12.</summary>
    Uuid,

    /// <summary>A whole number within 64 bits in its plain form: no leading zero, no plus.</summary>
    Integer,

    /// <summary>Any other decimal number.</summary>
    Decimal,
}
