using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Migration.Schema.Translation;
using EmrSim.Core.Migration.Values;

namespace EmrSim.Core.Migration.Planning;

/// <summary>The columns of a key or an index as PostgreSQL has them, so that what SQLite takes for equal is equal there, too.</summary>
internal static class IndexColumns
{
    /// <summary>How many columns an index can have (INDEX_MAX_KEYS).</summary>
    internal const int Most = 32;

    /// <summary>Whether it can be written as a bare column, as a constraint and a foreign key need it.</summary>
    internal static bool IsPlain(PlannedTable table, SourceIndexColumn column) => column.Column is not null && FoldingOf(table, column) is Folding.None;

    /// <summary>Each column once, since PostgreSQL's constraints name none twice; one that is compared in two ways comes twice.</summary>
    internal static IReadOnlyList<SourceIndexColumn> Distinct(IReadOnlyList<SourceIndexColumn> columns) =>
        [.. columns.DistinctBy(c => (c.Column?.ToUpperInvariant(), c.Expression, c.Collation))];

    /// <summary>A column with its direction; or why there is none.</summary>
    internal static Translation Sql(PlannedTable table, SourceIndexColumn column)
    {
        Translation bare = Bare(table, column);
        return column.Descending && bare.Sql is not null ? bare with { Sql = bare.Sql + " DESC" } : bare;
    }

    private static Translation Bare(PlannedTable table, SourceIndexColumn column)
    {
        if (column.Column is not { } name)
        {
            Translation expression = SqlTranslator.Expression(column.Expression!, table.Translation, null);
            if (expression.Sql is null) return expression;
            return column.Collation == "BINARY" ? expression with { Sql = $"({expression.Sql})" } : new Translation(null, $"it compares an expression by {column.Collation}");
        }

        PlannedColumn planned = table.Column(name);
        // PostgreSQL has no order of json, and not even an equality.
        if (planned.Type.Kind == PgKind.Json) return new Translation(null, $"{name} is json, which PostgreSQL can neither sort nor compare; jsonb can");
        string quoted = PlanDraft.Quote(planned.TargetName);
        return FoldingOf(table, column) switch
        {
            Folding.None => new Translation(quoted, null),
            // SQLite folds the 26 letters of ASCII and no others, as lower() does by the rules of "C": https://sqlite.org/datatype3.html#collating_sequences
            Folding.Case => new Translation($"lower({quoted} COLLATE \"C\")", null),
            Folding.Spaces => new Translation($"rtrim({quoted} COLLATE \"C\", ' ')", null),
            _ => new Translation(null, $"{column.Collation} is a collation of the application's"),
        };
    }

    private static Folding FoldingOf(PlannedTable table, SourceIndexColumn column) => column.Collation switch
    {
        _ when !table.Column(column.Column!).IsText => Folding.None,
        "BINARY" => Folding.None,
        "NOCASE" => Folding.Case,
        "RTRIM" => Folding.Spaces,
        _ => Folding.Unknown,
    };
}

/// <summary>What a collation of SQLite leaves out when it compares texts.</summary>
internal enum Folding
{
    None,
    Case,
    Spaces,
    Unknown,
}
