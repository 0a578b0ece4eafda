using System.Runtime.CompilerServices;
using EmrSim.Core.Migration.Values;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Migration.Profiling;

/// <summary>
/// Whether a type of PostgreSQL holds a value exactly: what the copier writes into such a column without a loss. Numbers in a column of times are judged by their unit, which is known
/// when all have been seen, so they fit here.
/// </summary>
/// <param name="type">The type.</param>
internal sealed class WantedFit(PgType type)
{
    /// <summary>Whether it is a point in time, so that numbers may count from an epoch.</summary>
    internal bool IsInstant => type.Kind is PgKind.TimestampTz or PgKind.Timestamp;

    /// <summary>Whether texts must be counted by their characters.</summary>
    internal bool HasLength => type.Kind is PgKind.Varchar or PgKind.Char && type.Length is not null;

    /// <summary>Whether texts must be JSON, and whether jsonb's rules count.</summary>
    internal bool IsJson => type.Kind is PgKind.Json or PgKind.Jsonb;

    internal bool IsJsonb => type.Kind == PgKind.Jsonb;

    /// <summary>Whether it holds a text that is UTF-8 without U+0000.</summary>
    /// <param name="text">The text.</param>
    /// <param name="characters">How many code points it has; asked for where <see cref="HasLength"/>.</param>
    /// <param name="shapes">Its shapes.</param>
    [MethodImpl(Hot.Loop)]
    internal bool HoldsText(ReadOnlySpan<byte> text, long characters, TextShapeSet shapes) => type.Kind switch
    {
        PgKind.Text => true,
        PgKind.Varchar => type.Length is not { } most || characters <= most,
        // PostgreSQL would fill up a shorter one with spaces; char alone is char(1).
        PgKind.Char => characters == (type.Length ?? 1),
        PgKind.TimestampTz or PgKind.Timestamp => (shapes & TextShapeSet.Instant) != 0 && (shapes & TextShapeSet.FineTimestamp) == 0,
        PgKind.Date => shapes == TextShapeSet.Date,
        PgKind.Time => shapes == TextShapeSet.Time,
        PgKind.Boolean => shapes == TextShapeSet.Boolean,
        PgKind.Uuid => shapes == TextShapeSet.Uuid,
        PgKind.Json or PgKind.Jsonb => (shapes & TextShapeSet.Json) != 0,
        PgKind.Numeric => PgNumeric.TryParsePlain(text, out PgNumeric number) && Holds(number),
        PgKind.BigInt => shapes == TextShapeSet.Integer,
        PgKind.Integer or PgKind.SmallInt => shapes == TextShapeSet.Integer && System.Buffers.Text.Utf8Parser.TryParse(text, out long value, out _) && HoldsInteger(value),
        _ => false,
    };

    [MethodImpl(Hot.Loop)]
    internal bool HoldsInteger(long value) => type.Kind switch
    {
        PgKind.BigInt or PgKind.TimestampTz or PgKind.Timestamp => true,
        PgKind.Integer => value is >= int.MinValue and <= int.MaxValue,
        PgKind.SmallInt => value is >= short.MinValue and <= short.MaxValue,
        PgKind.DoublePrecision => IsExact(value),
        PgKind.Real => IsExact(value) && IsSingle(value),
        PgKind.Numeric => type.Length is null || Holds(PgNumeric.From(value)),
        PgKind.Boolean => value is 0 or 1,
        _ => false,
    };

    [MethodImpl(Hot.Loop)]
    internal bool HoldsReal(double value) => type.Kind switch
    {
        PgKind.DoublePrecision or PgKind.TimestampTz or PgKind.Timestamp => true,
        PgKind.Real => IsSingle(value),
        PgKind.Numeric => PgNumeric.TryFrom(value, out PgNumeric number) && Holds(number),
        PgKind.BigInt or PgKind.Integer or PgKind.SmallInt => IsWhole(value) && HoldsInteger((long)value),
        _ => false,
    };

    internal bool HoldsBlob => type.Kind == PgKind.Bytea;

    /// <summary>Whether double precision holds an integer exactly; 2^63 - 1 would become 2^63.</summary>
    internal static bool IsExact(long value) => Math.Abs((double)value) < -(double)long.MinValue && (long)(double)value == value;

    /// <summary>Whether a real is an integer of 64 bits, and no minus zero.</summary>
    internal static bool IsWhole(double value) => double.IsInteger(value) && value is >= long.MinValue and < -(double)long.MinValue && !IsMinusZero(value);

    internal static bool IsMinusZero(double value) => value == 0 && double.IsNegative(value);

    private static bool IsSingle(double value)
    {
        float single = (float)value;
        return single == value;
    }

    private bool Holds(PgNumeric number) => type.Length is not { } precision || number.Fits(precision, type.Scale ?? 0);
}
