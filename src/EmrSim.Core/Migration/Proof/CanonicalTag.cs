namespace EmrSim.Core.Migration.Proof;

/// <summary>What a canonical value is, as its first byte.</summary>
internal enum CanonicalTag : byte
{
    Null = 1,

    /// <summary>A whole number within 64 bits, however it was stored.</summary>
    Integer,

    /// <summary>Any other double by its bits.</summary>
    Real,

    /// <summary>A decimal that is no double's shortest form: its sign, its exponent, its digits.</summary>
    Decimal,
    Text,
    Blob,
    True,
    False,

    /// <summary>Microseconds since 2000-01-01 UTC.</summary>
    Instant,

    /// <summary>Days since 2000-01-01.</summary>
    Date,

    /// <summary>Microseconds since midnight.</summary>
    Time,
    Uuid,

    /// <summary>JSON in its one form.</summary>
    Json,

    /// <summary>A text of a UTF-16 database that is no UTF-16, by its bytes.</summary>
    BrokenText,

    /// <summary>A JSON number that no digits can be written for, as it was written.</summary>
    Unreadable,
}
