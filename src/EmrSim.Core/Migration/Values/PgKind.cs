namespace EmrSim.Core.Migration.Values;

/// <summary>The types of PostgreSQL that a column can get.</summary>
internal enum PgKind
{
    Text,
    Varchar,
    Char,
    SmallInt,
    Integer,
    BigInt,
    Real,
    DoublePrecision,
    Numeric,
    Boolean,
    Bytea,
    Date,
    Time,
    Timestamp,
    TimestampTz,
    Json,
    Jsonb,
    Uuid,
}
