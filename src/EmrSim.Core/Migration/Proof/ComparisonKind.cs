namespace EmrSim.Core.Migration.Proof;

/// <summary>How the values of two columns are compared. What a kind cannot read, such as a text that is no time, is compared as it is stored.</summary>
internal enum ComparisonKind
{
    /// <summary>By storage class: NULL, numbers, text by its bytes, blobs by their bytes. An integer and a real that is the same number are equal.</summary>
    Exact,

    /// <summary>As decimal numbers; a text that is one counts as that number.</summary>
    Number,

    /// <summary>As numbers; a text that is a whole one in its plain form counts as that number.</summary>
    Integer,

    /// <summary>As instants; a time without a zone is UTC.</summary>
    Instant,

    /// <summary>As days.</summary>
    Date,

    /// <summary>As times of day.</summary>
    Time,

    /// <summary>As true and false; 0 and 1 are these.</summary>
    Boolean,

    /// <summary>As 16 bytes, whatever the case of their digits.</summary>
    Uuid,

    /// <summary>As JSON: the order of keys and white space mean nothing, the last of equal keys counts, numbers are compared as decimals.</summary>
    Json,

    /// <summary>As bytes; a text is its UTF-8.</summary>
    Bytes,

    /// <summary>As texts; a number is the text that SQLite makes of it, with every digit that it needs.</summary>
    Text,
}
