using System.Globalization;
using EmrSim.Core.Migration.Profiling;
using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Migration.Values;

namespace EmrSim.Core.Migration.Planning;

/// <summary>By what a table is partitioned.</summary>
internal sealed record PartitionRule(PlannedColumn Column, PartitionPeriod Period)
{
    /// <summary>Reads the rules of a request; what names no table, column or period is refused.</summary>
    /// <exception cref="EmrSimException">InvalidArgument.</exception>
    internal static void Apply(MigrationPlanRequest request, IReadOnlyList<PlannedTable> tables, FindingList findings)
    {
        foreach ((string name, string rule) in request.PartitionBy.OrderBy(r => r.Key, StringComparer.Ordinal))
        {
            PlannedTable table = tables.FirstOrDefault(t => t.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? throw Invalid($"-PartitionBy names the table '{name}', which is not there.", $"There are: {string.Join(", ", tables.Select(t => t.Name))}.", name);
            PartitionRule read = Read(table, rule);
            if (read.Refusal() is not { } reason) table.Partition = read;
            else findings.Error("PartitionRefused", table.Name, $"PostgreSQL cannot partition by '{read.Column.Name}': {reason}.", "Choose another column, correct the rows, or do without partitions here.");
        }
    }

    /// <summary>
    /// Chooses the types of a table. A column that is declared as a time and by which the table is partitioned is one, though it is part of a key and two of its texts might be the
    /// same time: whoever asks for months has said so. It is a finding, and such a key cannot be made.
    /// </summary>
    internal static IReadOnlyList<ColumnDecision> Map(SourceTable table, TableProfile profile, MigrationPlanRequest request)
    {
        IReadOnlyList<ColumnDecision> decisions = TypeMapper.Map(table, profile, request);
        string? rule = request.PartitionBy.FirstOrDefault(r => r.Key.Equals(table.Name, StringComparison.OrdinalIgnoreCase)).Value;
        if (rule is null || table.Column(ColumnOf(rule)) is not { } column || DeclaredTypes.Semantic(column) is not { } meant || !IsTime(meant)) return decisions;
        if (IsTime(decisions.First(d => d.Column == column).Type)) return decisions;
        var types = new Dictionary<string, string>(request.TypeMap, StringComparer.OrdinalIgnoreCase);
        if (!types.TryAdd($"{table.Name}.{column.Name}", meant.ToString())) return decisions;
        return
        [
            .. TypeMapper.Map(table, profile, request with { TypeMap = types })
                .Select(d => d.Column == column ? d with { Reason = $"Declared {column.DeclaredType}, and the table is partitioned by it." } : d),
        ];
    }

    private static string ColumnOf(string rule) => (rule.LastIndexOf(':') is >= 0 and var colon ? rule[..colon] : rule).Trim();

    private static bool IsTime(PgType type) => type.Kind is PgKind.TimestampTz or PgKind.Timestamp or PgKind.Date;

    private static PartitionRule Read(PlannedTable table, string rule)
    {
        int colon = rule.LastIndexOf(':');
        string column = ColumnOf(rule);
        string period = colon < 0 ? "" : rule[(colon + 1)..].Trim();
        if (table.Source.Column(column) is null)
        {
            throw Invalid($"-PartitionBy names the column '{column}', which '{table.Name}' does not have.", $"It has: {string.Join(", ", table.Columns.Select(c => c.Name))}.", table.Name);
        }

        return Enum.TryParse(period, ignoreCase: true, out PartitionPeriod known) && Enum.GetNames<PartitionPeriod>().Contains(period, StringComparer.OrdinalIgnoreCase)
            ? new PartitionRule(table.Column(column), known)
            : throw Invalid($"-PartitionBy says '{rule}' for '{table.Name}', and '{period}' is no period.", $"Write {column}:day, {column}:month or {column}:year.", table.Name);
    }

    private string? Refusal()
    {
        if (!IsTime(Column.Type))
        {
            return $"it is {Column.Type} and no time; -TypeMap or -Mapping Idiomatic makes it one where all its values are times";
        }

        if (Column.Source.Generated is not null) return "it is a computed column";
        if (Column.HasMisfits) return "it has values that are no times";
        return Column.Profile.Nulls > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Column.Profile.Nulls} rows have NULL in it, which belongs to no period") : null;
    }

    private static EmrSimException Invalid(string what, string hint, string target) => new(ErrorCode.InvalidArgument, $"{what} {hint}", target);
}
