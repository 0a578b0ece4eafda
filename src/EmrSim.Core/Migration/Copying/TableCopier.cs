using System.Diagnostics;
using System.Runtime.CompilerServices;
using EmrSim.Core.Migration.Proof;
using EmrSim.Core.Postgres;
using EmrSim.Core.Progress;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Migration.Copying;

/// <summary>Copies the rows of one table, and takes the source's digest on the way.</summary>
/// <param name="source">The snapshot.</param>
/// <param name="session">The connection that holds the transaction.</param>
/// <param name="rejects">Where rows go that do not fit.</param>
/// <param name="onMisfit">What becomes of values that do not fit.</param>
/// <param name="maximumRejects">How many rows may be rejected; null for any number.</param>
internal sealed class TableCopier(SqliteDatabase source, PostgresSession session, RejectFile rejects, EmrMisfitAction onMisfit, long? maximumRejects)
{
    private const long RowsPerReport = 64;

    private readonly string _encoding = source.Text("PRAGMA encoding");

    // Nobody can prepare rows that look alike to a seed that nobody knows.
    private readonly long _seed = TableDigest.RandomSeed();

    /// <summary>Copies a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="meter">Is told of every row.</param>
    /// <param name="before">How many rows of other tables were copied before.</param>
    /// <param name="token">Stops it.</param>
    /// <exception cref="EmrSimException">ValueDoesNotFit, TooManyRejects, and what PostgreSQL says.</exception>
    internal async Task<CopiedTable> CopyAsync(EmrMigrationTable table, ProgressMeter meter, long before, CancellationToken token)
    {
        long started = Stopwatch.GetTimestamp();
        var columns = new TableColumns(table, onMisfit);
        TableComparison comparison = MigrationProof.Comparison(table, columns.All);
        var digest = new TableDigest(_seed, TableDigest.BucketsFor(table.Rows));
        // SQLite turns texts of UTF-16 into UTF-8 where they lie.
        RowValues? values = _encoding == "UTF-8" ? new RowValues(columns.All.Count) : null;
        var run = new Run(table, columns, Encoder(columns), new SourceRowDigest(comparison.Columns, comparison.Key, _encoding, digest), values, meter, before);
        await using (CopyIn copy = await session.CopyInAsync(columns.CopyIn, token).ConfigureAwait(false))
        {
            try
            {
                source.ForEach(columns.Select, row => Send(run, copy, row));
                await copy.CompleteAsync().ConfigureAwait(false);
            }
            catch (EmrSimException e) when (copy.RefusedRow is { } refused)
            {
                throw new EmrSimException(e.ErrorCode, $"PostgreSQL refused the row {NameOf(columns, refused)} of '{table.Name}', so nothing was migrated. {e.Message}", table.Name, e) { SqlState = e.SqlState };
            }
        }

        return new CopiedTable(table, comparison, digest, run.Rows, run.Rejected, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>Says of a row what of it was not carried, for whoever reads the source again.</summary>
    internal RowAdjustment? AdjustmentOf(EmrMigrationTable table)
    {
        if (onMisfit is not (EmrMisfitAction.Reject or EmrMisfitAction.Null)) return null;
        var columns = new TableColumns(table, onMisfit);
        RowEncoder encoder = Encoder(columns);
        return (row, nulled) =>
        {
            if (!encoder.Encode(row)) return false;
            foreach (Misfit misfit in encoder.Misfits) nulled[misfit.Column] = true;
            return true;
        };
    }

    // What PostgreSQL computes of a value that became NULL is not what SQLite computed of the value, so such a row is left out as a whole.
    private bool IsNulled(TableColumns columns) => onMisfit == EmrMisfitAction.Null && columns.All.Count == columns.Copied.Count;

    private RowEncoder Encoder(TableColumns columns) => new(columns.Copied, _encoding, IsNulled(columns));

    /// <summary>The key of the row that was sent as the one of a number, from 1 on.</summary>
    private string NameOf(TableColumns columns, long sent)
    {
        RowEncoder encoder = Encoder(columns);
        string name = "";
        source.ForEach(columns.Select, row =>
        {
            if (sent > 0 && encoder.Encode(row) && --sent == 0) name = columns.Describe(row);
        });
        return name;
    }

    [MethodImpl(Hot.Loop)]
    private void Send(Run run, CopyIn copy, StatementRow row)
    {
        run.Rows++;
        // It is read twice, to be encoded and to be digested.
        StatementRow values = run.Values is null ? row : row.Read(run.Values);
        if (!run.Encoder.Encode(values))
        {
            Reject(run, row, whole: true);
        }
        else
        {
            copy.Write(run.Encoder.Row.Span);
            if (run.Encoder.Misfits.Count == 0) run.Digest.Add(values);
            else AddNulled(run, row);
        }

        // To ask for the time costs as much as a column.
        if (run.Rows % RowsPerReport == 1) run.Meter.Report(run.Before + run.Rows);
    }

    private void AddNulled(Run run, StatementRow row)
    {
        Reject(run, row, whole: false);
        Span<bool> nulled = new bool[run.Columns.All.Count];
        foreach (Misfit misfit in run.Encoder.Misfits) nulled[misfit.Column] = true;
        run.Digest.Add(row, nulled);
    }

    private void Reject(Run run, StatementRow row, bool whole)
    {
        string key = run.Columns.Describe(row);
        Misfit first = run.Encoder.Misfits[0];
        CopyColumn column = run.Columns.Copied[first.Column];
        if (onMisfit is EmrMisfitAction.Stop or EmrMisfitAction.Widen || (whole && IsNulled(run.Columns)))
        {
            throw new EmrSimException(
                ErrorCode.ValueDoesNotFit,
                $"In '{run.Table.Name}' the row {key} has in '{column.Name}' ({column.Type}) a value that {first.Reason}: {RowText.Of(row, first.Column)}. Nothing was migrated. " +
                "Correct it, or choose with -OnMisfit what becomes of such values, or with -TypeMap another type.",
                run.Table.Name);
        }

        run.Rejected++;
        if (maximumRejects is { } most && rejects.Rows >= most)
        {
            throw new EmrSimException(
                ErrorCode.TooManyRejects,
                $"More than {most} rows do not fit; the last one is {key} in '{run.Table.Name}', whose '{column.Name}' {first.Reason}. Nothing was migrated. Correct them, or allow more with -MaximumRejects.",
                run.Table.Name);
        }

        if (whole) rejects.AddRow(run.Table.TargetName, run.Columns.Copied, row, key, run.Encoder.Misfits);
        else rejects.AddValues(run.Table.TargetName, run.Columns.Copied, row, key, run.Columns.Key, run.Encoder.Misfits);
    }

    private sealed class Run(EmrMigrationTable table, TableColumns columns, RowEncoder encoder, SourceRowDigest digest, RowValues? values, ProgressMeter meter, long before)
    {
        internal EmrMigrationTable Table => table;

        internal TableColumns Columns => columns;

        internal RowEncoder Encoder => encoder;

        internal SourceRowDigest Digest => digest;

        internal RowValues? Values => values;

        internal ProgressMeter Meter => meter;

        internal long Before => before;

        internal long Rows { get; set; }

        internal long Rejected { get; set; }
    }
}

/// <summary>What was copied of a table.</summary>
/// <param name="Table">The table.</param>
/// <param name="Comparison">How its rows are compared.</param>
/// <param name="Digest">The digest of the rows that were sent.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Rejected">Those of them that were left out or changed.</param>
/// <param name="Duration">How long it took.</param>
internal sealed record CopiedTable(EmrMigrationTable Table, TableComparison Comparison, TableDigest Digest, long Rows, long Rejected, TimeSpan Duration);
