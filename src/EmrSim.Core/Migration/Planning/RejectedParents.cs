using System.Globalization;
using EmrSim.Core.Migration.Copying;
using EmrSim.Core.Sqlite;
using SQLitePCL;

namespace EmrSim.Core.Migration.Planning;

/// <summary>
/// Finds rows that refer to rows which are left out because a value does not fit. PostgreSQL would have them as orphans, and refuse their foreign key after everything was copied.
/// </summary>
internal sealed class RejectedParents
{
    // Each batch is one look at the child.
    private const int Batch = 500;
    private const int Shown = 3;

    private readonly PlanDraft _draft;
    private readonly Reference _reference;
    private readonly List<string> _shown = [];
    private long _count;

    private RejectedParents(PlanDraft draft, Reference reference)
    {
        _draft = draft;
        _reference = reference;
    }

    /// <summary>Tells of them.</summary>
    internal static void Tell(PlanDraft draft, Reference reference)
    {
        if (draft.Request.OnMisfit is not (EmrMisfitAction.Reject or EmrMisfitAction.Null) || !reference.Parent.Columns.Any(c => c.HasMisfits) || reference.Child.Profile.Rows == 0) return;
        new RejectedParents(draft, reference).Tell();
    }

    private void Tell()
    {
        IReadOnlyList<PlannedColumn> copied = Copied(_reference.Parent);
        RowEncoder encoder = Encoder(_reference.Parent, copied);
        // A literal ends at U+0000. No row that could be copied refers to such a text, which fits nowhere.
        IEnumerable<string> cut = _reference.ParentColumns.Select(p => SourceRows.Name(_reference.Parent.Source, p.Name)).Select(n => $"iif(typeof({n}) = 'text' AND instr({n}, char(0)) > 0, 1, NULL)");
        IEnumerable<string> literals = _reference.ParentColumns.Select(p => $"quote({SourceRows.Name(_reference.Parent.Source, p.Name)})");
        var rejected = new List<string>();
        _draft.Rows.ForEach(_reference.Parent.Source, [.. Names(_reference.Parent, copied), .. literals, .. cut], null, row =>
        {
            if (encoder.Encode(row) && !IsNulled(encoder, copied, _reference.ParentColumns)) return;
            if (Enumerable.Range(copied.Count + _reference.ParentColumns.Count, _reference.ParentColumns.Count).Any(i => row.Type(i) != raw.SQLITE_NULL)) return;
            rejected.Add($"({string.Join(", ", Enumerable.Range(copied.Count, _reference.ParentColumns.Count).Select(i => Text(row, i)))})");
        });
        foreach (string[] batch in rejected.Chunk(Batch)) Count(batch);
        if (_count == 0) return;
        string more = _count > Shown ? string.Create(CultureInfo.InvariantCulture, $" and {_count - Shown} more") : "";
        _draft.Findings.Error(
            "ParentIsRejected",
            _reference.Child.Name,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{_count} rows refer by {string.Join(", ", _reference.Columns.Select(c => c.Name))} to rows of '{_reference.Parent.Name}' that are left out, or become NULL, because a value does not fit: {string.Join("; ", _shown)}{more}."),
            $"Correct these values of '{_reference.Parent.Name}', or give their columns types that hold them, with -OnMisfit Widen or with -TypeMap.");
    }

    // Those that are left out themselves, or refer to nothing any more, are no orphans.
    private void Count(IEnumerable<string> keys)
    {
        PlannedTable child = _reference.Child;
        IReadOnlyList<PlannedColumn> copied = Copied(child);
        RowEncoder encoder = Encoder(child, copied);
        string referring = string.Join(", ", _reference.Columns.Select(c => $"{SourceRows.Name(child.Source, c.Name)} COLLATE {Collations.Binary}"));
        _draft.Rows.ForEach(child.Source, Names(child, copied), $"({referring}) IN (VALUES {string.Join(", ", keys)})", row =>
        {
            if (!encoder.Encode(row) || IsNulled(encoder, copied, _reference.Columns)) return;
            _count++;
            if (_shown.Count < Shown) _shown.Add(SourceRows.Shorten(Text(row, copied.Count)));
        });
    }

    // As the copier does it: in a table with computed columns a row is left out as a whole.
    private RowEncoder Encoder(PlannedTable table, IReadOnlyList<PlannedColumn> columns) => new(
        [.. columns.Select(c => new CopyColumn(c.Name, c.TargetName, c.Type, c.Unit, !c.NotNull, false, StorageClasses.All))],
        _draft.Rows.Encoding,
        _draft.Request.OnMisfit == EmrMisfitAction.Null && columns.Count == table.Columns.Count);

    private static bool IsNulled(RowEncoder encoder, IReadOnlyList<PlannedColumn> copied, IReadOnlyList<PlannedColumn> key) => encoder.Misfits.Any(m => key.Contains(copied[m.Column]));

    // What PostgreSQL computes is not copied.
    private static IReadOnlyList<PlannedColumn> Copied(PlannedTable table) => [.. table.Columns.Where(c => c.GeneratedSql is null)];

    private static IEnumerable<string> Names(PlannedTable table, IEnumerable<PlannedColumn> columns) => columns.Select(c => SourceRows.Name(table.Source, c.Name));

    private static string Text(StatementRow row, int column) => System.Text.Encoding.UTF8.GetString(row.Text(column));
}
