using System.Globalization;
using System.Runtime.CompilerServices;
using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Migration.Profiling;

/// <summary>Reads all rows of a table once and tells what its columns hold.</summary>
internal static class Profiler
{
    private const int RowsPerReport = 4096;

    /// <summary>Reads a table, or the range of its rowids that the options name.</summary>
    /// <param name="database">The database.</param>
    /// <param name="table">The table.</param>
    /// <param name="options">What is to be found out.</param>
    /// <param name="rowsDone">Is told now and then how many more rows have been read since it was told last.</param>
    /// <param name="token">Stops it.</param>
    /// <exception cref="SqliteFault">SQLite could not read it.</exception>
    internal static TableProfile Read(SqliteDatabase database, SourceTable table, ProfileOptions options, Action<long> rowsDone, CancellationToken token)
    {
        var key = new RowKey(table);
        SourceEncoding encoding = Encoding(database);
        ColumnTally[] columns =
        [
            .. table.Columns.Select((c, i) => new ColumnTally(c.Name, i, key, options.Wanted[i], encoding, options.Promotions)),
        ];
        var scan = new Scan(columns, rowsDone, token);
        database.ForEach(Select(table, key, options), encoding == SourceEncoding.Utf8 ? scan.Add : scan.AddUtf16);
        scan.Report();
        return new TableProfile(table.Name, scan.Rows, [.. columns.Select(c => c.ToProfile())]);
    }

    private static string Select(SourceTable table, RowKey key, ProfileOptions options)
    {
        IEnumerable<string> columns = table.Columns.Select(c => SqliteDatabase.Quote(c.Name));
        if (key.IsRowid) columns = columns.Append(key.Rowid!);
        string range = options.Rowids is { } rowids ? string.Create(CultureInfo.InvariantCulture, $" WHERE {key.Rowid} BETWEEN {Literal(rowids.First)} AND {Literal(rowids.Last)}") : "";
        // An index could hold the columns in another order; the table itself is read from its first page to its last.
        return $"SELECT {string.Join(", ", columns)} FROM main.{SqliteDatabase.Quote(table.Name)} NOT INDEXED{range}";
    }

    // SQLite reads -9223372036854775808 as the negative of a number that is too large.
    private static string Literal(long rowid) => rowid == long.MinValue ? "(-9223372036854775807 - 1)" : rowid.ToString(CultureInfo.InvariantCulture);

    private static SourceEncoding Encoding(SqliteDatabase database) => database.Text("PRAGMA encoding") switch
    {
        "UTF-16le" => SourceEncoding.Utf16LittleEndian,
        "UTF-16be" => SourceEncoding.Utf16BigEndian,
        _ => SourceEncoding.Utf8,
    };

    private sealed class Scan(ColumnTally[] columns, Action<long> rowsDone, CancellationToken token)
    {
        private long _reported;

        internal long Rows { get; private set; }

        [MethodImpl(Hot.Loop)]
        internal void Add(StatementRow row)
        {
            foreach (ColumnTally column in columns) column.Add(row);
            if (++Rows % RowsPerReport == 0) Report();
        }

        internal void AddUtf16(StatementRow row)
        {
            foreach (ColumnTally column in columns) column.LookAtUtf16(row);
            Add(row);
        }

        internal void Report()
        {
            token.ThrowIfCancellationRequested();
            if (Rows > _reported) rowsDone(Rows - _reported);
            _reported = Rows;
        }
    }
}
