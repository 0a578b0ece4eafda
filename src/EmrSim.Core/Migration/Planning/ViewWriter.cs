using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Migration.Schema.Translation;

namespace EmrSim.Core.Migration.Planning;

/// <summary>Writes views, and lists those that mean something else in PostgreSQL with their statement.</summary>
internal sealed class ViewWriter(PlanDraft draft)
{
    private readonly Dictionary<string, (string TargetName, IReadOnlyList<TranslationColumn> Columns)> _done = new(StringComparer.OrdinalIgnoreCase);

    internal void Write()
    {
        // A view may be built on one that comes later by its name; each round makes those whose views are there.
        List<SourceView> open = [.. draft.Schema.Views];
        while (open.RemoveAll(TryWrite) > 0)
        {
        }

        foreach (SourceView view in open) LeaveOut(view, SqlTranslator.View(view.Sql, Find).Reason);
    }

    private bool TryWrite(SourceView view)
    {
        string name = draft.Names.Relation(view.Name);
        Translation translation = SqlTranslator.View(view.Sql, n => n.Equals(view.Name, StringComparison.OrdinalIgnoreCase) ? (name, []) : Find(n));
        if (translation is not { Sql: { } sql, Columns: { } columns }) return false;
        draft.Add(EmrDdlPhase.View, name, sql);
        _done[view.Name] = (name, columns);
        return true;
    }

    private void LeaveOut(SourceView view, string? reason) => draft.Findings.Warn(
        "ViewNotCarried",
        view.Name,
        $"The view '{view.Name}' is left out: {reason}. It is: {PlanDraft.OneLine(view.Sql)}",
        "Make it by hand after the migration.");

    private (string TargetName, IReadOnlyList<TranslationColumn> Columns)? Find(string name) =>
        _done.TryGetValue(name, out (string TargetName, IReadOnlyList<TranslationColumn> Columns) view) ? view
        : draft.Table(name) is { } table ? (table.TargetName, table.Translation) : null;
}
