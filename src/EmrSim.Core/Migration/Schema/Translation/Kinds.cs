using EmrSim.Core.Migration.Values;

namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>What kinds of operands there are, and which column is which.</summary>
internal static class Kinds
{
    internal static Operand Of(TranslationColumn column, string sql)
    {
        OperandKind kind = column.Type.Kind switch
        {
            PgKind.Text or PgKind.Varchar or PgKind.Char => OperandKind.Text,
            PgKind.SmallInt or PgKind.Integer or PgKind.BigInt => OperandKind.Integer,
            PgKind.Real or PgKind.DoublePrecision => OperandKind.Real,
            PgKind.Numeric => OperandKind.Numeric,
            PgKind.Boolean => OperandKind.Boolean,
            PgKind.Bytea => OperandKind.Bytes,
            PgKind.Date => OperandKind.Date,
            PgKind.Time => OperandKind.Time,
            PgKind.Timestamp => OperandKind.Timestamp,
            PgKind.TimestampTz => OperandKind.TimestampTz,
            PgKind.Json => OperandKind.Json,
            PgKind.Jsonb => OperandKind.Jsonb,
            PgKind.Uuid => OperandKind.Uuid,
            _ => throw new ArgumentOutOfRangeException(nameof(column)),
        };
        return new Operand(sql, kind)
        {
            Affinity = column.Affinity ?? DefaultAffinity(kind),
            Collation = column.Collation,
            Narrow = column.Type.Kind is PgKind.SmallInt or PgKind.Integer,
            // Texts of the other collations get whatever the database has.
            Bytewise = kind == OperandKind.Text && column.Collation is "BINARY" or "NOCASE",
            MaybeInfinite = column.Infinite,
            Column = column,
        };
    }

    /// <summary>Whether its values in PostgreSQL are other ones: a char is padded, a real of 32 bits rounded.</summary>
    internal static bool Changes(TranslationColumn column) => column.Mixed || column.Type.Kind is PgKind.Char or PgKind.Real;

    internal static string Name(OperandKind kind) => kind switch
    {
        OperandKind.Bytes => "blob",
        OperandKind.Real => "real",
        OperandKind.TimestampTz or OperandKind.Timestamp => "timestamp",
        OperandKind.Jsonb or OperandKind.Json => "JSON value",
        OperandKind.Uuid => "UUID",
        OperandKind.Numeric => "numeric",
        OperandKind.Null => "NULL",
        OperandKind.Integer => "whole number",
        OperandKind.Text => "text",
        OperandKind.Boolean => "boolean",
        OperandKind.Date => "date",
        _ => "time",
    };

    internal static bool IsNumber(OperandKind kind) => kind is OperandKind.Integer or OperandKind.Real or OperandKind.Numeric or OperandKind.Boolean;

    internal static bool IsMoment(OperandKind kind) =>
        kind is OperandKind.Date or OperandKind.Time or OperandKind.Timestamp or OperandKind.TimestampTz;

    private static SqliteAffinity DefaultAffinity(OperandKind kind) => kind switch
    {
        OperandKind.Text => SqliteAffinity.Text,
        OperandKind.Integer => SqliteAffinity.Integer,
        OperandKind.Real => SqliteAffinity.Real,
        OperandKind.Bytes => SqliteAffinity.Blob,
        _ => SqliteAffinity.Numeric,
    };
}
