using System.Buffers.Text;
using System.Runtime.CompilerServices;
using EmrSim.Core.Migration.Values;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Migration.Profiling;

/// <summary>Shapes as a set of bits.</summary>
[Flags]
internal enum TextShapeSet
{
    None = 0,
    Date = 1 << TextShape.Date,
    LocalTimestamp = 1 << TextShape.LocalTimestamp,
    ZonedTimestamp = 1 << TextShape.ZonedTimestamp,
    FineTimestamp = 1 << TextShape.FineTimestamp,
    Time = 1 << TextShape.Time,
    Boolean = 1 << TextShape.Boolean,
    Json = 1 << TextShape.Json,
    Uuid = 1 << TextShape.Uuid,
    Integer = 1 << TextShape.Integer,
    Decimal = 1 << TextShape.Decimal,
    Instant = Date | LocalTimestamp | ZonedTimestamp,
}

/// <summary>Finds the shapes of a text. Its length and its first bytes rule out all but one of them before any is tried, so most texts cost next to nothing. JSON is not looked at here.</summary>
internal static class TextShapes
{
    internal const int Count = (int)TextShape.Decimal + 1;

    private const int LongestNumber = 400;
    private const int LongestWord = 5;
    private const int LongestTime = 64;
    private const int DateLength = 10;
    private const int LongestInteger = 20;

    /// <summary>The shapes of a text.</summary>
    [MethodImpl(Hot.Loop)]
    internal static TextShapeSet Of(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text.Length > LongestNumber) return TextShapeSet.None;
        byte first = text[0];
        if (text.Length == UuidText.Length && text[8] == '-') return OfUuid(text);
        if (first is >= (byte)'0' and <= (byte)'9')
        {
            if (text.Length >= DateLength && text[4] == '-') return text.Length <= LongestTime ? OfInstant(text) : TextShapeSet.None;
            return text.Length > 2 && text[2] == ':' ? OfTime(text) : OfNumber(text);
        }

        if (first is (byte)'-' or (byte)'+' or (byte)'.') return OfNumber(text);
        return text.Length <= LongestWord && BooleanText.TryParse(text, out _) ? TextShapeSet.Boolean : TextShapeSet.None;
    }

    private static TextShapeSet OfUuid(ReadOnlySpan<byte> text)
    {
        Span<byte> bytes = stackalloc byte[16];
        return UuidText.TryParse(text, bytes) ? TextShapeSet.Uuid : TextShapeSet.None;
    }

    private static TextShapeSet OfInstant(ReadOnlySpan<byte> text)
    {
        if (!TimeText.TryInstant(text, out _, out bool zoned, out bool fine)) return TextShapeSet.None;
        TextShapeSet shape = text.Length == DateLength ? TextShapeSet.Date : zoned ? TextShapeSet.ZonedTimestamp : TextShapeSet.LocalTimestamp;
        return fine ? shape | TextShapeSet.FineTimestamp : shape;
    }

    private static TextShapeSet OfTime(ReadOnlySpan<byte> text)
    {
        if (!TimeText.TryTime(text, out _, out bool fine)) return TextShapeSet.None;
        return fine ? TextShapeSet.Time | TextShapeSet.FineTimestamp : TextShapeSet.Time;
    }

    private static TextShapeSet OfNumber(ReadOnlySpan<byte> text)
    {
        if (IsPlainInteger(text)) return TextShapeSet.Integer;
        return DecimalText.TryParse(text, out _) ? TextShapeSet.Decimal : TextShapeSet.None;
    }

    /// <summary>Whether a text is an integer that reads back as it is written.</summary>
    internal static bool IsPlainInteger(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > LongestInteger || !Utf8Parser.TryParse(text, out long _, out int used) || used != text.Length) return false;
        int sign = text[0] == '-' ? 1 : 0;
        return text[0] != '+' && (text[sign] != '0' || text.Length == 1);
    }
}
