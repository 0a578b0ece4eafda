namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>Finds the columns of UNION, EXCEPT and INTERSECT.</summary>
internal static class SetColumns
{
    internal static IReadOnlyList<TranslationColumn> Of(List<SelectCoreWriter> cores, IReadOnlyList<string> operators)
    {
        IReadOnlyList<SelectOutput> first = cores[0].Outputs;
        if (cores.Exists(c => c.Outputs.Count != first.Count)) throw new Refusal("SELECTs of different numbers of columns");
        if (operators.Any(o => o != "UNION ALL"))
        {
            foreach (SelectCoreWriter core in cores) core.RequireDistinct();
        }

        bool distinct = operators.Any(o => o != "UNION ALL");
        return [.. first.Select((o, i) => cores.Count == 1 ? o.Column : Column([.. cores.Select(c => c.Outputs[i])], distinct))];
    }

    private static TranslationColumn Column(List<SelectOutput> outputs, bool distinct)
    {
        List<SelectOutput> known = [.. outputs.Where(o => o.Value.Kind != OperandKind.Null)];
        if (known.Count == 0) return outputs[0].Column;
        if (known.Exists(o => o.Value.Kind != known[0].Value.Kind)) throw new Refusal($"the column {outputs[0].Name}, which has several types");
        List<TranslationColumn> columns = [.. known.Select(o => o.Column)];
        if (distinct && columns.Count > 1) RequireOneForm(known[0].Value.Kind, columns);
        bool alike = columns.TrueForAll(c => c.Affinity == columns[0].Affinity && c.Collation == columns[0].Collation);
        return columns[0] with
        {
            Name = outputs[0].Name,
            TargetName = outputs[0].Name,
            // Of two lengths PostgreSQL makes none.
            Type = columns.TrueForAll(c => c.Type == columns[0].Type) ? columns[0].Type : new SelectOutput("", new Operand("", known[0].Value.Kind), Operand.Null).Type,
            Mixed = !alike || columns.Exists(c => c.Mixed),
            Infinite = columns.Exists(c => c.Infinite),
            TimeForm = null,
            // Two forms that are each alike may be two.
            Canonical = false,
        };
    }

    // Two texts of different forms are two rows to SQLite, and may be one time to PostgreSQL. A date has one form only.
    private static void RequireOneForm(OperandKind kind, List<TranslationColumn> columns)
    {
        if (kind is not (OperandKind.Time or OperandKind.Timestamp or OperandKind.TimestampTz)) return;
        if (columns[0].TimeForm is null || columns.Exists(c => c.TimeForm != columns[0].TimeForm))
            throw new Refusal($"telling the times of {columns[0].Name} apart, whose texts in SQLite may have several forms");
    }
}
