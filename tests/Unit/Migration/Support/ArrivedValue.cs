using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;

namespace EmrSim.Tests.Migration;

/// <summary>A value as PostgreSQL shows it, and whether it is one that SQLite stored. It knows nothing of EmrSim.</summary>
/// <param name="Type">The name of its type.</param>
/// <param name="Text">The value, with ISO dates and in UTC; null for NULL.</param>
internal sealed record ArrivedValue(string Type, string? Text)
{
    private const double UnixEpochAsJulianDay = 2440587.5;
    private const double SecondsPerDay = 86400;

    /// <summary>Whether it is what was stored: a long, a double, a string, bytes, or null.</summary>
    internal bool Is(object? stored) => (stored, Text) switch
    {
        (null, _) => Text is null,
        (_, null) => false,
        _ => Type switch
        {
            "bigint" or "integer" or "smallint" => IsInteger(stored, long.Parse(Text, CultureInfo.InvariantCulture)),
            "double precision" or "real" => IsDouble(stored, Double(Text)),
            "text" or "character varying" or "character" => stored is double d ? IsSame(Double(Text), d) : string.Equals(Convert.ToString(stored, CultureInfo.InvariantCulture), Text, StringComparison.Ordinal) && stored is not byte[],
            // A text that is no UTF-8 is not seen here as it is, but with what stands for the bytes that are none.
            "bytea" => Convert.FromHexString(Text[2..]) is var bytes && (stored is byte[] blob ? bytes.SequenceEqual(blob) : stored is string text && text == Encoding.UTF8.GetString(bytes)),
            "numeric" => Normal(Text) == Normal(stored is double d ? Decimals(d) : Convert.ToString(stored, CultureInfo.InvariantCulture)!),
            "boolean" => stored is long n ? n == (Text == "true" ? 1 : 0) : stored is string word && (Text == "true" ? word is "true" : word is "f"),
            "date" => stored is string date && date == Text,
            "time without time zone" => stored is string time && TimeSpan.Parse(time, CultureInfo.InvariantCulture) == TimeSpan.Parse(Text, CultureInfo.InvariantCulture),
            "timestamp with time zone" or "timestamp without time zone" => IsInstant(stored, Instant(Text)),
            "uuid" => stored is string uuid && uuid.Trim('{', '}').Equals(Text, StringComparison.OrdinalIgnoreCase),
            "json" => stored is string json && json == Text,
            "jsonb" => stored is string document && JsonNode.DeepEquals(JsonNode.Parse(document), JsonNode.Parse(Text)),
            _ => throw new InvalidOperationException($"The oracle knows no {Type}."),
        },
    };

    private static bool IsInteger(object stored, long arrived) => stored switch
    {
        long n => n == arrived,
        double d => d == arrived && (long)d == arrived,
        string s => s == arrived.ToString(CultureInfo.InvariantCulture),
        _ => false,
    };

    private static bool IsDouble(object stored, double arrived) => stored switch
    {
        long n => n == arrived && (Int128)arrived == n,
        double d => IsSame(d, arrived),
        _ => false,
    };

    private static bool IsSame(double one, double other) => BitConverter.DoubleToInt64Bits(one) == BitConverter.DoubleToInt64Bits(other);

    private static bool IsInstant(object stored, DateTimeOffset arrived) => stored switch
    {
        string s => Instant(s) == arrived,
        long n => arrived.ToUnixTimeSeconds() == n || arrived.ToUnixTimeMilliseconds() == n,
        double d => Math.Abs(((d - UnixEpochAsJulianDay) * SecondsPerDay) - arrived.ToUnixTimeMilliseconds() / 1000.0) < 0.001 || Math.Abs(d - arrived.ToUnixTimeMilliseconds() / 1000.0) < 0.001,
        _ => false,
    };

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static double Double(string text) => text switch
    {
        // As SQLite shows it where a number became text.
        "Infinity" or "Inf" => double.PositiveInfinity,
        "-Infinity" or "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    private static string Decimals(double value) => double.IsInteger(value) && Math.Abs(value) < 9.3e18 ? new BigInteger(value).ToString(CultureInfo.InvariantCulture) : value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A decimal number as its digits and the power of ten of the last one.</summary>
    private static (BigInteger Digits, int Exponent) Normal(string number)
    {
        string[] parts = number.ToUpperInvariant().Split('E');
        int exponent = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
        int point = parts[0].IndexOf('.', StringComparison.Ordinal);
        if (point >= 0) exponent -= parts[0].Length - point - 1;
        var digits = BigInteger.Parse(parts[0].Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        while (!digits.IsZero && digits % 10 == 0)
        {
            digits /= 10;
            exponent++;
        }

        return (digits, digits.IsZero ? 0 : exponent);
    }
}
