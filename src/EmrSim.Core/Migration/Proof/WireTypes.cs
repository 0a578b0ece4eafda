using EmrSim.Core.Migration.Values;

namespace EmrSim.Core.Migration.Proof;

/// <summary>Which types of PostgreSQL are read in their binary form (https://www.postgresql.org/docs/current/catalog-pg-type.html; these numbers never change).</summary>
internal static class WireTypes
{
    /// <summary>Of a type by its number; of a domain, by that of its base type.</summary>
    internal static Wire Of(uint oid) => oid switch
    {
        16 => Wire.Boolean,
        17 => Wire.Bytes,
        20 => Wire.Int64,
        21 => Wire.Int16,
        23 => Wire.Int32,
        25 or 1042 or 1043 => Wire.Text,
        114 => Wire.Json,
        700 => Wire.Float4,
        701 => Wire.Float8,
        1082 => Wire.Date,
        1083 => Wire.Time,
        1114 or 1184 => Wire.Timestamp,
        1700 => Wire.Numeric,
        2950 => Wire.Uuid,
        3802 => Wire.Jsonb,
        _ => Wire.Cast,
    };

    /// <summary>Of a type that a plan gives.</summary>
    internal static Wire Of(PgType type) => type.Kind switch
    {
        PgKind.Text or PgKind.Varchar or PgKind.Char => Wire.Text,
        PgKind.SmallInt => Wire.Int16,
        PgKind.Integer => Wire.Int32,
        PgKind.BigInt => Wire.Int64,
        PgKind.Real => Wire.Float4,
        PgKind.DoublePrecision => Wire.Float8,
        PgKind.Numeric => Wire.Numeric,
        PgKind.Boolean => Wire.Boolean,
        PgKind.Bytea => Wire.Bytes,
        PgKind.Date => Wire.Date,
        PgKind.Time => Wire.Time,
        PgKind.Timestamp or PgKind.TimestampTz => Wire.Timestamp,
        PgKind.Json => Wire.Json,
        PgKind.Jsonb => Wire.Jsonb,
        PgKind.Uuid => Wire.Uuid,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "This type has no form to be read in."),
    };
}
