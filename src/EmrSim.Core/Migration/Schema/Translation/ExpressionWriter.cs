using System.Runtime.CompilerServices;
using EmrSim.Core.Migration.Schema.Parsing;

namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>Writes expressions.</summary>
/// <param name="scope">What names mean.</param>
/// <param name="immutable">Whether the result may depend on nothing but the row, as in an index and a computed column.</param>
internal sealed class ExpressionWriter(Scope scope, bool immutable)
{
    private int _collations;

    internal Scope Scope => scope;

    internal bool Immutable => immutable;

    /// <summary>An expression whose value is looked at.</summary>
    internal Operand Write(SqlNode node)
    {
        Operand operand = Any(node);
        return operand.Column is { } column && Kinds.Changes(column)
            ? throw new Refusal($"the column {column.Name}, whose values do not stay what they are")
            : operand;
    }

    /// <summary>An expression that is part of another, where a collation would spread to what is around it.</summary>
    internal Operand Part(SqlNode node)
    {
        Operand operand = Write(node);
        return operand.Collated ? throw new Refusal("a collation within an expression") : operand;
    }

    /// <summary>A condition.</summary>
    internal string Condition(SqlNode node) => Conditions.Of(Part(node));

    /// <summary>An expression that is only handed on, or compared with NULL.</summary>
    internal Operand Any(SqlNode node)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw new Refusal("so deep an expression");
        int place = scope.Place;
        int collations = _collations;
        Operand operand = node switch
        {
            IntegerNode integer => Literals.Integer(integer.Value, negative: false),
            RealNode real => Literals.Real(real.Value, negative: false),
            TextNode text => Literals.Text(text.Value),
            BlobNode blob => Literals.Blob(blob.Digits),
            NullNode => Operand.Null,
            NameNode name => Name(name),
            UnaryNode unary => Unary(unary),
            BinaryNode binary => Binary(binary),
            NullTestNode test => NullTest(test),
            BetweenNode between => Between(between),
            InListNode list => InList.Write(this, list),
            PatternNode pattern => Patterns.Write(this, pattern),
            CaseNode choice => Case(choice),
            CastNode cast => Casts.Write(this, cast),
            CollateNode collate => Collate(collate),
            ClockNode or CallNode => Functions.Write(this, node),
            InSelectNode or ExistsNode or ScalarSelectNode => Subselects.Write(this, node),
            RowNode => throw new Refusal("a row of values"),
            _ => throw new Refusal("an expression of an unknown kind"),
        };
        // In SQLite a COLLATE counts for all that is around it: that of a condition for what CASE gives, too.
        if (operand.Kind == OperandKind.Text && node is not CollateNode && _collations > collations) throw new Refusal("a collation within an expression");
        if (IsWorkedOut(node)) RefuseConstant(place);
        scope.Written(operand, place);
        return operand;
    }

    /// <summary>Writes what PostgreSQL would work out beforehand if it were constant, and go on to work out what is around it.</summary>
    internal T Varying<T>(Func<SqlNode, T> write, SqlNode node)
    {
        int place = scope.Place;
        T result = write(node);
        RefuseConstant(place);
        return result;
    }

    private void RefuseConstant(int place)
    {
        if (scope.RefusesConstants && scope.Place == place) throw new Refusal("a comparison or a function of nothing but constants");
    }

    private static bool IsWorkedOut(SqlNode node) => node switch
    {
        CallNode or PatternNode or BetweenNode or InListNode => true,
        BinaryNode binary => binary.Operator is "=" or "<>" or "<" or "<=" or ">" or ">=" or "IS" or "IS NOT",
        _ => false,
    };

    private Operand Name(NameNode name)
    {
        if (scope.Resolve(name) is { } column) return column;
        if (name.IsBoolean) return Literals.Integer(name.Column.Equals("true", StringComparison.OrdinalIgnoreCase) ? 1 : 0);
        // SQLite takes a name in double quotes that names nothing for a text (https://sqlite.org/quirks.html).
        return name.DoubleQuoted ? Literals.Text(name.Column) : throw new Refusal($"the name {string.Join('.', name.Parts)}, which is no column");
    }

    private Operand Unary(UnaryNode node)
    {
        switch (node.Operator)
        {
            case "NOT": return Operand.Condition($"(NOT {Condition(node.Operand)})");
            case "-" when node.Operand is IntegerNode integer: return Literals.Integer(integer.Value, negative: true);
            case "-" when node.Operand is RealNode real: return Literals.Real(real.Value, negative: true);
            case "-": return Numbers.Negative(Part(node.Operand));
            case "~": return Numbers.Not(Part(node.Operand));
            // It changes nothing but that the operand has no affinity any more.
            default: return Write(node.Operand) with { Affinity = null };
        }
    }

    private Operand Binary(BinaryNode node)
    {
        switch (node.Operator)
        {
            case "AND" or "OR": return Operand.Condition($"({Condition(node.Left)} {node.Operator} {Condition(node.Right)})");
            case "IS" or "IS NOT" when node.Right is NameNode { IsBoolean: true } name && scope.Resolve(name) is null:
                // Beside TRUE and FALSE it asks whether the operand holds (https://sqlite.org/lang_expr.html#the_is_and_is_not_operators).
                return Operand.Condition($"({Condition(node.Left)} {node.Operator} {name.Column.ToUpperInvariant()})");
            case "=" or "<>" or "<" or "<=" or ">" or ">=" or "IS" or "IS NOT":
                return Comparison.Write(node.Operator, Write(node.Left), Write(node.Right));
            case "||": return Concatenation(Texts.Of(Part(node.Left)), Texts.Of(Part(node.Right)));
            case "->" or "->>": throw new Refusal($"{node.Operator}, which gives values of several types");
            default: return Numbers.Binary(node.Operator, Part(node.Left), Part(node.Right));
        }
    }

    private static Operand Concatenation(Operand left, Operand right) => left.Kind == OperandKind.Null || right.Kind == OperandKind.Null
        ? Operand.Null
        : new Operand($"({left.Sql} || {right.Sql})", OperandKind.Text);

    private Operand NullTest(NullTestNode node) => Operand.Condition($"({Any(node.Operand).Sql} IS {(node.Not ? "NOT " : "")}NULL)");

    private Operand Between(BetweenNode node)
    {
        Operand operand = Varying(Write, node.Operand);
        Operand low = Comparison.Write(">=", operand, Write(node.Low));
        Operand high = Comparison.Write("<=", operand, Write(node.High));
        string sql = $"({low.Sql} AND {high.Sql})";
        return Operand.Condition(node.Not ? $"(NOT {sql})" : sql);
    }

    private Operand Case(CaseNode node)
    {
        Operand? operand = node.Operand is null ? null : Varying(Write, node.Operand);
        List<string> conditions =
        [
            .. node.Branches.Select(b => operand is null ? Varying(Condition, b.When) : Comparison.Write("=", operand, Write(b.When)).Sql),
        ];
        List<Operand> values = [.. node.Branches.Select(b => Part(b.Then))];
        if (node.Else is not null) values.Add(Part(node.Else));
        return Choice(conditions, values);
    }

    /// <summary>CASE; where there is one value more than conditions it is the last resort.</summary>
    internal static Operand Choice(IReadOnlyList<string> conditions, IReadOnlyList<Operand> values)
    {
        (IReadOnlyList<string> sql, Operand common) = Branches.Unify(values);
        if (common.Kind == OperandKind.Null) return Operand.Null;
        string branches = string.Concat(conditions.Select((c, i) => $" WHEN {c} THEN {sql[i]}"));
        string otherwise = values.Count > conditions.Count ? $" ELSE {sql[^1]}" : "";
        return common with { Sql = $"(CASE{branches}{otherwise} END)" };
    }

    private Operand Collate(CollateNode node)
    {
        Operand operand = Write(node.Operand);
        _collations++;
        // Of two the inner one counts.
        return operand.Collated ? operand : operand with { Collation = node.Collation.ToUpperInvariant(), Collated = true };
    }
}
