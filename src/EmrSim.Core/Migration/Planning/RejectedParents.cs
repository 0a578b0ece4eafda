using System.Globalization;
using EmrSim.Core.Migration.Copying;
using EmrSim.Core.Sqlite;

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
        if (draft.Request.OnMisfit != EmrMisfitAction.Reject || !reference.Parent.Columns.Any(c => c.HasMisfits) || reference.Child.Profile.Rows == 0) return;
        new RejectedParents(draft, reference).Tell();
    }

    private void Tell()
    {
        IReadOnlyList<PlannedColumn> copied = Copied(_reference.Parent);
        RowEncoder encoder = Encoder(copied);
        IEnumerable<string> literals = _reference.ParentColumns.Select(p => $"quote({SourceRows.Name(_reference.Parent.Source, p.Name)})");
        var rejected = new List<string>();
        _draft.Rows.ForEach(_reference.Parent.Source, [.. Names(_reference.Parent, copied), .. literals], null, row =>
        {
            if (encoder.Encode(row)) return;
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
                $"{_count} rows refer by {string.Join(", ", _reference.Columns.Select(c => c.Name))} to rows of '{_reference.Parent.Name}' that are left out because a value does not fit: {string.Join("; ", _shown)}{more}."),
            $"Correct these values of '{_reference.Parent.Name}', or give their columns types that hold them, with -OnMisfit Widen or with -TypeMap.");
    }

    // Those that are left out themselves are no orphans.
    private void Count(IEnumerable<string> keys)
    {
        PlannedTable child = _reference.Child;
        IReadOnlyList<PlannedColumn> copied = Copied(child);
        RowEncoder encoder = Encoder(copied);
        string referring = string.Join(", ", _reference.Columns.Select(c => $"{SourceRows.Name(child.Source, c.Name)} COLLATE {Collations.Binary}"));
        _draft.Rows.ForEach(child.Source, Names(child, copied), $"({referring}) IN (VALUES {string.Join(", ", keys)})", row =>
        {
            if (!encoder.Encode(row)) return;
            _count++;
            if (_shown.Count < Shown) _shown.Add(SourceRows.Shorten(Text(row, copied.Count)));
        });
    }

    private RowEncoder Encoder(IEnumerable<PlannedColumn> columns) => new(
        [.. columns.Select(c => new CopyColumn(c.Name, c.TargetName, c.Type, c.Unit, !c.NotNull, false, StorageClasses.All))], _draft.Rows.Encoding, false);

    // What PostgreSQL computes is not copied.
    private static IReadOnlyList<PlannedColumn> Copied(PlannedTable table) => [.. table.Columns.Where(c => c.GeneratedSql is null)];

    private static IEnumerable<string> Names(PlannedTable table, IEnumerable<PlannedColumn> columns) => columns.Select(c => SourceRows.Name(table.Source, c.Name));

    private static string Text(StatementRow row, int column) => System.Text.Encoding.UTF8.GetString(row.Text(column));
}
