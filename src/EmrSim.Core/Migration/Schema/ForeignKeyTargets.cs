namespace EmrSim.Core.Migration.Schema;

/// <summary>Finds what foreign keys refer to.</summary>
internal static class ForeignKeyTargets
{
    /// <summary>
    /// Gives parents and their columns the names that they have, where they exist, and a foreign key without columns those of its parent's primary key
    /// (https://sqlite.org/foreignkeys.html#fk_indexes).
    /// </summary>
    internal static IReadOnlyList<SourceTable> Resolve(IReadOnlyList<SourceTable> tables) =>
        [.. tables.Select(t => t.ForeignKeys.Count == 0 ? t : t with { ForeignKeys = [.. t.ForeignKeys.Select(k => Resolve(k, tables))] })];

    private static SourceForeignKey Resolve(SourceForeignKey key, IReadOnlyList<SourceTable> tables)
    {
        SourceTable? parent = tables.FirstOrDefault(t => t.Name.Equals(key.Parent, StringComparison.OrdinalIgnoreCase));
        if (parent is null) return key;
        IReadOnlyList<string>? columns = key.ParentColumns is { } written
            ? [.. written.Select(c => parent.Column(c)?.Name ?? c)]
            : parent.PrimaryKey is { } primary && primary.Columns.Count == key.Columns.Count ? [.. primary.Columns.Select(c => c.Column!)] : null;
        return key with { Parent = parent.Name, ParentColumns = columns };
    }
}
