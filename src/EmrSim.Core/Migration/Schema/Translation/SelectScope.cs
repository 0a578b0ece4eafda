using EmrSim.Core.Migration.Schema.Parsing;

namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>A table of FROM.</summary>
/// <param name="Alias">What it is called in SQLite.</param>
/// <param name="Columns">Its columns with their SQL.</param>
internal sealed record FromTable(string Alias, IReadOnlyList<(TranslationColumn Column, string Sql)> Columns)
{
    /// <summary>Columns that USING joined to one before: a bare name means that one.</summary>
    internal HashSet<string> Joined { get; } = new(StringComparer.OrdinalIgnoreCase);
}

/// <summary>What names mean in a SELECT.</summary>
/// <param name="tables">The tables of the database.</param>
/// <param name="parent">The SELECT around it; null where there is none.</param>
internal sealed class SelectScope(ViewTables tables, Scope? parent) : Scope
{
    private readonly List<string> _bare = [];
    private readonly HashSet<string> _groups = new(StringComparer.Ordinal);
    private bool _inAggregate;

    internal List<FromTable> Tables { get; } = [];

    /// <summary>The names behind AS.</summary>
    internal HashSet<string> Aliases { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether what is written stands for a group of rows, or would if there were any: not so in WHERE.</summary>
    internal bool OfGroups { get; set; }

    /// <summary>Whether there was an aggregate function.</summary>
    internal bool HasAggregate { get; private set; }

    internal override int Place => _bare.Count;

    internal override Operand? Resolve(NameNode name)
    {
        if (name.Parts.Count > 2) throw new Refusal($"the name {string.Join('.', name.Parts)}");
        var found = new List<(TranslationColumn Column, string Sql)>();
        foreach (FromTable table in Tables)
        {
            bool named = name.Parts.Count == 2;
            if (named ? !table.Alias.Equals(name.Parts[0], StringComparison.OrdinalIgnoreCase) : table.Joined.Contains(name.Column)) continue;
            found.AddRange(table.Columns.Where(c => c.Column.Name.Equals(name.Column, StringComparison.OrdinalIgnoreCase)));
        }

        if (found.Count > 1) throw new Refusal($"the name {name.Column}, which several tables have");
        if (found.Count == 1) return Column(found[0]);
        if (name.Parts.Count == 1 && Aliases.Contains(name.Column)) throw new Refusal($"the alias {name.Column} in an expression");
        Operand? outer = parent?.Resolve(name);
        return outer is null || !_inAggregate ? outer : throw new Refusal("an aggregate function over the query around it");
    }

    internal override SelectWriter Select() => new(tables, this);

    internal override Operand Aggregate(CallNode call, ExpressionWriter writer)
    {
        if (!OfGroups || _inAggregate) throw new Refusal($"{call.Name}() where it stands");
        HasAggregate = true;
        _inAggregate = true;
        Operand result = Aggregates.Write(call, writer);
        _inAggregate = false;
        return result;
    }

    /// <summary>Says by what the rows are grouped.</summary>
    internal void GroupBy(string sql) => _groups.Add(sql);

    internal override void Written(Operand operand, int place)
    {
        if (_groups.Contains(operand.Sql)) Forget(place);
    }

    /// <summary>Of a group SQLite takes any row for a column that is not grouped by, and PostgreSQL takes none.</summary>
    internal void RefuseBareColumns()
    {
        if ((HasAggregate || _groups.Count > 0) && _bare.Count > 0) throw new Refusal($"the column {_bare[0]}, by which the rows are not grouped");
    }

    /// <summary>Names a column.</summary>
    internal void Use(string sql)
    {
        if (OfGroups && !_inAggregate && !_groups.Contains(sql)) _bare.Add(sql);
    }

    /// <summary>Takes back what was named since.</summary>
    internal void Forget(int place) => _bare.RemoveRange(place, _bare.Count - place);

    private Operand Column((TranslationColumn Column, string Sql) column)
    {
        Use(column.Sql);
        return Kinds.Of(column.Column, column.Sql);
    }
}

/// <summary>Finds a table, or a view that is translated, by its name.</summary>
internal delegate (string TargetName, IReadOnlyList<TranslationColumn> Columns)? ViewTables(string name);
