using System.Globalization;

namespace EmrSim.Core.Migration.Proof;

/// <summary>
/// Compares what number a column gets next. On the right it must be beyond every number that is there, and no lower than on the left, where SQLite's AUTOINCREMENT
/// remembers numbers whose rows are gone.
/// </summary>
internal static class NumberComparer
{
    internal static async Task<IReadOnlyList<EmrDifference>> CompareAsync(TablePair pair, IComparedDatabase right, CancellationToken token)
    {
        var differences = new List<EmrDifference>();
        foreach ((ComparedColumn leftColumn, ComparedColumn rightColumn) in pair.Columns)
        {
            ComparedNumber? leftNumber = pair.Left.Numbers.FirstOrDefault(n => n.Column == leftColumn.Name);
            ComparedNumber? rightNumber = pair.Right.Numbers.FirstOrDefault(n => n.Column == rightColumn.Name);
            if (leftNumber is null && rightNumber is null) continue;

            // The number that follows the greatest is what SQLite gives where nothing is remembered.
            Int128 beyond = (await right.GreatestAsync(pair.Right.Name, rightColumn.Name, token).ConfigureAwait(false) ?? 0) + 1;
            Int128 required = Int128.Max(beyond, leftNumber?.Next ?? beyond);
            Int128? next = rightNumber is null ? null : rightNumber.Next ?? beyond;
            if (next >= required) continue;
            differences.Add(new EmrDifference(
                pair.Left.Name,
                EmrDifferenceKind.Sequence,
                rightNumber?.Name ?? leftNumber!.Name,
                leftColumn.Name,
                string.Create(CultureInfo.InvariantCulture, $"at least {required}"),
                next?.ToString(CultureInfo.InvariantCulture)));
        }

        return differences;
    }
}
