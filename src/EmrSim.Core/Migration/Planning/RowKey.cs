using EmrSim.Core.Migration.Schema;

namespace EmrSim.Core.Migration.Planning;

/// <summary>Finds the columns that tell a row from all others and are never NULL.</summary>
internal static class RowKey
{
    /// <summary>The columns; none where the table has no such key.</summary>
    internal static IReadOnlyList<PlannedColumn> Of(PlannedTable table, EmrMisfitAction onMisfit)
    {
        SourceTable source = table.Source;
        IEnumerable<IReadOnlyList<SourceIndexColumn>> keys = source.UniqueKeys.Select(k => k.Columns)
            .Concat(source.Indexes.Where(i => i is { Unique: true, Where: null }).Select(i => i.Columns));
        if (source.PrimaryKey is { } primary) keys = keys.Prepend(primary.Columns);
        return keys.Where(k => k.All(c => c.Column is not null))
            .Select(k => (IReadOnlyList<PlannedColumn>)[.. k.Select(c => table.Column(c.Column!)).Distinct()])
            .FirstOrDefault(k => k.All(c => c.NotNull && c.Profile.Nulls == 0 && !(c.HasMisfits && onMisfit == EmrMisfitAction.Null))) ?? [];
    }
}
