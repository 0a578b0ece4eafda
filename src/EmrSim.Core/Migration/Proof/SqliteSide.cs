using System.Globalization;
using EmrSim.Core.Migration.Values;
using EmrSim.Core.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace EmrSim.Core.Migration.Proof;

/// <summary>A SQLite database in a comparison: one read transaction; it is not written.</summary>
internal sealed class SqliteSide : IComparedDatabase
{
    private readonly SqliteSnapshot _snapshot;

    private SqliteSide(SqliteSnapshot snapshot)
    {
        _snapshot = snapshot;
        Rows = new SqliteRows(snapshot.Database, snapshot.Facts.Encoding);
    }

    /// <inheritdoc/>
    public string Name => _snapshot.Database.Path;

    /// <inheritdoc/>
    public ITableRows Rows { get; }

    /// <inheritdoc/>
    public bool IsOneState => _snapshot.IsOneState;

    /// <summary>Opens a database, see <see cref="SqliteSnapshot.Begin"/>.</summary>
    internal static SqliteSide Open(string path, bool locked, TimeSpan busyTimeout, ILogger logger, CancellationToken token) =>
        new(SqliteSnapshot.Begin(path, locked, busyTimeout, logger, token));

    /// <inheritdoc/>
    public Task<ComparedSchema> ReadSchemaAsync(CancellationToken token) => Task.Run(() => SqliteStructure.Read(_snapshot.Database), token);

    /// <inheritdoc/>
    public Task<Int128?> GreatestAsync(string table, string column, CancellationToken token) => Task.Run(
        () => _snapshot.Database.Rows(
            $"SELECT max({SqliteDatabase.Quote(column)}) FROM main.{SqliteDatabase.Quote(table)} NOT INDEXED",
            static s => raw.sqlite3_column_type(s, 0) == raw.SQLITE_INTEGER ? (Int128?)raw.sqlite3_column_int64(s, 0) : null).FirstOrDefault(),
        token);

    /// <inheritdoc/>
    public Task<EmrTimeUnit> UnitAsync(string table, string column, CancellationToken token) => Task.Run(
        () =>
        {
            string name = SqliteDatabase.Quote(column);
            return _snapshot.Database.Rows(
                $"SELECT min({name}), max({name}) FROM main.{SqliteDatabase.Quote(table)} NOT INDEXED WHERE typeof({name}) IN ('integer', 'real')",
                static s => raw.sqlite3_column_type(s, 0) == raw.SQLITE_NULL
                    ? EmrTimeUnit.None
                    : UnitOf(raw.sqlite3_column_double(s, 0), raw.sqlite3_column_double(s, 1))).FirstOrDefault();
        },
        token);

    // As a plan does it. A wrong guess makes rows differ; it cannot make them equal that are not. Zero alone is the epoch.
    private static EmrTimeUnit UnitOf(double least, double greatest)
    {
        double furthest = Math.Abs(least) > Math.Abs(greatest) ? least : greatest;
        return furthest == 0 ? EmrTimeUnit.Seconds : TimeUnits.Of(furthest);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _snapshot.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"SQLite {Name}");
}
