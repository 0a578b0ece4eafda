using System.Globalization;
using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Migration.Values;

namespace EmrSim.Core.Migration.Planning;

/// <summary>
/// What a declared type asks for. To SQLite it is a hint of any words (https://sqlite.org/datatype3.html); what it means is what other databases, and the libraries that write such
/// declarations, mean by it.
/// </summary>
internal static class DeclaredTypes
{
    // https://www.postgresql.org/docs/current/datatype-character.html and datatype-numeric.html
    private const int GreatestLength = 10_485_760;
    private const int GreatestPrecision = 1_000;

    private static readonly Dictionary<string, PgKind> s_semantic = new(StringComparer.OrdinalIgnoreCase)
    {
        ["DATETIME"] = PgKind.TimestampTz,
        ["DATETIME2"] = PgKind.TimestampTz,
        ["SMALLDATETIME"] = PgKind.TimestampTz,
        ["DATETIMEOFFSET"] = PgKind.TimestampTz,
        ["TIMESTAMP"] = PgKind.TimestampTz,
        ["TIMESTAMPTZ"] = PgKind.TimestampTz,
        ["TIMESTAMP WITH TIME ZONE"] = PgKind.TimestampTz,
        ["TIMESTAMP WITHOUT TIME ZONE"] = PgKind.Timestamp,
        ["DATE"] = PgKind.Date,
        ["TIME"] = PgKind.Time,
        ["TIME WITHOUT TIME ZONE"] = PgKind.Time,
        ["BOOLEAN"] = PgKind.Boolean,
        ["BOOL"] = PgKind.Boolean,
        ["JSON"] = PgKind.Json,
        ["JSONB"] = PgKind.Jsonb,
        ["UUID"] = PgKind.Uuid,
        ["GUID"] = PgKind.Uuid,
        ["UNIQUEIDENTIFIER"] = PgKind.Uuid,
        ["BYTEA"] = PgKind.Bytea,
        ["BYTE[]"] = PgKind.Bytea,
        ["BINARY"] = PgKind.Bytea,
        ["VARBINARY"] = PgKind.Bytea,
        ["IMAGE"] = PgKind.Bytea,
    };

    private static readonly HashSet<string> s_decimals = new(StringComparer.OrdinalIgnoreCase) { "NUMERIC", "DECIMAL", "DEC", "NUMBER", "MONEY" };

    private static readonly HashSet<string> s_characters = new(StringComparer.OrdinalIgnoreCase)
    {
        "VARCHAR", "CHARACTER VARYING", "CHAR VARYING", "VARYING CHARACTER", "NVARCHAR", "VARCHAR2", "NVARCHAR2", "CHAR", "CHARACTER", "NCHAR", "NATIVE CHARACTER", "BPCHAR",
    };

    /// <summary>The type that the declaration means beyond its affinity; null where it means no more than that.</summary>
    internal static PgType? Semantic(SourceColumn column)
    {
        (string name, int[] numbers) = Split(column.DeclaredType);
        if (s_semantic.TryGetValue(name, out PgKind kind)) return new PgType(kind);
        if (s_decimals.Contains(name)) return Decimal(numbers);
        return s_characters.Contains(name) && numbers is [> 0 and <= GreatestLength] ? new PgType(PgKind.Varchar, numbers[0]) : null;
    }

    /// <summary>The type that the affinity means; null where only what is stored can tell.</summary>
    internal static PgType? Plain(SourceColumn column)
    {
        (string name, _) = Split(column.DeclaredType);
        return column.Affinity switch
        {
            SqliteAffinity.Text => PgType.Text,
            // FLOATING POINT has the affinity of an integer, for the INT in POINT.
            SqliteAffinity.Integer => name.StartsWith("FLOAT", StringComparison.OrdinalIgnoreCase) ? PgType.DoublePrecision : PgType.BigInt,
            SqliteAffinity.Real => PgType.DoublePrecision,
            SqliteAffinity.Blob when name.Contains("BLOB", StringComparison.OrdinalIgnoreCase) => PgType.Bytea,
            _ => null,
        };
    }

    /// <summary>Whether the declaration is that of an exact decimal number.</summary>
    internal static bool IsDecimal(SourceColumn column) => s_decimals.Contains(Split(column.DeclaredType).Name);

    /// <summary>Whether it is TINYINT(1), which MySQL's libraries write for a boolean.</summary>
    internal static bool IsTinyBoolean(SourceColumn column) => Split(column.DeclaredType) is ("TINYINT", [1]);

    private static PgType Decimal(int[] numbers) => numbers switch
    {
        [> 0 and <= GreatestPrecision and var precision] => new PgType(PgKind.Numeric, precision, 0),
        [> 0 and <= GreatestPrecision and var precision, >= 0 and var scale] when scale <= precision => new PgType(PgKind.Numeric, precision, scale),
        _ => new PgType(PgKind.Numeric),
    };

    /// <summary>The words of a declaration in upper case with one space between them, and the numbers in its first parentheses.</summary>
    private static (string Name, int[] Numbers) Split(string declared)
    {
        string text = declared;
        var numbers = new List<int>();
        int open = text.IndexOf('(', StringComparison.Ordinal), close = open < 0 ? -1 : text.IndexOf(')', open);
        if (close > open)
        {
            foreach (string part in text[(open + 1)..close].Split(','))
            {
                if (int.TryParse(part.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int number)) numbers.Add(number);
            }

            text = text[..open] + " " + text[(close + 1)..];
        }

        return (string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToUpperInvariant(), [.. numbers]);
    }
}
