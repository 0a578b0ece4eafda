namespace EmrSim;

/// <summary>What an application keeps its data in.</summary>
public enum EmrEngine
{
    /// <summary>Nobody said.</summary>
    Unknown,

    /// <summary>A SQLite database file.</summary>
    Sqlite,

    /// <summary>A database of a PostgreSQL server.</summary>
    PostgreSql,
}
