using EmrSim.Core.Migration.Values;

namespace EmrSim.Core.Migration.Profiling;

/// <summary>What is to be found out about a table.</summary>
/// <param name="Wanted">One entry per column: the type that its values are held against; null where the evidence alone is to decide.</param>
/// <param name="Promotions">Whether it is asked what texts might become: JSON is looked at in columns of text too.</param>
internal sealed record ProfileOptions(IReadOnlyList<PgType?> Wanted, bool Promotions)
{
    /// <summary>The least and the greatest rowid that are read; null for all.</summary>
    internal (long First, long Last)? Rowids { get; init; }
}
