using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;
using EmrSim.Core.Migration.Values;

namespace EmrSim.Core.Migration.Proof;

/// <summary>Appends values to a canonical row as the kind of their column asks for. What a kind cannot read is appended as it is stored.</summary>
/// <param name="row">The row.</param>
internal sealed class CanonicalValues(CanonicalRow row)
{
    private const long MostDays = long.MaxValue / TimeText.Day;

    private readonly DecimalDigits _digits = new();
    private readonly CanonicalJson _json = new();

    internal CanonicalRow Row => row;

    [MethodImpl(Sqlite.Hot.Loop)]
    internal void Text(ReadOnlySpan<byte> text, ComparisonKind kind)
    {
        switch (kind)
        {
            // PostgreSQL keeps microseconds: what is finer is lost, and so is no equal.
            case ComparisonKind.Instant when TimeText.TryInstant(text, out long micros, out _, out bool fine) && !fine:
                row.Instant(micros);
                break;
            case ComparisonKind.Date when TimeText.TryDate(text, out int days):
                row.Date(days);
                break;
            case ComparisonKind.Time when TimeText.TryTime(text, out long micros, out bool fine) && !fine:
                row.Time(micros);
                break;
            case ComparisonKind.Boolean when BooleanText.TryParse(text, out bool value):
                row.Boolean(value);
                break;
            case ComparisonKind.Number when _digits.TryRead(text):
                _digits.AppendTo(row);
                break;
            case ComparisonKind.Integer when TryInteger(text, out long whole):
                row.Integer(whole);
                break;
            case ComparisonKind.Json when _json.TryWrite(text):
                row.Variable(CanonicalTag.Json, _json.Bytes);
                break;
            case ComparisonKind.Bytes:
                row.Blob(text);
                break;
            case ComparisonKind.Uuid:
                Uuid(text);
                break;
            default:
                row.Text(text);
                break;
        }
    }

    internal void Integer(long value, ComparisonKind kind, EmrTimeUnit unit)
    {
        switch (kind)
        {
            case ComparisonKind.Instant when TimeUnits.TryInstant(value, unit, out long micros):
                row.Instant(micros);
                break;
            case ComparisonKind.Date when TimeUnits.TryInstant(value, unit, out long micros) && micros % TimeText.Day == 0:
                row.Date((int)(micros / TimeText.Day));
                break;
            case ComparisonKind.Boolean when value is 0 or 1:
                row.Boolean(value == 1);
                break;
            case ComparisonKind.Json when _json.TryWrite(value):
                row.Variable(CanonicalTag.Json, _json.Bytes);
                break;
            case ComparisonKind.Text:
                Span<byte> text = stackalloc byte[RealText.Longest];
                value.TryFormat(text, out int length, default, CultureInfo.InvariantCulture);
                row.Text(text[..length]);
                break;
            default:
                row.Integer(value);
                break;
        }
    }

    internal void Real(double value, ComparisonKind kind, EmrTimeUnit unit)
    {
        switch (kind)
        {
            case ComparisonKind.Instant when TimeUnits.TryInstant(value, unit, out long micros):
                row.Instant(micros);
                break;
            case ComparisonKind.Date when TimeUnits.TryInstant(value, unit, out long micros) && micros % TimeText.Day == 0:
                row.Date((int)(micros / TimeText.Day));
                break;
            case ComparisonKind.Boolean when value is 0 or 1:
                row.Boolean(value == 1);
                break;
            case ComparisonKind.Json when _json.TryWrite(value):
                row.Variable(CanonicalTag.Json, _json.Bytes);
                break;
            case ComparisonKind.Text:
                // SQLite's own cast keeps 15 digits, so that neighbours could not be told apart.
                Span<byte> text = stackalloc byte[RealText.Longest];
                row.Text(text[..RealText.Write(value, text)]);
                break;
            default:
                row.Real(value);
                break;
        }
    }

    /// <summary>A numeric of PostgreSQL.</summary>
    internal void Numeric(ReadOnlySpan<byte> field)
    {
        if (_digits.TryRead(field, out double special)) _digits.AppendTo(row);
        else row.Real(special);
    }

    /// <summary>A day, beside instants or beside days.</summary>
    internal void Date(int days, ComparisonKind kind)
    {
        // The least and the greatest are -infinity and infinity (DATEVAL_NOBEGIN and DATEVAL_NOEND in utils/date.h), of timestamps too.
        // Dates go on to the year 5874897, at which there are no timestamps.
        if (kind != ComparisonKind.Instant || (Math.Abs((long)days) > MostDays && days is not (int.MinValue or int.MaxValue))) row.Date(days);
        else row.Instant(days switch { int.MinValue => long.MinValue, int.MaxValue => long.MaxValue, _ => days * TimeText.Day });
    }

    // Without a plus and zeros in front, so that nothing is lost.
    private static bool TryInteger(ReadOnlySpan<byte> text, out long value)
    {
        Span<byte> plain = stackalloc byte[RealText.Longest];
        return Utf8Parser.TryParse(text, out value, out int used) && used == text.Length
            && value.TryFormat(plain, out int length, default, CultureInfo.InvariantCulture) && text.SequenceEqual(plain[..length]);
    }

    private void Uuid(ReadOnlySpan<byte> text)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (UuidText.TryParse(text, bytes)) row.Uuid(bytes);
        else row.Text(text);
    }
}
