using EmrSim.Core.Migration.Schema.Parsing;

namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>Writes CREATE VIEW.</summary>
internal static class ViewWriter
{
    internal static (string Sql, IReadOnlyList<TranslationColumn> Columns) Write(
        string createView, Func<string, (string TargetName, IReadOnlyList<TranslationColumn> Columns)?> tables)
    {
        (string name, IReadOnlyList<string> names, SelectNode select) = SelectParser.View(createView);
        SelectResult result = new SelectWriter(t => tables(t), parent: null).Write(select);
        IReadOnlyList<TranslationColumn> columns = result.Columns;
        string list = "";
        if (names.Count > 0)
        {
            if (names.Count != columns.Count) throw new Refusal("a list of names of another length than its columns");
            foreach (string own in names) SelectOutput.RequireName(own);
            columns = [.. columns.Select((c, i) => c with { Name = names[i], TargetName = names[i] })];
            list = $" ({string.Join(", ", names.Select(Literals.Name))})";
        }

        string target = tables(name)?.TargetName ?? name;
        SelectOutput.RequireName(target);
        return ($"CREATE VIEW {Literals.Name(target)}{list} AS {result.Sql}", columns);
    }
}
