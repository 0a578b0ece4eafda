namespace EmrSim.Core.Migration.Proof;

/// <summary>How a side gives the values of a column.</summary>
internal enum Wire
{
    /// <summary>SQLite: each value says what it is.</summary>
    Sqlite,
    Text,
    Bytes,
    Int16,
    Int32,
    Int64,
    Float4,
    Float8,
    Numeric,
    Boolean,
    Date,
    Time,

    /// <summary>timestamp and timestamptz alike: microseconds.</summary>
    Timestamp,
    Json,
    Jsonb,
    Uuid,

    /// <summary>Any other type of PostgreSQL: it is asked for as text.</summary>
    Cast,
}
