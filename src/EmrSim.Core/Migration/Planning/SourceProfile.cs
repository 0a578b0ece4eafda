using EmrSim.Core.Migration.Profiling;
using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Progress;
using EmrSim.Core.Sqlite;
using EmrSim.Formatting;

namespace EmrSim.Core.Migration.Planning;

/// <summary>Profiles every table of a snapshot.</summary>
internal static class SourceProfile
{
    /// <summary>One profile per table of the schema, in the same order.</summary>
    internal static IReadOnlyList<TableProfile> Read(
        SqliteSnapshot snapshot, SourceSchema schema, MigrationPlanRequest request, string activity, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        long[] rows = [.. schema.Tables.Select(t => RowEstimate.Of(snapshot.Database, t))];
        long total = rows.Sum(), before = 0;
        var profiles = new List<TableProfile>();
        foreach (SourceTable table in schema.Tables)
        {
            var meter = new SharedMeter(new ProgressMeter(progress, activity, $"Reading {table.Name}", total, static n => _Format.Count(n) + " rows"), before);
            profiles.Add(Read(snapshot, table, TypeMapper.Options(table, request), meter, token));
            before += profiles[^1].Rows;
        }

        return profiles;
    }

    // Another connection sees the state of the snapshot only while nobody has committed since; where somebody did, what several of them read is of no single state.
    private static TableProfile Read(SqliteSnapshot snapshot, SourceTable table, ProfileOptions options, SharedMeter meter, CancellationToken token)
    {
        if (!snapshot.IsNewest) return Profiler.Read(snapshot.Database, table, options, meter.Add, token);
        TableProfile profile = new ParallelProfiler(() => snapshot.Database.OpenBeside(token)).Read(snapshot.Database, table, options, meter.Add, token);
        return snapshot.IsNewest ? profile : Profiler.Read(snapshot.Database, table, options, static _ => { }, token);
    }

    /// <summary>Adds up what several threads have read.</summary>
    private sealed class SharedMeter(ProgressMeter meter, long done)
    {
        private readonly object _lock = new();
        private long _done = done;

        internal void Add(long more)
        {
            lock (_lock) meter.Report(_done += more);
        }
    }
}
