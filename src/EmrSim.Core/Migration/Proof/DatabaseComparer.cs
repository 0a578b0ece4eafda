using System.Globalization;
using System.IO.Enumeration;
using EmrSim.Core.Logging;
using EmrSim.Core.Progress;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Migration.Proof;

/// <summary>Compares two opened databases: their tables and columns, then table by table structure and rows.</summary>
internal sealed class DatabaseComparer(
    IComparedDatabase left, IComparedDatabase right, CompareRequest request, ILogger logger, IProgress<OperationProgress>? progress)
{
    private readonly long _seed = TableDigest.RandomSeed();
    private readonly List<EmrDifference> _differences = [];
    private readonly List<ComparedRows> _compared = [];
    private readonly List<string> _moreTables = [];
    private long _moreRows;

    private int Room => request.MaximumDifferences - _differences.Count;

    internal async Task<CompareResult> CompareAsync(CancellationToken token)
    {
        ComparedSchema leftSchema = await left.ReadSchemaAsync(token).ConfigureAwait(false), rightSchema = await right.ReadSchemaAsync(token).ConfigureAwait(false);
        Say(left, leftSchema);
        Say(right, rightSchema);
        IReadOnlyList<TablePair> all = TablePair.Of(leftSchema.Tables, rightSchema.Tables);
        RequireSomething(leftSchema, rightSchema);

        foreach (ComparedTable table in leftSchema.Tables.Where(t => IsWanted(t.Name) && !all.Any(p => p.Left == t))) Add(OneSided(table, EmrDifferenceKind.TableMissing));
        foreach (ComparedTable table in rightSchema.Tables.Where(t => IsWanted(t.Name) && !all.Any(p => p.Right == t))) Add(OneSided(table, EmrDifferenceKind.TableAdded));

        var structure = new StructureComparer(leftSchema, rightSchema, all);
        TablePair[] pairs = [.. all.Where(p => IsWanted(p.Left.Name) || IsWanted(p.Right.Name))];
        var meter = new CompareMeter(progress, $"Comparing '{left.Name}' with '{right.Name}'", pairs.Sum(p => p.Left.Rows + p.Right.Rows));
        foreach (TablePair pair in pairs)
        {
            foreach (EmrDifference difference in pair.ColumnDifferences()) Add(difference);
            if (!request.RowsOnly) await CompareStructureAsync(structure, pair, token).ConfigureAwait(false);
            if (pair.Columns.Count > 0) await CompareRowsAsync(pair, meter, token).ConfigureAwait(false);
        }

        Log.CompareEnded(logger, left.Name, right.Name, _compared.Count, _compared.Sum(t => t.LeftRows), _differences.Count);
        if (_moreRows > 0) Log.CompareMore(logger, _moreRows, string.Join(", ", _moreTables), request.MaximumDifferences);
        return new CompareResult(_differences, _compared, _moreRows, _moreTables);
    }

    private static EmrDifference OneSided(ComparedTable table, EmrDifferenceKind kind) => kind == EmrDifferenceKind.TableMissing
        ? new EmrDifference(table.Name, kind, "", "", table.Name, null)
        : new EmrDifference(table.Name, kind, "", "", null, table.Name);

    private async Task CompareStructureAsync(StructureComparer structure, TablePair pair, CancellationToken token)
    {
        foreach (EmrDifference difference in structure.Compare(pair)) Add(difference);
        foreach (EmrDifference difference in await NumberComparer.CompareAsync(pair, right, token).ConfigureAwait(false)) Add(difference);
    }

    private async Task CompareRowsAsync(TablePair pair, CompareMeter meter, CancellationToken token)
    {
        TableComparison comparison = pair.Comparison(await UnitsAsync(pair, token).ConfigureAwait(false));
        var comparer = new TableComparer(comparison, left.Rows, right.Rows, _seed, meter.Add);
        TableResult result = await comparer.CompareAsync(Math.Max(pair.Left.Rows, pair.Right.Rows), Math.Max(0, Room), token).ConfigureAwait(false);
        _differences.AddRange(result.Differences);
        _compared.Add(new ComparedRows(pair.Left.Name, result.LeftRows, result.RightRows, result.Equal));
        Log.TableCompared(logger, pair.Left.Name, result.LeftRows, result.RightRows, result.Equal ? "equal" : "different");
        if (result.MoreRows == 0) return;
        _moreRows += result.MoreRows;
        _moreTables.Add(pair.Left.Name);
    }

    private async Task<IReadOnlyDictionary<int, EmrTimeUnit>> UnitsAsync(TablePair pair, CancellationToken token)
    {
        var units = new Dictionary<int, EmrTimeUnit>();
        for (int i = 0; i < pair.Columns.Count; i++)
        {
            (ComparedColumn ofLeft, ComparedColumn ofRight) = pair.Columns[i];
            if (ColumnComparison.KindOf(ofLeft.Wire, ofRight.Wire) is not (ComparisonKind.Instant or ComparisonKind.Date)) continue;
            if (ofLeft.Wire == Wire.Sqlite && ofLeft.HoldsNumbers) units[i] = await left.UnitAsync(pair.Left.Name, ofLeft.Name, token).ConfigureAwait(false);
            if (ofRight.Wire == Wire.Sqlite && ofRight.HoldsNumbers) units[i] = await right.UnitAsync(pair.Right.Name, ofRight.Name, token).ConfigureAwait(false);
        }

        return units;
    }

    // That some are not told of must not be silent, either.
    private void Add(EmrDifference difference)
    {
        if (Room > 0)
        {
            _differences.Add(difference);
            return;
        }

        _moreRows++;
        if (!_moreTables.Contains(difference.Table)) _moreTables.Add(difference.Table);
    }

    private bool IsWanted(string table) =>
        request.Tables.Count == 0 || request.Tables.Any(n => n == table || FileSystemName.MatchesSimpleExpression(n, table, ignoreCase: true));

    private void RequireSomething(ComparedSchema leftSchema, ComparedSchema rightSchema)
    {
        string[] names = [.. leftSchema.Tables.Concat(rightSchema.Tables).Select(t => t.Name)];
        if (names.Length == 0)
        {
            throw new EmrSimException(ErrorCode.NothingToCompare, $"Neither '{left.Name}' nor '{right.Name}' has a table.", left.Name);
        }

        foreach (string name in request.Tables)
        {
            if (names.Any(n => n == name || FileSystemName.MatchesSimpleExpression(name, n, ignoreCase: true))) continue;
            throw new EmrSimException(ErrorCode.NothingToCompare, $"Neither '{left.Name}' nor '{right.Name}' has a table '{name}'.", name);
        }
    }

    private void Say(IComparedDatabase side, ComparedSchema schema)
    {
        if (schema.NotCompared.Count == 0) return;
        const int most = 10;
        string names = string.Join(", ", schema.NotCompared.Take(most));
        string more = schema.NotCompared.Count > most ? string.Create(CultureInfo.InvariantCulture, $" and {schema.NotCompared.Count - most} more") : "";
        Log.NotCompared(logger, side.Name, names + more);
    }
}
