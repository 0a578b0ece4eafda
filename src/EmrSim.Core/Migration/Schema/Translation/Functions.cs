using EmrSim.Core.Migration.Schema.Parsing;

namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>Writes functions (https://sqlite.org/lang_corefunc.html). One that is not listed is not translated.</summary>
internal static class Functions
{
    private static readonly HashSet<string> s_aggregates = new(StringComparer.Ordinal)
    {
        "count", "sum", "total", "avg", "group_concat", "string_agg", "json_group_array", "json_group_object",
    };

    private static readonly Dictionary<(string Name, int Arguments), Func<ExpressionWriter, IReadOnlyList<SqlNode>, Operand>> s_functions = new()
    {
        [("lower", 1)] = static (w, a) => Fold("lower", Text(w, a[0])),
        [("upper", 1)] = static (w, a) => Fold("upper", Text(w, a[0])),
        [("trim", 1)] = static (w, a) => Call("btrim", Text(w, a[0])),
        [("ltrim", 1)] = static (w, a) => Call("ltrim", Text(w, a[0])),
        [("rtrim", 1)] = static (w, a) => Call("rtrim", Text(w, a[0])),
        [("trim", 2)] = static (w, a) => Call("btrim", Text(w, a[0]), Text(w, a[1])),
        [("ltrim", 2)] = static (w, a) => Call("ltrim", Text(w, a[0]), Text(w, a[1])),
        [("rtrim", 2)] = static (w, a) => Call("rtrim", Text(w, a[0]), Text(w, a[1])),
        [("replace", 3)] = static (w, a) => Replace(Text(w, a[0]), Text(w, a[1]), Text(w, a[2])),
        [("instr", 2)] = static (w, a) => Position(Text(w, a[0]), Text(w, a[1])),
        [("length", 1)] = static (w, a) => Length(w.Part(a[0])),
        [("octet_length", 1)] = static (w, a) => Octets(w.Part(a[0])),
        [("substr", 2)] = Substrings.Write,
        [("substr", 3)] = Substrings.Write,
        [("substring", 2)] = Substrings.Write,
        [("substring", 3)] = Substrings.Write,
        [("hex", 1)] = static (w, a) => Hex(w.Part(a[0])),
        [("abs", 1)] = static (w, a) => NumberFunctions.Abs(w.Part(a[0])),
        [("round", 1)] = static (w, a) => NumberFunctions.Round(w.Part(a[0])),
        [("ifnull", 2)] = Coalesce,
        [("nullif", 2)] = static (w, a) => NullIf(w.Part(a[0]), w.Part(a[1])),
        [("typeof", 1)] = static (w, a) => TypeOf(w.Part(a[0])),
        [("json_valid", 1)] = static (w, a) => JsonValid(w.Any(a[0])),
    };

    internal static Operand Write(ExpressionWriter writer, SqlNode node)
    {
        if (Clock.Read(node) is { } clock)
            return writer.Immutable ? throw new Refusal("the time of day, which an index or a computed column cannot depend on") : clock.Operand();
        var call = (CallNode)node;
        if (call.Unknown is { } unknown) throw new Refusal(unknown);
        if (s_aggregates.Contains(call.Name) || (call.Name is "min" or "max" && call.Arguments.Count == 1)) return writer.Scope.Aggregate(call, writer);
        if (call.Star || call.Distinct || call.Filter is not null) throw new Refusal($"{call.Name}() with such arguments");
        IReadOnlyList<SqlNode> arguments = call.Arguments;
        return call.Name switch
        {
            "coalesce" when arguments.Count > 1 => Coalesce(writer, arguments),
            "iif" or "if" when arguments.Count is 2 or 3 =>
                ExpressionWriter.Choice([writer.Varying(writer.Condition, arguments[0])], [.. arguments.Skip(1).Select(writer.Part)]),
            "min" or "max" => NumberFunctions.Extreme(call.Name, [.. arguments.Select(writer.Part)]),
            _ => s_functions.TryGetValue((call.Name, arguments.Count), out Func<ExpressionWriter, IReadOnlyList<SqlNode>, Operand>? write)
                ? write(writer, arguments)
                : throw new Refusal($"the function {call.Name}()"),
        };
    }

    /// <summary>A function that gives a text, and NULL for NULL.</summary>
    internal static Operand Call(string name, params ReadOnlySpan<Operand> arguments)
    {
        var sql = new List<string>();
        foreach (Operand argument in arguments)
        {
            if (argument.Kind == OperandKind.Null) return Operand.Null;
            sql.Add(argument.Sql);
        }

        return new Operand($"{name}({string.Join(", ", sql)})", OperandKind.Text);
    }

    /// <summary>An argument as a text.</summary>
    internal static Operand Text(ExpressionWriter writer, SqlNode node) => Texts.Of(writer.Part(node));

    // SQLite knows no letters but those of ASCII, and neither does PostgreSQL in the collation "C".
    private static Operand Fold(string name, Operand text) =>
        text.Kind == OperandKind.Null ? text : new Operand($"{name}({text.Sql} COLLATE \"C\")", OperandKind.Text) { Bytewise = true };

    // Where there is nothing to be replaced SQLite does not look at what would come in its place, be it NULL.
    private static Operand Replace(Operand text, Operand old, Operand fresh)
    {
        if (text.Kind == OperandKind.Null || old.Kind == OperandKind.Null) return Operand.Null;
        if (old.Literal is TextNode { Value: "" }) return new Operand(text.Sql, OperandKind.Text);
        Operand call = Call("replace", text, old, fresh);
        if (old.Literal is TextNode || fresh.Literal is TextNode) return call;
        return new Operand($"(CASE WHEN {old.Sql} = '' THEN {text.Sql} ELSE {call.Sql} END)", OperandKind.Text);
    }

    private static Operand Position(Operand text, Operand part) =>
        Call("strpos", text, part) is { Kind: OperandKind.Text } call ? Count(call.Sql) : Operand.Null;

    private static Operand Length(Operand operand) => operand.Kind == OperandKind.Bytes
        ? Count($"octet_length({operand.Sql})")
        : Texts.Of(operand) is { Kind: OperandKind.Text } text ? Count($"length({text.Sql})") : Operand.Null;

    private static Operand Octets(Operand operand) => operand.Kind == OperandKind.Bytes
        ? Count($"octet_length({operand.Sql})")
        : Texts.Of(operand) is { Kind: OperandKind.Text } text ? Count($"octet_length({text.Sql})") : Operand.Null;

    private static Operand Count(string sql) => new(sql, OperandKind.Integer) { Narrow = true, NonNegative = true };

    // Of NULL it makes an empty text.
    private static Operand Hex(Operand operand) => operand.Kind == OperandKind.Bytes
        ? new Operand($"COALESCE(upper(encode({operand.Sql}, 'hex') COLLATE \"C\"), '')", OperandKind.Text) { Bytewise = true }
        : throw new Refusal($"hex() of a {Kinds.Name(operand.Kind)}");

    private static Operand Coalesce(ExpressionWriter writer, IReadOnlyList<SqlNode> arguments)
    {
        (IReadOnlyList<string> sql, Operand common) = Branches.Unify(
            [.. arguments.Select((a, i) => i < arguments.Count - 1 ? writer.Varying(writer.Part, a) : writer.Part(a))]);
        return common.Kind == OperandKind.Null ? common : common with { Sql = $"COALESCE({string.Join(", ", sql)})" };
    }

    // Its comparison knows no affinity.
    private static Operand NullIf(Operand left, Operand right)
    {
        if (left.Kind == OperandKind.Null || right.Kind == OperandKind.Null) return Bare(left, left.Sql);
        (string l, string r) = Comparison.Align(left with { Affinity = null }, right with { Affinity = null }, sorts: false);
        return Bare(left, $"(CASE WHEN {l} = {r} THEN NULL ELSE {left.Sql} END)");
    }

    // What a function gives is no column any more, whatever it was given.
    private static Operand Bare(Operand operand, string sql) => operand with { Sql = sql, Affinity = null, Collation = null, Literal = null, Column = null };

    private static Operand TypeOf(Operand operand)
    {
        string type = operand switch
        {
            { Kind: OperandKind.Integer or OperandKind.Boolean } => "integer",
            { Kind: OperandKind.Text } => "text",
            { Kind: OperandKind.Bytes } => "blob",
            { Kind: OperandKind.Real, MaybeWhole: false, Affinity: null or SqliteAffinity.Real } => "real",
            _ => throw new Refusal($"typeof() of a {Kinds.Name(operand.Kind)}"),
        };
        return new Operand($"(CASE WHEN {operand.Sql} IS NULL THEN 'null' ELSE '{type}' END)", OperandKind.Text);
    }

    // A column of a JSON type holds nothing else.
    private static Operand JsonValid(Operand operand) => operand.Kind is OperandKind.Json or OperandKind.Jsonb
        ? Operand.Condition($"(CASE WHEN {operand.Sql} IS NOT NULL THEN true END)")
        : throw new Refusal("json_valid(), which PostgreSQL has for the types json and jsonb only");
}
