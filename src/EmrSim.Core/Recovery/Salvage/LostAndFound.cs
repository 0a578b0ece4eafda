using EmrSim.Core.Sqlite;
using SQLitePCL;

namespace EmrSim.Core.Recovery.Salvage;

/// <summary>
/// The table for rows that are in doubt, with the first columns of the one that sqlite3's <c>.recover</c> makes. It is made when the first row comes,
/// and widened as rows are.
/// </summary>
/// <param name="database">The new database.</param>
/// <param name="encoding">How it stores text.</param>
internal sealed class LostAndFound(SqliteDatabase database, SqliteEncoding encoding) : IDisposable
{
    private const string FirstName = "lost_and_found";
    private const string FirstColumns = "rootpgno INTEGER, pgno INTEGER, nfield INTEGER, id INTEGER, source TEXT, reason TEXT";
    private const int Fixed = 6;

    // SQLite's limit of columns is 2000 unless it was compiled with another.
    private const int MostValues = 1900;

    private readonly List<int> _parameters = [];
    private RowInsert? _insert;

    /// <summary>The names of the source, of which it must not take one.</summary>
    internal HashSet<string> Taken { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Its name; null where no row is in doubt.</summary>
    internal string? Name { get; private set; }

    /// <summary>How many rows it has.</summary>
    internal long Rows { get; private set; }

    /// <summary>Writes a row.</summary>
    /// <param name="root">Where its tree begins, as far as is known.</param>
    /// <param name="page">Its page.</param>
    /// <param name="rowid">Its rowid.</param>
    /// <param name="table">Its table; null where that is not known.</param>
    /// <param name="reason">Why it is in doubt.</param>
    /// <param name="record">Its values.</param>
    internal void Add(uint root, uint page, long? rowid, string? table, string reason, SalvageRecord record)
    {
        if (Name is null) Create();
        if (record.Count > _parameters.Count || _insert is null) Widen(Math.Min(record.Count, MostValues));
        _insert!.Bind(1, root);
        _insert.Bind(2, page);
        _insert.Bind(3, record.Count);
        _insert.Bind(4, rowid);
        _insert.Bind(5, table);
        _insert.Bind(6, reason);
        for (int i = record.Count; i < _parameters.Count; i++) _insert.Bind(_parameters[i], (long?)null);
        int rc = _insert.Run(record, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_parameters));
        if (rc == raw.SQLITE_DONE) Rows++;
        else if ((rc & 0xff) != raw.SQLITE_TOOBIG) database.Throw(rc);
    }

    /// <inheritdoc/>
    public void Dispose() => _insert?.Dispose();

    private void Create()
    {
        Name = FirstName;
        for (int i = 0; Taken.Contains(Name); i++) Name = $"{FirstName}_{i}";
        database.Execute($"CREATE TABLE {Name}({FirstColumns})");
    }

    private void Widen(int values)
    {
        _insert?.Dispose();
        while (_parameters.Count < values)
        {
            database.Execute($"ALTER TABLE {Name} ADD COLUMN c{_parameters.Count}");
            _parameters.Add(Fixed + _parameters.Count + 1);
        }

        string places = string.Join(", ", Enumerable.Range(1, Fixed + values).Select(i => $"?{i}"));
        _insert = new RowInsert(database, $"INSERT INTO {Name} VALUES ({places})", encoding);
    }
}
