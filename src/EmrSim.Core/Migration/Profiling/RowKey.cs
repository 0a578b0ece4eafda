using System.Globalization;
using System.Text;
using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Sqlite;
using SQLitePCL;

namespace EmrSim.Core.Migration.Profiling;

/// <summary>Names a row by its primary key, or by its rowid where it has none, for a message.</summary>
internal sealed class RowKey
{
    private const int Shown = 60;
    private const int ShownBytes = 16;
    private static readonly string[] s_rowidNames = ["rowid", "_rowid_", "oid"];

    private readonly (string Name, int Column)[] _columns;

    /// <param name="table">The table, whose columns are the first ones of the statement.</param>
    internal RowKey(SourceTable table)
    {
        // A column may bear one of the rowid's names, which then means the column.
        Rowid = table.WithoutRowid ? null : s_rowidNames.FirstOrDefault(n => table.Column(n) is null || n.Equals(table.RowidAlias, StringComparison.OrdinalIgnoreCase));
        List<string> names = [.. table.Columns.Select(c => c.Name)];
        _columns =
        [
            .. (table.PrimaryKey?.Columns ?? []).Where(c => c.Column is not null)
                .Select(c => (c.Column!, names.FindIndex(n => n.Equals(c.Column, StringComparison.OrdinalIgnoreCase)))).Where(c => c.Item2 >= 0),
        ];
        if (_columns.Length > 0) return;
        IsRowid = Rowid is not null;
        _columns = IsRowid ? [("rowid", table.Columns.Count)] : [];
    }

    /// <summary>A name that means the rowid; null where it has none.</summary>
    internal string? Rowid { get; }

    /// <summary>Whether the statement is to give the rowid behind the table's columns.</summary>
    internal bool IsRowid { get; }

    /// <summary>The current row.</summary>
    internal string Of(StatementRow row) => _columns.Length == 0 ? "a row" : string.Join(", ", _columns.Select(c => $"{c.Name}={Value(row, c.Column)}"));

    /// <summary>A value in one line, and not too long.</summary>
    internal static string Value(StatementRow row, int column) => row.Type(column) switch
    {
        raw.SQLITE_NULL => "NULL",
        raw.SQLITE_INTEGER => row.Integer(column).ToString(CultureInfo.InvariantCulture),
        raw.SQLITE_FLOAT => row.Real(column).ToString("R", CultureInfo.InvariantCulture),
        raw.SQLITE_TEXT => Line(row.Text(column)),
        _ => Hexadecimal(row.Bytes(column)),
    };

    private static string Line(ReadOnlySpan<byte> text)
    {
        bool cut = text.Length > Shown * 4;
        Rune[] all = [.. Encoding.UTF8.GetString(cut ? text[..(Shown * 4)] : text).EnumerateRunes()];
        string shown = string.Concat(all.Take(Shown).Select(r => Rune.IsControl(r) ? "·" : r.ToString()));
        return $"'{shown}{(cut || all.Length > Shown ? "…" : "")}'";
    }

    private static string Hexadecimal(ReadOnlySpan<byte> bytes) => bytes.Length <= ShownBytes
        ? $"x'{Convert.ToHexString(bytes)}'"
        : string.Create(CultureInfo.InvariantCulture, $"x'{Convert.ToHexString(bytes[..ShownBytes])}…' ({bytes.Length} bytes)");
}
