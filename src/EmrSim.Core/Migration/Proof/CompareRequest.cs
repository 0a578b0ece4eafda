using EmrSim.Core.Postgres;

namespace EmrSim.Core.Migration.Proof;

/// <summary>What is compared with what.</summary>
/// <param name="Left">The database that is taken for right: the original.</param>
/// <param name="Right">The other.</param>
public sealed record CompareRequest(CompareSource Left, CompareSource Right)
{
    /// <summary>The tables to compare, by their names on either side; the wildcards * and ? are allowed. All of them where there are none.</summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>How many differences are wanted at most.</summary>
    public int MaximumDifferences { get; init; } = 1000;

    /// <summary>Whether keys, indexes, foreign keys and next numbers are left out.</summary>
    public bool RowsOnly { get; init; }

    /// <summary>How long to wait for another connection's lock on a SQLite database.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>A database to compare.</summary>
public sealed record CompareSource
{
    private CompareSource()
    {
    }

    /// <summary>The absolute path of a SQLite database; null where it is PostgreSQL.</summary>
    public string? Path { get; private init; }

    /// <summary>A database of PostgreSQL; null where it is SQLite.</summary>
    public PostgresTarget? Target { get; private init; }

    /// <summary>The schema of PostgreSQL.</summary>
    public string Schema { get; private init; } = "";

    /// <summary>A SQLite database.</summary>
    /// <param name="path">Its absolute path.</param>
    public static CompareSource Sqlite(string path) => new() { Path = path };

    /// <summary>A schema of a PostgreSQL database.</summary>
    /// <param name="target">The server and the database.</param>
    /// <param name="schema">The schema.</param>
    public static CompareSource Postgres(PostgresTarget target, string schema) => new() { Target = target, Schema = schema };

    /// <inheritdoc/>
    public override string ToString() => Path ?? $"{Target}, schema {Schema}";
}

/// <summary>What a comparison found.</summary>
/// <param name="Differences">The differences, in the order of the tables; none where all is equal.</param>
/// <param name="Tables">The tables whose rows were compared.</param>
/// <param name="MoreRows">At least so many more rows differ than are told of.</param>
/// <param name="MoreTables">The tables that they are in.</param>
public sealed record CompareResult(
    IReadOnlyList<EmrDifference> Differences, IReadOnlyList<ComparedRows> Tables, long MoreRows, IReadOnlyList<string> MoreTables);

/// <summary>How many rows of a table were compared.</summary>
/// <param name="Table">The table, by its name on the left.</param>
/// <param name="LeftRows">Rows on the left.</param>
/// <param name="RightRows">Rows on the right.</param>
/// <param name="Equal">Whether they are equal, as far as both sides have the columns.</param>
public sealed record ComparedRows(string Table, long LeftRows, long RightRows, bool Equal);
