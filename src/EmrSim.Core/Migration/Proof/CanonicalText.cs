using System.Globalization;
using System.Text;
using EmrSim.Core.Migration.Values;

namespace EmrSim.Core.Migration.Proof;

/// <summary>Shows canonical values to people.</summary>
internal static class CanonicalText
{
    // What is longer is shown around the place where it differs.
    private const int MostText = 120;
    private const int MostBytes = 40;
    private const int Before = 40;
    private const int KeyLength = 64;

    private static readonly DateTime s_epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Two values that differ, so that it can be seen in what.</summary>
    internal static (string? Left, string? Right) Pair(SampledValue left, SampledValue right)
    {
        int from = CommonLength(left.Bytes, right.Bytes);
        (string? shownLeft, string? shownRight) = (Show(left.Bytes, from), Show(right.Bytes, from));
        if (shownLeft != shownRight) return (shownLeft, shownRight);
        return (CanonicalTag)left.Bytes[0] == (CanonicalTag)right.Bytes[0]
            // Bytes that are no text, or a difference beyond what is kept.
            ? ($"{shownLeft} (digest {left.Hash:x32})", $"{shownRight} (digest {right.Hash:x32})")
            : ($"{shownLeft} ({Name(left.Bytes)})", $"{shownRight} ({Name(right.Bytes)})");
    }

    /// <summary>A value within a key.</summary>
    internal static string Key(ReadOnlySpan<byte> value)
    {
        string shown = Show(value, 0) ?? "NULL";
        return shown.Length <= KeyLength ? shown : string.Concat(shown.AsSpan(0, char.IsHighSurrogate(shown[KeyLength - 1]) ? KeyLength - 1 : KeyLength), "…");
    }

    /// <summary>A value, of a long one what stands around a place; null for NULL.</summary>
    internal static string? Show(ReadOnlySpan<byte> value, int from)
    {
        switch ((CanonicalTag)value[0])
        {
            case CanonicalTag.Null:
                return null;
            case CanonicalTag.True:
                return "true";
            case CanonicalTag.False:
                return "false";
            case CanonicalTag.Integer:
                return CanonicalRow.Number(value).ToString(CultureInfo.InvariantCulture);
            case CanonicalTag.Real:
                return BitConverter.Int64BitsToDouble(CanonicalRow.Number(value)).ToString("R", CultureInfo.InvariantCulture);
            case CanonicalTag.Instant:
                return Instant(CanonicalRow.Number(value));
            case CanonicalTag.Date:
                return Date(CanonicalRow.Number(value));
            case CanonicalTag.Time:
                return Time(CanonicalRow.Number(value));
        }

        ReadOnlySpan<byte> content = CanonicalRow.Content(value, out long length);
        int at = from - (value.Length - content.Length);
        return (CanonicalTag)value[0] switch
        {
            CanonicalTag.Uuid => new Guid(content, bigEndian: true).ToString(),
            CanonicalTag.Decimal => Decimal(content),
            CanonicalTag.Blob => Bytes(content, length, at),
            CanonicalTag.BrokenText => "broken UTF-16 " + Bytes(content, length, at),
            _ => Text(content, length, at),
        };
    }

    private static string Name(byte[] value) => (CanonicalTag)value[0] switch
    {
        CanonicalTag.Integer => "integer",
        CanonicalTag.Real => "real",
        CanonicalTag.Decimal => "numeric",
        CanonicalTag.Text => "text",
        CanonicalTag.Blob => "blob",
        CanonicalTag.True or CanonicalTag.False => "boolean",
        CanonicalTag.Instant => "timestamp",
        CanonicalTag.Date => "date",
        CanonicalTag.Time => "time",
        CanonicalTag.Uuid => "uuid",
        CanonicalTag.Json => "json",
        _ => "broken text",
    };

    private static string Text(ReadOnlySpan<byte> content, long length, int at)
    {
        // No text of so many bytes has more letters.
        if (length <= MostText && content.Length == length) return Encoding.UTF8.GetString(content);
        (int start, int end) = Window(content.Length, at, MostText);
        while (start > 0 && IsContinuation(content[start])) start--;
        while (end < content.Length && end > start + 1 && IsContinuation(content[end])) end--;
        string shown = Encoding.UTF8.GetString(content[start..end]);
        return string.Create(CultureInfo.InvariantCulture, $"{(start > 0 ? "…" : "")}{shown}{(end < length ? "…" : "")} ({length} bytes)");
    }

    private static string Bytes(ReadOnlySpan<byte> content, long length, int at)
    {
        if (length <= MostBytes && content.Length == length) return $"x'{Convert.ToHexString(content).ToLowerInvariant()}'";
        (int start, int end) = Window(content.Length, at, MostBytes);
        string shown = Convert.ToHexString(content[start..end]).ToLowerInvariant();
        return string.Create(CultureInfo.InvariantCulture, $"x'{(start > 0 ? "…" : "")}{shown}{(end < length ? "…" : "")}' ({length} bytes, from {start})");
    }

    private static (int Start, int End) Window(int length, int at, int most)
    {
        int start = Math.Clamp(at - Before, 0, Math.Max(0, length - most));
        return (start, Math.Min(length, start + most));
    }

    private static bool IsContinuation(byte letter) => (letter & 0xC0) == 0x80;

    private static string Instant(long micros) => micros switch
    {
        long.MinValue => "-infinity",
        long.MaxValue => "infinity",
        _ => ToDateTime(micros) is { } time
            ? time.ToString(micros % TimeText.Second == 0 ? "yyyy-MM-dd HH:mm:ss'Z'" : "yyyy-MM-dd HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{micros} microseconds since 2000-01-01"),
    };

    private static string Date(long days) => days switch
    {
        int.MinValue => "-infinity",
        int.MaxValue => "infinity",
        _ => Math.Abs(days) < 1_000_000_000 && ToDateTime((Int128)days * TimeText.Day) is { } date
            ? date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{days} days since 2000-01-01"),
    };

    // 24:00:00 is a time to PostgreSQL.
    private static string Time(long micros) => string.Create(
        CultureInfo.InvariantCulture,
        $"{micros / TimeText.Hour:00}:{micros / TimeText.Minute % 60:00}:{micros / TimeText.Second % 60:00}{(micros % TimeText.Second == 0 ? "" : $".{micros % TimeText.Second:000000}")}");

    private static DateTime? ToDateTime(Int128 micros)
    {
        Int128 ticks = (micros * TimeSpan.TicksPerMicrosecond) + s_epoch.Ticks;
        return ticks >= DateTime.MinValue.Ticks && ticks <= DateTime.MaxValue.Ticks ? new DateTime((long)ticks, DateTimeKind.Utc) : null;
    }

    private static string Decimal(ReadOnlySpan<byte> content)
    {
        string sign = content[0] == 1 ? "-" : "";
        int exponent = System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(content[1..]);
        string digits = Encoding.ASCII.GetString(content[(1 + sizeof(int))..]);
        int point = digits.Length + exponent;
        if (exponent >= 0 || point <= 0 || digits.Length > MostText) return string.Create(CultureInfo.InvariantCulture, $"{sign}{digits}e{exponent}");
        return $"{sign}{digits[..point]}.{digits[point..]}";
    }

    private static int CommonLength(byte[] left, byte[] right) => left.AsSpan().CommonPrefixLength(right);
}
