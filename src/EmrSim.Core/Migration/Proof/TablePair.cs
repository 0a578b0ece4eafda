namespace EmrSim.Core.Migration.Proof;

/// <summary>A table of the left and the table of the right that it is compared with.</summary>
internal sealed record TablePair(ComparedTable Left, ComparedTable Right, IReadOnlyList<(ComparedColumn Left, ComparedColumn Right)> Columns)
{
    /// <summary>Pairs tables, and the columns of each pair: by equal names, then by names that are equal but for the case of the 26 letters.</summary>
    internal static IReadOnlyList<TablePair> Of(IReadOnlyList<ComparedTable> left, IReadOnlyList<ComparedTable> right) =>
        [.. Match(left, right, t => t.Name).Select(p => new TablePair(p.Left, p.Right, Match(p.Left.Columns, p.Right.Columns, c => c.Name)))];

    /// <summary>The name on the left of a column of the right.</summary>
    internal string LeftName(string rightColumn) =>
        Columns.FirstOrDefault(c => c.Right.Name == rightColumn).Left?.Name
        ?? Columns.FirstOrDefault(c => c.Right.Name.Equals(rightColumn, StringComparison.OrdinalIgnoreCase)).Left?.Name
        ?? rightColumn;

    /// <summary>Columns that one side has alone.</summary>
    internal IEnumerable<EmrDifference> ColumnDifferences() =>
    [
        .. Left.Columns.Where(c => !Columns.Any(p => p.Left == c)).Select(c => new EmrDifference(Left.Name, EmrDifferenceKind.Column, "", c.Name, c.Name, null)),
        .. Right.Columns.Where(c => !Columns.Any(p => p.Right == c)).Select(c => new EmrDifference(Left.Name, EmrDifferenceKind.Column, "", c.Name, null, c.Name)),
    ];

    /// <summary>How its rows are compared.</summary>
    /// <param name="units">What numbers count in a column of times, by its place in <see cref="Columns"/>.</param>
    internal TableComparison Comparison(IReadOnlyDictionary<int, EmrTimeUnit> units)
    {
        ColumnComparison[] columns =
            [.. Columns.Select((c, i) => ColumnComparison.Of(c.Left.Name, c.Left.Wire, c.Right.Name, c.Right.Wire, units.GetValueOrDefault(i)))];
        int[] leftKey = [.. Left.Key.Select(k => Array.FindIndex(columns, c => c.Left == k))];
        int[] rightKey = [.. Right.Key.Select(k => Array.FindIndex(columns, c => c.Right == k))];
        int[] key = leftKey.Length > 0 && !leftKey.Contains(-1) ? leftKey : rightKey.Length > 0 && !rightKey.Contains(-1) ? rightKey : [];
        return new TableComparison(Left.Name, Right.Name, columns, key);
    }

    private static List<(T Left, T Right)> Match<T>(IReadOnlyList<T> left, IReadOnlyList<T> right, Func<T, string> name)
        where T : class
    {
        var pairs = new Dictionary<T, T>(ReferenceEqualityComparer.Instance);
        List<T> open = [.. right];
        foreach (StringComparison how in new[] { StringComparison.Ordinal, StringComparison.OrdinalIgnoreCase })
        {
            foreach (T one in left.Where(l => !pairs.ContainsKey(l)))
            {
                if (open.Find(r => name(r).Equals(name(one), how)) is not { } other) continue;
                pairs.Add(one, other);
                open.Remove(other);
            }
        }

        return [.. left.Where(pairs.ContainsKey).Select(l => (l, pairs[l]))];
    }
}
