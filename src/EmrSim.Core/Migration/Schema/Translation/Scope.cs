using EmrSim.Core.Migration.Schema.Parsing;

namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>What names mean.</summary>
internal abstract class Scope
{
    /// <summary>The column that a name means; null where it means none.</summary>
    internal abstract Operand? Resolve(NameNode name);

    /// <summary>The writer of a SELECT within an expression; only those of views may have one.</summary>
    internal virtual SelectWriter Select() => throw new Refusal("a SELECT within an expression");

    /// <summary>Writes an aggregate function.</summary>
    internal virtual Operand Aggregate(CallNode call, ExpressionWriter writer) => throw new Refusal($"the aggregate function {call.Name}()");

    /// <summary>What stands for an expression by which rows are grouped has been written.</summary>
    internal virtual void Written(Operand operand, int place)
    {
    }

    /// <summary>How many columns have been named so far.</summary>
    internal virtual int Place => 0;

    /// <summary>
    /// Whether nothing may be compared or called that names no column. PostgreSQL works out constants of a computed column while it does not yet know their
    /// collations, and stops (42P22).
    /// </summary>
    internal virtual bool RefusesConstants => false;
}

/// <summary>The columns of one table.</summary>
/// <param name="columns">The columns.</param>
/// <param name="ofComputed">Whether it is for a computed column, which cannot name another.</param>
internal sealed class TableScope(IReadOnlyList<TranslationColumn> columns, bool ofComputed) : Scope
{
    private int _named;

    internal override int Place => _named;

    internal override bool RefusesConstants => ofComputed;

    internal override Operand? Resolve(NameNode name)
    {
        TranslationColumn? column = columns.FirstOrDefault(c => c.Name.Equals(name.Column, StringComparison.OrdinalIgnoreCase));
        if (column is null) return null;
        if (ofComputed && column.Generated) throw new Refusal($"the column {column.Name}, which is computed itself");
        _named++;
        return Kinds.Of(column, Literals.Name(column.TargetName));
    }
}
