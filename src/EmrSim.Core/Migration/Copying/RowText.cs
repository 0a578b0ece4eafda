using System.Globalization;
using System.Text;
using EmrSim.Core.Sqlite;
using SQLitePCL;

namespace EmrSim.Core.Migration.Copying;

/// <summary>A value as messages show it: one line, not too long.</summary>
internal static class RowText
{
    private const int Shown = 60;
    private const int ShownBytes = 16;

    /// <summary>A text as it is, a number, <c>x'…'</c> or NULL.</summary>
    internal static string Of(StatementRow row, int column) => row.Type(column) switch
    {
        raw.SQLITE_NULL => "NULL",
        raw.SQLITE_INTEGER => row.Integer(column).ToString(CultureInfo.InvariantCulture),
        raw.SQLITE_FLOAT => row.Real(column).ToString("R", CultureInfo.InvariantCulture),
        raw.SQLITE_TEXT => Line(row.Text(column)),
        _ => Hexadecimal(row.Bytes(column)),
    };

    private static string Line(ReadOnlySpan<byte> text)
    {
        string all = Encoding.UTF8.GetString(text.Length > Shown * 4 ? text[..(Shown * 4)] : text);
        string shown = string.Concat(all.EnumerateRunes().Take(Shown).Select(r => Rune.IsControl(r) ? "·" : r.ToString()));
        return shown.Length < all.Length || text.Length > Shown * 4 ? shown + "…" : shown;
    }

    private static string Hexadecimal(ReadOnlySpan<byte> bytes) =>
        bytes.Length <= ShownBytes ? $"x'{Convert.ToHexString(bytes)}'" : string.Create(CultureInfo.InvariantCulture, $"x'{Convert.ToHexString(bytes[..ShownBytes])}…' ({bytes.Length} bytes)");
}
