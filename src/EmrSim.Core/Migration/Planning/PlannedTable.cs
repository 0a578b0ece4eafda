using EmrSim.Core.Migration.Profiling;
using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Migration.Schema.Translation;
using EmrSim.Core.Migration.Values;

namespace EmrSim.Core.Migration.Planning;

/// <summary>A table of the source with what was decided of it.</summary>
internal sealed class PlannedTable(SourceTable source, TableProfile profile, string targetName, IReadOnlyList<PlannedColumn> columns)
{
    internal SourceTable Source => source;

    internal TableProfile Profile => profile;

    internal string Name => source.Name;

    internal string TargetName => targetName;

    internal IReadOnlyList<PlannedColumn> Columns => columns;

    /// <summary>How it is partitioned; null where it is not.</summary>
    internal PartitionRule? Partition { get; set; }

    /// <summary>The names of its constraints, which share one space in each table.</summary>
    internal NamePool Constraints { get; } = new();

    /// <summary>What an expression of this table may name.</summary>
    internal IReadOnlyList<TranslationColumn> Translation => [.. columns.Select(c => c.Translation)];

    /// <summary>A column, found as SQLite does.</summary>
    internal PlannedColumn Column(string name) => columns.First(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}

/// <summary>A column of the source with what was decided of it.</summary>
internal sealed class PlannedColumn(ColumnDecision decision, ColumnProfile profile, string targetName)
{
    internal SourceColumn Source => decision.Column;

    internal ColumnProfile Profile => profile;

    internal string Name => Source.Name;

    internal string TargetName => targetName;

    internal PgType Type { get; private set; } = decision.Type;

    internal EmrTimeUnit Unit { get; private set; } = decision.Unit;

    internal string Reason { get; private set; } = decision.Reason;

    internal bool HasMisfits { get; private set; } = decision.HasMisfits;

    /// <summary>Whether it may hold no NULL.</summary>
    internal bool NotNull { get; set; }

    /// <summary>Whether PostgreSQL numbers it.</summary>
    internal bool Identity { get; set; }

    /// <summary>What PostgreSQL computes it by; null where it is stored as it comes.</summary>
    internal string? GeneratedSql { get; set; }

    /// <summary>Whether it has a default that PostgreSQL has no counterpart of.</summary>
    internal bool LosesDefault { get; set; }

    /// <summary>The column as an expression has to know it.</summary>
    internal TranslationColumn Translation => new(Name, TargetName, Type, Source.Collation)
    {
        Affinity = Source.Affinity,
        Mixed = !NaturalValues.Are(Type, Source.Affinity, Profile),
        Infinite = Profile.Infinities > 0,
        Generated = Source.Generated is not null,
        Canonical = Profile.Texts == Profile.NotNull && (Type.Kind == PgKind.Uuid ? Profile.LowerUuids == Profile.Texts : Profile.Texts == 0 || Profile.TimeForm is not null),
        TimeForm = Profile.TimeForm,
    };

    internal bool IsText => IsTextKind(Type.Kind);

    /// <summary>Whether texts that SQLite takes for equal may differ in their bytes.</summary>
    internal static bool IsTextKind(PgKind kind) => kind is PgKind.Text or PgKind.Varchar or PgKind.Char;

    /// <summary>Takes the type of a column that this one refers to.</summary>
    internal void Follow(PlannedColumn parent, string parentTable)
    {
        Type = parent.Type;
        Unit = parent.Unit;
        HasMisfits = false;
        Reason = $"As {parentTable}.{parent.Name}, to which it refers.";
    }

    /// <summary>Takes another decision.</summary>
    internal void Become(ColumnDecision other, string because)
    {
        Type = other.Type;
        Unit = other.Unit;
        HasMisfits = other.HasMisfits;
        Reason = $"{other.Reason.TrimEnd('.')}; {because}.";
    }
}
