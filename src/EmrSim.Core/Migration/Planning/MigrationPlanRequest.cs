namespace EmrSim.Core.Migration.Planning;

/// <summary>What plan is wanted.</summary>
/// <param name="Path">The SQLite database, as an absolute path.</param>
/// <param name="Schema">The schema of PostgreSQL.</param>
/// <param name="Target">The target without any secret, for the record; null where there is none.</param>
/// <param name="Mapping">How types are chosen.</param>
/// <param name="OnMisfit">What becomes of values that do not fit.</param>
/// <param name="TypeMap">Types for columns, as <c>table.column</c> → type.</param>
/// <param name="PartitionBy">Partitions, as <c>table</c> → <c>column:month</c> (or day, year).</param>
/// <param name="BusyTimeout">How long to wait for another connection's lock.</param>
public sealed record MigrationPlanRequest(
    string Path,
    string Schema,
    string? Target,
    EmrMapping Mapping,
    EmrMisfitAction OnMisfit,
    IReadOnlyDictionary<string, string> TypeMap,
    IReadOnlyDictionary<string, string> PartitionBy,
    TimeSpan BusyTimeout)
{
    /// <summary>Whether virtual tables are left out though they hold rows of their own.</summary>
    public bool SkipVirtualTables { get; init; }
}
