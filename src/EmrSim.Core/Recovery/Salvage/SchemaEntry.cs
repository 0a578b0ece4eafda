using System.Text;

namespace EmrSim.Core.Recovery.Salvage;

/// <summary>A row of the schema table.</summary>
/// <param name="Type">table, index, view or trigger.</param>
/// <param name="Name">Its name.</param>
/// <param name="Table">The table it belongs to.</param>
/// <param name="Root">Where its tree begins; 0 where it has none.</param>
/// <param name="Sql">The statement that made it; null for an index that belongs to a constraint.</param>
internal sealed record SchemaEntry(string Type, string Name, string Table, uint Root, string? Sql)
{
    internal const int Fields = 5;

    // 'trigger' in UTF-16, which lies on the record's own page however small that is.
    private const int LongestType = 14;

    private static readonly string[] s_types = ["table", "index", "view", "trigger"];

    /// <summary>Whether it is a virtual table, which has rows only in tables of its module's.</summary>
    internal bool IsVirtual => Type == "table" && Sql is not null && Sql.StartsWith("CREATE VIRTUAL", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it is a table with a tree.</summary>
    internal bool IsTable => Type == "table" && !IsVirtual;

    /// <summary>Reads one; null where the row is none of a schema.</summary>
    internal static SchemaEntry? Read(SalvageRecord record, SqliteEncoding encoding)
    {
        if (record.Count != Fields || !record.IsText(0) || !record.IsText(1) || !record.IsText(2)) return null;
        if (!(record.IsText(4) || record.IsNull(4)) || !(record.IsInteger(3) || record.IsNull(3))) return null;
        string type = Text(record, 0, encoding);
        if (!s_types.Contains(type, StringComparer.Ordinal)) return null;
        long root = record.IsNull(3) ? 0 : record.Integer(3);
        string? sql = record.IsNull(4) ? null : Text(record, 4, encoding);
        bool plausible = root is >= 0 and <= uint.MaxValue && (sql is null ? type == "index" : sql.StartsWith("CREATE ", StringComparison.OrdinalIgnoreCase));
        return plausible ? new SchemaEntry(type, Text(record, 1, encoding), Text(record, 2, encoding), (uint)root, sql) : null;
    }

    /// <summary>Whether a record is a row of a schema, as far as its beginning tells: a long statement goes on elsewhere.</summary>
    internal static bool LooksLikeOne(SalvageRecord record, SqliteEncoding encoding) =>
        record.Count == Fields && record.IsText(0) && record.IsText(1) && record.IsText(2) && (record.IsText(4) || record.IsNull(4)) &&
        (record.IsInteger(3) || record.IsNull(3)) && record.LengthOf(0) <= LongestType && s_types.Contains(Text(record, 0, encoding), StringComparer.Ordinal);

    /// <summary>A value as a string.</summary>
    internal static string Text(SalvageRecord record, int field, SqliteEncoding encoding) => (encoding switch
    {
        SqliteEncoding.Utf16Le => Encoding.Unicode,
        SqliteEncoding.Utf16Be => Encoding.BigEndianUnicode,
        _ => Encoding.UTF8,
    }).GetString(record.Bytes(field));
}
