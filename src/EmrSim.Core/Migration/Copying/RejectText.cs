using System.Globalization;
using System.Text;
using System.Text.Unicode;
using EmrSim.Core.Migration.Values;
using EmrSim.Core.Postgres;
using EmrSim.Core.Sqlite;
using SQLitePCL;

namespace EmrSim.Core.Migration.Copying;

/// <summary>
/// The values of a row as SQL. Those that fit are literals without a type, which PostgreSQL reads as one of their column's; those that do not fit call a function that is not there, since
/// PostgreSQL would round some of them and cut others.
/// </summary>
/// <param name="row">The row.</param>
/// <param name="columns">Its columns.</param>
/// <param name="misfits">What does not fit.</param>
internal sealed class RejectText(StatementRow row, IReadOnlyList<CopyColumn> columns, IReadOnlyList<Misfit> misfits)
{
    private static readonly DateTime s_epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>All of them.</summary>
    internal string All() => string.Join(", ", Enumerable.Range(0, columns.Count).Select(Of));

    /// <summary>One of them.</summary>
    internal string Of(int column) => misfits.Any(m => m.Column == column) ? $"correct_this({Raw(column)})" : Fitting(column, columns[column]);

    private string Fitting(int index, CopyColumn column) => row.Type(index) switch
    {
        raw.SQLITE_NULL => "NULL",
        raw.SQLITE_INTEGER when IsInstant(column) && TimeUnits.TryInstant(row.Integer(index), column.Unit, out long micros) => Instant(micros),
        raw.SQLITE_FLOAT when IsInstant(column) && TimeUnits.TryInstant(row.Real(index), column.Unit, out long micros) => Instant(micros),
        raw.SQLITE_INTEGER => $"'{row.Integer(index).ToString(CultureInfo.InvariantCulture)}'",
        // Beyond 2^53 its shortest form would be another integer than the one that is copied.
        raw.SQLITE_FLOAT when column.Type.Kind is PgKind.BigInt or PgKind.Integer or PgKind.SmallInt || (column.Type.Kind == PgKind.Numeric && FieldEncoder.IsWhole(row.Real(index))) => $"'{((long)row.Real(index)).ToString(CultureInfo.InvariantCulture)}'",
        raw.SQLITE_FLOAT when column.Type.Kind is PgKind.Text or PgKind.Varchar => $"'{AsSqlite(row.Real(index))}'",
        raw.SQLITE_FLOAT => $"'{Real(row.Real(index))}'",
        // PostgreSQL pays no heed to the zone of a text that becomes a timestamp without one.
        raw.SQLITE_TEXT when IsInstant(column) && TimeText.TryInstant(row.Text(index), out long micros, out _, out _) => Instant(micros),
        raw.SQLITE_TEXT when column.Type.Kind == PgKind.Bytea => $"'\\x{Convert.ToHexString(row.Text(index))}'",
        raw.SQLITE_TEXT => PostgresNames.Literal(Encoding.UTF8.GetString(row.Text(index))),
        _ => $"'\\x{Convert.ToHexString(row.Bytes(index))}'",
    };

    /// <summary>What SQLite stores, so that it can be seen.</summary>
    private string Raw(int index) => row.Type(index) switch
    {
        raw.SQLITE_NULL => "NULL",
        raw.SQLITE_INTEGER => row.Integer(index).ToString(CultureInfo.InvariantCulture),
        raw.SQLITE_FLOAT => double.IsFinite(row.Real(index)) ? Real(row.Real(index)) : $"'{Real(row.Real(index))}'",
        raw.SQLITE_TEXT when IsReadable(row.Text(index)) => PostgresNames.Literal(Encoding.UTF8.GetString(row.Text(index))),
        // What no literal can hold is shown byte by byte.
        raw.SQLITE_TEXT => $"convert_from({Bytes(row.Text(index))}, 'UTF8')",
        _ => Bytes(row.Bytes(index)),
    };

    private static bool IsInstant(CopyColumn column) => column.Type.Kind is PgKind.TimestampTz or PgKind.Timestamp;

    private static string Instant(long micros) => $"'{s_epoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond).ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)}+00'";

    private static string Real(double value) =>
        double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : value > 0 ? "Infinity" : "-Infinity";

    private static string AsSqlite(double value)
    {
        Span<byte> text = stackalloc byte[RealText.Longest];
        return Encoding.ASCII.GetString(text[..RealText.Write(value, text)]);
    }

    private static bool IsReadable(ReadOnlySpan<byte> text) => !text.Contains((byte)0) && Utf8.IsValid(text);

    private static string Bytes(ReadOnlySpan<byte> bytes) => $"'\\x{Convert.ToHexString(bytes)}'::bytea";
}
