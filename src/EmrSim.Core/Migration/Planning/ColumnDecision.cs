using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Migration.Values;

namespace EmrSim.Core.Migration.Planning;

/// <summary>What a column becomes.</summary>
/// <param name="Column">The column.</param>
/// <param name="Type">Its type in PostgreSQL.</param>
/// <param name="Unit">What its numbers count where it is a column of times.</param>
/// <param name="HasMisfits">Whether it holds values that this type does not hold.</param>
/// <param name="Reason">Why, in one sentence.</param>
/// <param name="Findings">What is to be known of it.</param>
internal sealed record ColumnDecision(SourceColumn Column, PgType Type, EmrTimeUnit Unit, bool HasMisfits, string Reason, IReadOnlyList<EmrFinding> Findings);
