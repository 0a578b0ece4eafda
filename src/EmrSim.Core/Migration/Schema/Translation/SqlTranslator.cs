using EmrSim.Core.Migration.Schema.Parsing;
using EmrSim.Core.Migration.Values;

namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>
/// Translates SQL of SQLite into PostgreSQL's: what is translated means the same for every row, and what would not is refused with its reason. Only
/// an error may stand where SQLite has a value: see <see cref="Numbers"/>. Names in the result are always quoted; texts compare byte by byte on both sides,
/// provided that the columns of texts are made with COLLATE "C".
/// </summary>
internal static class SqlTranslator
{
    /// <summary>A CHECK, or the condition of a partial index.</summary>
    internal static Translation Condition(string sql, IReadOnlyList<TranslationColumn> columns) =>
        Try(() => new ExpressionWriter(new TableScope(columns, ofComputed: false), immutable: true).Condition(ExpressionParser.Read(sql)));

    /// <summary>An expression of an index, or of a computed column.</summary>
    /// <param name="sql">The expression.</param>
    /// <param name="columns">The columns of its table.</param>
    /// <param name="target">The type of the computed column; null for an index.</param>
    internal static Translation Expression(string sql, IReadOnlyList<TranslationColumn> columns, PgType? target) => Try(() =>
    {
        var scope = new TableScope(columns, ofComputed: target is not null);
        Operand operand = new ExpressionWriter(scope, immutable: true).Part(ExpressionParser.Read(sql));
        if (target is null && scope.Place == 0) throw new Refusal("an index over a constant");
        return target is null ? Key(operand) : Targets.Convert(operand, target);
    });

    /// <summary>A DEFAULT.</summary>
    /// <param name="sql">The default, as PRAGMA table_xinfo gives it.</param>
    /// <param name="target">The type of its column.</param>
    internal static Translation Default(string sql, PgType target) => Try(() => DefaultWriter.Write(sql, target));

    /// <summary>A view.</summary>
    /// <param name="createView">Its CREATE VIEW.</param>
    /// <param name="tables">Tables, and views that are translated, by their names whatever their case; null for what is not there. For the view's own name it may give the name that the view is to have.</param>
    internal static Translation View(string createView, Func<string, (string TargetName, IReadOnlyList<TranslationColumn> Columns)?> tables)
    {
        IReadOnlyList<TranslationColumn> columns = [];
        Translation translation = Try(() =>
        {
            (string sql, columns) = ViewWriter.Write(createView, tables);
            return sql;
        });
        return translation.Sql is null ? translation : translation with { Columns = columns };
    }

    // An index sorts: what it is over has to be sorted as SQLite sorts it, or the queries that it is for do not find it of use.
    private static string Key(Operand operand) => operand switch
    {
        { Kind: OperandKind.Null or OperandKind.Json or OperandKind.Jsonb } => throw new Refusal($"an index over a {Kinds.Name(operand.Kind)}"),
        { Kind: OperandKind.Text, Bytewise: false } => $"({operand.Sql} COLLATE \"C\")",
        _ => operand.Sql,
    };

    private static Translation Try(Func<string> write)
    {
        try
        {
            return new Translation(write(), null);
        }
        catch (Exception e) when (e is Refusal or SqlSyntaxException)
        {
            return new Translation(null, e.Message);
        }
    }
}
