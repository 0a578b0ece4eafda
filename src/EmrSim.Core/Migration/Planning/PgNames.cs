using System.Text;

namespace EmrSim.Core.Migration.Planning;

/// <summary>What PostgreSQL says of names (https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS).</summary>
internal static class PgNames
{
    /// <summary>How long a name may be, in bytes of UTF-8: NAMEDATALEN less the zero at its end.</summary>
    internal const int Longest = 63;

    // The names of the columns that every table of PostgreSQL has; oid is one no more since PostgreSQL 12.
    private static readonly HashSet<string> s_system = new(StringComparer.Ordinal) { "ctid", "xmin", "xmax", "cmin", "cmax", "tableoid" };

    // Those that are no name of a column or a table without quotes: https://www.postgresql.org/docs/current/sql-keywords-appendix.html
    private static readonly HashSet<string> s_reserved = new(
        ("all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column concurrently constraint create cross " +
         "current_catalog current_date current_role current_schema current_time current_timestamp current_user default deferrable desc distinct do else end except false " +
         "fetch for foreign freeze from full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit localtime " +
         "localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references returning right select session_user similar some " +
         "symmetric system_user table tablesample then to trailing true union unique user using variadic verbose when where window with").Split(' '),
        StringComparer.Ordinal);

    /// <summary>The types that PostgreSQL finds by its search path, where a table of the same name would be found before them.</summary>
    internal static IReadOnlySet<string> TypesByName { get; } =
        new HashSet<string>(StringComparer.Ordinal) { "text", "timestamptz", "bytea", "date", "json", "jsonb", "uuid" };

    /// <summary>Whether a column cannot have this name.</summary>
    internal static bool IsSystemColumn(string name) => s_system.Contains(name);

    /// <summary>Whether a name must be quoted wherever it is written: PostgreSQL folds others to lower case.</summary>
    internal static bool NeedsQuotes(string name) =>
        s_reserved.Contains(name) || name.Length == 0 || name[0] is >= '0' and <= '9' or '$' || !name.All(static c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '_' or '$');

    /// <summary>Whether PostgreSQL bears a name as it is.</summary>
    internal static bool Fits(string name) => name.Length > 0 && !name.Contains('\0') && Encoding.UTF8.GetByteCount(name) <= Longest;

    /// <summary>The beginning of a name that has at most so many bytes, cut between code points as PostgreSQL itself does.</summary>
    internal static string Cut(string name, int bytes)
    {
        int used = 0, length = 0;
        foreach (Rune rune in name.EnumerateRunes())
        {
            used += rune.Utf8SequenceLength;
            if (used > bytes) break;
            length += rune.Utf16SequenceLength;
        }

        return name[..length];
    }
}
