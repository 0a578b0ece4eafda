using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Backup;

/// <summary>A plain copy of a snapshot that is not verified yet.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Stem">The common part of the future backup's file names.</param>
/// <param name="CreatedUtc">When the snapshot was taken.</param>
/// <param name="Facts">What the source said of itself.</param>
/// <param name="Tables">Rows per table, counted in the source's snapshot.</param>
/// <param name="Busy">Whether somebody wrote to the source while it was copied.</param>
internal sealed record SnapshotCopy(
    string Path, string Stem, DateTimeOffset CreatedUtc, SqliteFacts Facts, SortedDictionary<string, long> Tables, bool Busy);
