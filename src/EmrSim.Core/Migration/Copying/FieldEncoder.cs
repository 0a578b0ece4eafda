using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;
using EmrSim.Core.Migration.Values;
using EmrSim.Core.Sqlite;
using SQLitePCL;

namespace EmrSim.Core.Migration.Copying;

/// <summary>
/// Writes values of SQLite as fields of PostgreSQL's binary COPY format, straight from SQLite's memory. A value is written as what it is, or it is a misfit: nothing is
/// rounded, cut, padded or guessed.
/// </summary>
/// <param name="buffer">Where the fields go.</param>
/// <param name="encoding">That of the database, as PRAGMA encoding says it.</param>
internal sealed class FieldEncoder(RowBuffer buffer, string encoding)
{
    private const int LongestNumber = 32;
    private const string NotAnInteger = "is no integer";

    private static readonly string[] s_unforeseen =
    [
        "", .. new[] { "an integer", "a real", "a text", "a blob" }.Select(c => $"is {c}, and the column held none when the plan was made"),
    ];

    private readonly bool _isUtf16 = encoding.StartsWith("UTF-16", StringComparison.Ordinal);
    private readonly bool _isBigEndian = encoding == "UTF-16be";

    /// <summary>Writes a value that is not NULL; gives why it does not fit, and then nothing has been written.</summary>
    [MethodImpl(Hot.Loop)]
    internal string? Write(StatementRow row, int index, CopyColumn column)
    {
        int stored = row.Type(index);
        if (!column.Classes.Contains(stored)) return s_unforeseen[stored];
        return stored switch
        {
            raw.SQLITE_TEXT => Broken(row, index) ?? WriteText(row.Text(index), column),
            raw.SQLITE_INTEGER => WriteInteger(row.Integer(index), column),
            raw.SQLITE_FLOAT => WriteReal(row.Real(index), column),
            _ => WriteBlob(row.Bytes(index), column),
        };
    }

    // Half of a surrogate pair would become another character without a word.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private string? Broken(StatementRow row, int index) => _isUtf16 && !row.IsWellFormedUtf16(index, _isBigEndian, out int at)
        ? string.Create(CultureInfo.InvariantCulture, $"holds half of a surrogate pair at byte {at}")
        : null;

    [MethodImpl(Hot.Loop)]
    private string? WriteText(ReadOnlySpan<byte> text, CopyColumn column)
    {
        switch (column.Type.Kind)
        {
            case PgKind.Text:
                if (Unstorable(text) is { } reason) return reason;
                buffer.Bytes(text);
                return null;
            case PgKind.Varchar or PgKind.Char:
                return Unstorable(text) ?? TooLong(text, column.Type) ?? Take(text);
            case PgKind.Bytea when column.Wide:
                return Take(text);
            case PgKind.TimestampTz or PgKind.Timestamp:
                if (!TimeText.TryInstant(text, out long instant, out _, out bool fine)) return "is no point in time";
                if (fine) return "has more digits of a second than the six that PostgreSQL keeps";
                buffer.Int64(instant);
                return null;
            case PgKind.Date:
                if (!TimeText.TryDate(text, out int days)) return "is no date";
                buffer.Int32(days);
                return null;
            case PgKind.Time:
                if (!TimeText.TryTime(text, out long time, out fine)) return "is no time of day";
                if (fine) return "has more digits of a second than the six that PostgreSQL keeps";
                buffer.Int64(time);
                return null;
            case PgKind.Boolean:
                if (!BooleanText.TryParse(text, out bool truth)) return "is neither true nor false";
                buffer.Boolean(truth);
                return null;
            case PgKind.Uuid:
                Span<byte> uuid = stackalloc byte[16];
                if (!UuidText.TryParse(text, uuid)) return "is no UUID";
                buffer.Bytes(uuid);
                return null;
            case PgKind.Json:
                return Unstorable(text) ?? (JsonText.IsValid(text) ? Take(text) : "is no JSON");
            case PgKind.Jsonb:
                if (Unstorable(text) is { } broken) return broken;
                if (!JsonText.FitsJsonb(text, out string? why)) return why ?? "is no JSON";
                buffer.Jsonb(text);
                return null;
            case PgKind.Numeric:
                return PgNumeric.TryParsePlain(text, out PgNumeric number) ? WriteNumeric(number, column.Type) : "is no number in its plain form";
            case PgKind.BigInt or PgKind.Integer or PgKind.SmallInt:
                return Utf8Parser.TryParse(text, out long whole, out int used) && used == text.Length && IsPlain(text, whole) ? WriteInteger(whole, column) : NotAnInteger;
            default:
                return "is a text";
        }
    }

    [MethodImpl(Hot.Loop)]
    private string? WriteInteger(long value, CopyColumn column)
    {
        switch (column.Type.Kind)
        {
            case PgKind.BigInt:
                buffer.Int64(value);
                return null;
            case PgKind.Integer:
                if (value is < int.MinValue or > int.MaxValue) return "is beyond the range of integer";
                buffer.Int32((int)value);
                return null;
            case PgKind.SmallInt:
                if (value is < short.MinValue or > short.MaxValue) return "is beyond the range of smallint";
                buffer.Int16((short)value);
                return null;
            case PgKind.DoublePrecision:
                if (!IsExact(value)) return "is an integer that double precision cannot hold exactly";
                buffer.Float64(value);
                return null;
            case PgKind.Real:
                float single = value;
                if (!IsExact(value) || single != (double)value) return "is an integer that real cannot hold exactly";
                buffer.Float32(single);
                return null;
            case PgKind.Numeric:
                return WriteNumeric(PgNumeric.From(value), column.Type);
            case PgKind.Boolean:
                if (value is not (0 or 1)) return "is neither 0 nor 1";
                buffer.Boolean(value == 1);
                return null;
            case PgKind.TimestampTz or PgKind.Timestamp:
                if (!TimeUnits.TryInstant(value, column.Unit, out long instant)) return NotOfTheUnit(column);
                buffer.Int64(instant);
                return null;
            case PgKind.Text or PgKind.Varchar when column.Wide:
                Span<byte> digits = stackalloc byte[LongestNumber];
                value.TryFormat(digits, out int length, default, CultureInfo.InvariantCulture);
                return Fit(digits[..length], column.Type);
            default:
                return "is an integer";
        }
    }

    [MethodImpl(Hot.Loop)]
    private string? WriteReal(double value, CopyColumn column)
    {
        switch (column.Type.Kind)
        {
            case PgKind.DoublePrecision:
                buffer.Float64(value);
                return null;
            case PgKind.Real:
                if ((double)(float)value != value) return "is a number that real cannot hold exactly";
                buffer.Float32((float)value);
                return null;
            case PgKind.Numeric when IsWhole(value):
                // Beyond 2^53 its shortest form would be another integer than the one that it is.
                return WriteNumeric(PgNumeric.From((long)value), column.Type);
            case PgKind.Numeric:
                return PgNumeric.TryFrom(value, out PgNumeric number) ? WriteNumeric(number, column.Type) : "is infinite, or minus zero";
            case PgKind.BigInt or PgKind.Integer or PgKind.SmallInt:
                return IsWhole(value) ? WriteInteger((long)value, column) : NotAnInteger;
            case PgKind.TimestampTz or PgKind.Timestamp:
                if (!TimeUnits.TryInstant(value, column.Unit, out long instant)) return NotOfTheUnit(column);
                buffer.Int64(instant);
                return null;
            case PgKind.Text or PgKind.Varchar when column.Wide:
                Span<byte> digits = stackalloc byte[RealText.Longest];
                return Fit(digits[..RealText.Write(value, digits)], column.Type);
            default:
                return "is a number with a fraction";
        }
    }

    private static string NotOfTheUnit(CopyColumn column) => column.Unit == EmrTimeUnit.None
        ? "is a number, and no number was there when the plan was made"
        : string.Create(CultureInfo.InvariantCulture, $"is no exact point in time in {Unit(column.Unit)}, which the column counts");

    private static string Unit(EmrTimeUnit unit) => unit == EmrTimeUnit.JulianDays ? "Julian days" : unit.ToString().ToLowerInvariant();

    private string? WriteBlob(ReadOnlySpan<byte> blob, CopyColumn column)
    {
        if (column.Type.Kind != PgKind.Bytea) return "is a blob";
        buffer.Bytes(blob);
        return null;
    }

    private string? WriteNumeric(PgNumeric number, PgType type)
    {
        if (type.Length is { } precision && !number.Fits(precision, type.Scale ?? 0)) return $"does not fit {type} without rounding";
        number.Write(buffer.Field(number.ByteCount));
        return null;
    }

    private string? Fit(ReadOnlySpan<byte> text, PgType type) => TooLong(text, type) ?? Take(text);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private string? Take(ReadOnlySpan<byte> bytes)
    {
        buffer.Bytes(bytes);
        return null;
    }

    /// <summary>PostgreSQL keeps every text but those that hold U+0000 or are no UTF-8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static string? Unstorable(ReadOnlySpan<byte> text)
    {
        // Most texts are plain ASCII, which one look tells.
        int odd = text.IndexOfAnyExceptInRange((byte)1, (byte)0x7f);
        return odd < 0 ? null : UnstorableFrom(text, odd);
    }

    private static string? UnstorableFrom(ReadOnlySpan<byte> text, int from)
    {
        int nul = text[from..].IndexOf((byte)0) + from;
        if (nul >= from) return string.Create(CultureInfo.InvariantCulture, $"holds U+0000 at byte {nul}, which no text of PostgreSQL can");
        return Utf8.IsValid(text[from..]) ? null : string.Create(CultureInfo.InvariantCulture, $"is no UTF-8 from byte {FirstInvalid(text)} on");
    }

    private static int FirstInvalid(ReadOnlySpan<byte> text)
    {
        int at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out int used) == System.Buffers.OperationStatus.Done) at += used;
        return at;
    }

    private static string? TooLong(ReadOnlySpan<byte> text, PgType type)
    {
        bool pads = type.Kind == PgKind.Char;
        // char alone is char(1).
        if ((type.Length ?? (pads ? 1 : null)) is not { } most || (text.Length <= most && !pads)) return null;
        int characters = 0;
        foreach (byte b in text) characters += (b & 0xC0) == 0x80 ? 0 : 1;
        // A shorter one would be filled up with spaces.
        return characters == most || (characters < most && !pads) ? null : string.Create(CultureInfo.InvariantCulture, $"has {characters} characters, and {type} takes {most}");
    }

    private static bool IsExact(long value) => Math.Abs((double)value) < -(double)long.MinValue && (long)(double)value == value;

    /// <summary>Whether a real is an integer of 64 bits, and no minus zero. -2^63 is a double, 2^63 is one too, and too large.</summary>
    internal static bool IsWhole(double value) => double.IsInteger(value) && value is >= long.MinValue and < -(double)long.MinValue && !IsMinusZero(value);

    private static bool IsMinusZero(double value) => value == 0 && double.IsNegative(value);

    /// <summary>Whether a number reads back as it was written: no sign of plus, no zeros in front.</summary>
    private static bool IsPlain(ReadOnlySpan<byte> text, long value)
    {
        Span<byte> digits = stackalloc byte[LongestNumber];
        return value.TryFormat(digits, out int length, default, CultureInfo.InvariantCulture) && text.SequenceEqual(digits[..length]);
    }
}
