using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Migration.Profiling;

/// <summary>
/// Profiles a large table on several threads, each with a connection of its own. The connections must see the same state: copies, and databases that nobody writes. Where somebody
/// writes meanwhile, a profile is of no single state, but the copier judges every value again.
/// </summary>
/// <param name="open">Opens one more connection to the database.</param>
internal sealed class ParallelProfiler(Func<SqliteDatabase> open)
{
    /// <summary>Below so many rowids a second thread costs more than it brings.</summary>
    internal const long LeastRowids = 100_000;

    private const int MostThreads = 4;
    private const int RangesPerThread = 8;

    /// <summary>Reads a table as <see cref="Profiler.Read"/> does.</summary>
    /// <param name="database">A connection that is open already; it serves one of the threads.</param>
    /// <param name="table">The table.</param>
    /// <param name="options">What is to be found out.</param>
    /// <param name="rowsDone">As there; it may be called by several threads at once.</param>
    /// <param name="token">Stops it.</param>
    internal TableProfile Read(SqliteDatabase database, SourceTable table, ProfileOptions options, Action<long> rowsDone, CancellationToken token)
    {
        string? rowid = new RowKey(table).Rowid;
        int threads = Math.Min(MostThreads, Environment.ProcessorCount);
        if (threads < 2 || rowid is null || options.Rowids is not null) return Profiler.Read(database, table, options, rowsDone, token);

        string name = SqliteDatabase.Quote(table.Name);
        long first = database.Integer($"SELECT min({rowid}) FROM main.{name}"), last = database.Integer($"SELECT max({rowid}) FROM main.{name}");
        return (Int128)last - first < LeastRowids
            ? Profiler.Read(database, table, options, rowsDone, token)
            : Read(database, table, options, Split(first, last, threads * RangesPerThread), threads, rowsDone, token);
    }

    private TableProfile Read(
        SqliteDatabase database, SourceTable table, ProfileOptions options, (long, long)[] ranges, int threads, Action<long> rowsDone, CancellationToken token)
    {
        var parts = new TableProfile[ranges.Length];
        int next = -1;
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(token);

        void Work(SqliteDatabase source)
        {
            try
            {
                for (int i = Interlocked.Increment(ref next); i < ranges.Length; i = Interlocked.Increment(ref next))
                {
                    parts[i] = Profiler.Read(source, table, options with { Rowids = ranges[i] }, rowsDone, failed.Token);
                }
            }
            catch
            {
                failed.Cancel();
                throw;
            }
        }

        Task[] others = [.. Enumerable.Range(1, threads - 1).Select(_ => Task.Run(
            () =>
            {
                using SqliteDatabase own = open();
                Work(own);
            },
            CancellationToken.None))];
        Exception? error = null;
        try
        {
            Work(database);
        }
        catch (Exception e)
        {
            error = e;
        }

        WaitFor(others, error, token);
        return parts.Aggregate(ProfileMerger.Merge);
    }

    /// <summary>Waits for all threads; throws what went wrong first, and not that the others stopped because of it.</summary>
    private static void WaitFor(Task[] others, Exception? own, CancellationToken token)
    {
        try
        {
            Task.WaitAll(others, CancellationToken.None);
        }
        catch (AggregateException)
        {
            // Told below.
        }

        token.ThrowIfCancellationRequested();
        IEnumerable<Exception> all = others.Select(o => o.Exception?.InnerException).Append(own).OfType<Exception>();
        Exception? cause = all.OrderBy(e => e is OperationCanceledException).FirstOrDefault();
        if (cause is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(cause);
    }

    private static (long First, long Last)[] Split(long first, long last, int count)
    {
        Int128 width = ((((Int128)last - first) + count) / count);
        return
        [
            .. Enumerable.Range(0, count).Select(i => (First: first + (width * i), Last: first + (width * (i + 1)) - 1)).Where(r => r.First <= last)
                .Select(r => ((long)r.First, (long)Int128.Min(r.Last, last))),
        ];
    }
}
