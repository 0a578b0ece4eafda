using System.Globalization;
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

    private static PartitionRule Read(PlannedTable table, string rule)
    {
        int colon = rule.LastIndexOf(':');
        string column = (colon < 0 ? rule : rule[..colon]).Trim();
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
        if (Column.Type.Kind is not (PgKind.TimestampTz or PgKind.Timestamp or PgKind.Date))
        {
            return $"it is {Column.Type} and no time; -TypeMap or -Mapping Idiomatic makes it one where all its values are times";
        }

        if (Column.Source.Generated is not null) return "it is a computed column";
        if (Column.HasMisfits) return "it has values that are no times";
        return Column.Profile.Nulls > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Column.Profile.Nulls} rows have NULL in it, which belongs to no period") : null;
    }

    private static EmrSimException Invalid(string what, string hint, string target) => new(ErrorCode.InvalidArgument, $"{what} {hint}", target);
}
