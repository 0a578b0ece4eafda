using EmrSim.Core.Migration.Schema.Parsing;

namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>Writes one SELECT, without what belongs to the whole: ORDER BY and LIMIT.</summary>
internal sealed class SelectCoreWriter
{
    private readonly SelectCore _core;
    private readonly SelectScope _scope;
    private readonly ExpressionWriter _writer;
    private readonly List<SelectOutput> _outputs = [];
    private readonly string _tail;
    private readonly bool _inFrom;

    internal SelectCoreWriter(SelectCore core, ViewTables tables, Scope? parent, bool inFrom)
    {
        _core = core;
        _inFrom = inFrom;
        _scope = new SelectScope(tables, parent);
        _writer = new ExpressionWriter(_scope, immutable: false);
        string from = new FromWriter(tables, parent, _scope, _writer).Write(core.From);
        foreach (SelectItem item in core.Items.Where(i => i.Alias is not null)) _scope.Aliases.Add(item.Alias!);
        string where = core.Where is null ? "" : $" WHERE {_writer.Condition(core.Where)}";
        List<string> groups = [.. core.GroupBy.Select(Group)];
        _scope.OfGroups = true;
        foreach (string group in groups) _scope.GroupBy(group);
        foreach (SelectItem item in core.Items) Add(item);
        string having = core.Having is null ? "" : $" HAVING {_writer.Condition(core.Having)}";
        if (core.Having is not null && groups.Count == 0 && !_scope.HasAggregate) throw new Refusal("HAVING without groups");
        _tail = $"{from}{where}{(groups.Count > 0 ? " GROUP BY " + string.Join(", ", groups) : "")}{having}";
        if (core.Distinct) RequireDistinct();
    }

    internal IReadOnlyList<SelectOutput> Outputs => _outputs;

    internal bool Distinct => _core.Distinct;

    /// <summary>Whether it has one row whatever its tables hold.</summary>
    internal bool IsOneRow => _core.Having is null && ((_scope.HasAggregate && _core.GroupBy.Count == 0) || (_core.From.Count == 0 && _core.Where is null));

    internal SqlNode? ItemOf(string alias) =>
        _core.Items.FirstOrDefault(i => i.Alias is { } own && own.Equals(alias, StringComparison.OrdinalIgnoreCase))?.Expression;

    /// <summary>An expression of ORDER BY.</summary>
    internal Operand Order(SqlNode node) => _writer.Write(node);

    /// <summary>Refuses where rows could be taken for the same on one side only.</summary>
    internal void RequireDistinct()
    {
        foreach (SelectOutput output in _outputs) Sorting.RequireDistinct(output.Value);
    }

    /// <summary>The SELECT, once the types of its columns are known.</summary>
    internal string Sql(IReadOnlyList<string> types)
    {
        _scope.RefuseBareColumns();
        IEnumerable<string> items = _outputs.Select((o, i) =>
            $"{(o.Value.Kind == OperandKind.Null ? $"NULL::{types[i]}" : o.Value.Sql)} AS {Literals.Name(o.Name)}");
        return $"SELECT {(_core.Distinct ? "DISTINCT " : "")}{string.Join(", ", items)}{_tail}";
    }

    private string Group(SqlNode node)
    {
        SqlNode target = node switch
        {
            IntegerNode { Value: var digits } when int.TryParse(digits, out int number) && number > 0 && number <= _core.Items.Count =>
                _core.Items[number - 1].Expression ?? throw new Refusal("GROUP BY the number of a *"),
            NameNode { Parts.Count: 1 } name when ItemOf(name.Column) is { } aliased && !IsColumn(name) => aliased,
            _ => node,
        };
        Operand operand = _writer.Part(target);
        if (operand.Literal is not null) throw new Refusal("GROUP BY a constant");
        Sorting.RequireDistinct(operand);
        return operand.Sql;
    }

    // A column comes before an alias of the same name here, and behind it in ORDER BY.
    private bool IsColumn(NameNode name) =>
        _scope.Tables.Exists(t => t.Columns.Any(c => c.Column.Name.Equals(name.Column, StringComparison.OrdinalIgnoreCase)));

    private void Add(SelectItem item)
    {
        if (item.Expression is not null)
        {
            Operand operand = _writer.Any(item.Expression);
            int place = _scope.Place;
            string name = SelectOutput.NameOf(item, _scope, _inFrom);
            // The name alone is no use of the column.
            _scope.Forget(place);
            Add(name, operand);
            return;
        }

        List<FromTable> tables = [.. _scope.Tables.Where(t => item.StarOf is null || t.Alias.Equals(item.StarOf, StringComparison.OrdinalIgnoreCase))];
        if (tables.Count == 0) throw new Refusal($"{item.Sql} of no table");
        foreach (FromTable table in tables)
        {
            foreach ((TranslationColumn column, string sql) in table.Columns.Where(c => item.StarOf is not null || !table.Joined.Contains(c.Column.Name)))
            {
                _scope.Use(sql);
                Add(column.Name, Kinds.Of(column, sql));
            }
        }
    }

    // SQLite tells columns of the same name apart by numbers.
    private void Add(string name, Operand operand)
    {
        string unique = name;
        for (int i = 1; _outputs.Exists(o => o.Name.Equals(unique, StringComparison.OrdinalIgnoreCase)); i++) unique = $"{name}:{i}";
        _outputs.Add(SelectOutput.Of(unique, operand));
    }
}
