using System.Globalization;

namespace EmrSim.Core.Migration.Values;

/// <summary>A type of PostgreSQL.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Length">The length of varchar and char, the precision of numeric; null where it has none.</param>
/// <param name="Scale">The scale of numeric; null where it has none.</param>
internal sealed record PgType(PgKind Kind, int? Length = null, int? Scale = null)
{
    internal static PgType Text { get; } = new(PgKind.Text);

    internal static PgType BigInt { get; } = new(PgKind.BigInt);

    internal static PgType DoublePrecision { get; } = new(PgKind.DoublePrecision);

    internal static PgType Bytea { get; } = new(PgKind.Bytea);

    private static readonly (string Name, PgKind Kind)[] s_names =
    [
        // The first name of a kind is the one that is written; all are read. https://www.postgresql.org/docs/current/datatype.html
        ("text", PgKind.Text), ("varchar", PgKind.Varchar), ("character varying", PgKind.Varchar), ("char", PgKind.Char), ("character", PgKind.Char),
        ("bpchar", PgKind.Char), ("smallint", PgKind.SmallInt), ("int2", PgKind.SmallInt), ("integer", PgKind.Integer), ("int", PgKind.Integer),
        ("int4", PgKind.Integer), ("bigint", PgKind.BigInt), ("int8", PgKind.BigInt), ("real", PgKind.Real), ("float4", PgKind.Real),
        ("double precision", PgKind.DoublePrecision), ("float8", PgKind.DoublePrecision), ("numeric", PgKind.Numeric), ("decimal", PgKind.Numeric),
        ("boolean", PgKind.Boolean), ("bool", PgKind.Boolean), ("bytea", PgKind.Bytea), ("date", PgKind.Date), ("time", PgKind.Time),
        ("time without time zone", PgKind.Time), ("timestamp", PgKind.Timestamp), ("timestamp without time zone", PgKind.Timestamp),
        ("timestamptz", PgKind.TimestampTz), ("timestamp with time zone", PgKind.TimestampTz), ("json", PgKind.Json), ("jsonb", PgKind.Jsonb), ("uuid", PgKind.Uuid),
    ];

    /// <summary>Reads a type as SQL writes it; null where it is none of those known here.</summary>
    internal static PgType? Parse(string sql)
    {
        string text = sql.Trim();
        int open = text.IndexOf('(', StringComparison.Ordinal);
        string name = (open < 0 ? text : text[..open]).Trim();
        int known = Array.FindIndex(s_names, n => n.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (known < 0) return null;
        PgKind kind = s_names[known].Kind;
        if (open < 0) return new PgType(kind);
        if (text[^1] != ')') return null;
        string[] parts = text[(open + 1)..^1].Split(',');
        var numbers = new List<int>();
        foreach (string part in parts)
        {
            if (!int.TryParse(part.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int number)) return null;
            numbers.Add(number);
        }

        return (kind, numbers.Count) switch
        {
            (PgKind.Varchar or PgKind.Char, 1) when numbers[0] > 0 => new PgType(kind, numbers[0]),
            (PgKind.Numeric, 1) when numbers[0] > 0 => new PgType(kind, numbers[0], 0),
            (PgKind.Numeric, 2) when numbers[0] > 0 && numbers[1] <= numbers[0] => new PgType(kind, numbers[0], numbers[1]),
            _ => null,
        };
    }

    /// <summary>
    /// The type as an expression writes it, whatever the search path finds first: a table makes a type of its name. The other names are words of PostgreSQL's grammar,
    /// which mean its own types always (https://www.postgresql.org/docs/current/sql-keywords-appendix.html).
    /// </summary>
    internal string Qualified => Kind is PgKind.Text or PgKind.TimestampTz or PgKind.Bytea or PgKind.Date or PgKind.Json or PgKind.Jsonb or PgKind.Uuid ? $"pg_catalog.{this}" : ToString();

    /// <summary>The type as SQL writes it.</summary>
    public override string ToString()
    {
        string name = Array.Find(s_names, n => n.Kind == Kind).Name;
        return (Length, Scale) switch
        {
            (null, _) => name,
            ({ } length, null) => string.Create(CultureInfo.InvariantCulture, $"{name}({length})"),
            ({ } length, { } scale) => string.Create(CultureInfo.InvariantCulture, $"{name}({length},{scale})"),
        };
    }
}
