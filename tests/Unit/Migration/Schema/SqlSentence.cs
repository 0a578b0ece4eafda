namespace EmrSim.Tests.Migration.Schema;

/// <summary>Makes expressions of SQLite at random, mostly of types that go together.</summary>
internal sealed class SqlSentence(int seed)
{
    private readonly Random _random = new(seed);

    internal string Any(int depth) => Pick<Func<int, string>>(Text, Integer, Real, Condition, Condition)(depth);

    internal string Condition(int depth)
    {
        if (depth <= 0) return Pick("b", "NOT b", "s IS NULL", "n > 0", "b = 1", "b IS NOT TRUE", "k");
        return _random.Next(22) switch
        {
            0 or 1 => $"{Text(depth - 1)} {Compare} {Text(depth - 1)}",
            2 or 3 => $"{Integer(depth - 1)} {Compare} {Integer(depth - 1)}",
            4 => $"{Real(depth - 1)} {Compare} {Real(depth - 1)}",
            5 => $"{Integer(depth - 1)} {Compare} {Pick("1.5", "-0.5", "2.0", "1e15", "r", "y")}",
            6 => $"({Condition(depth - 1)}) {Pick("AND", "OR")} ({Condition(depth - 1)})",
            7 => $"{Condition(depth - 1)} {Pick("AND", "OR")} {Condition(depth - 1)}",
            8 => $"NOT {Condition(depth - 1)}",
            9 => $"{Text(depth - 1)} {Pick("", "NOT ")}LIKE {Pick("'a%'", "'%B_'", "'_'", "'%é%'", "t", "'a\\%b'", "'%\\%b' ESCAPE '\\'", "'A!_B' ESCAPE '!'", "''")}",
            10 => $"{Text(depth - 1)} {Pick("", "NOT ")}GLOB {Pick("'a*'", "'[a-c]*'", "'*[^a-z]*'", "'?'", "'[]x]*'", "'*[0-9]'", "'*\\b'", "'*.b'", "'[[]x]'", "'*[Zz]?rich'", "''")}",
            11 => $"{Text(depth - 1)} IN ({Text(0)}, {Text(0)}, 'abc')",
            12 => $"{Integer(depth - 1)} {Pick("", "NOT ")}IN (1, {Integer(0)}, NULL)",
            13 => $"{Pick("s", "c", "p", "t", "lower(s)")} {Pick("", "NOT ")}BETWEEN {Text(0)} AND {Text(0)}",
            14 => $"{Integer(depth - 1)} BETWEEN {Integer(0)} AND {Integer(depth - 1)}",
            15 => $"b {Pick("=", "<>", "IS", "IS NOT", "<", ">=", "IN")} {Pick("0", "1", "2", "(1, 0)", "(1)", "TRUE", "b", "k", "'1'")}",
            16 => $"{Any(depth - 1)} IS {Pick("", "NOT ")}NULL",
            17 => $"{Pick("d", "e")} {Compare} {Pick("d", "e", "'2024-01-05'", "'2000-01-01'")}",
            18 => $"z {Compare} {Pick("x'61'", "x''", "z")}",
            19 => $"{Pick("s", "c", "p", "s COLLATE NOCASE", "t COLLATE RTRIM", "c COLLATE BINARY")} {Compare} {Pick("t", "c", "p", "'ABC'", "s COLLATE NOCASE")}",
            20 => $"{Pick("y", "u")} {Compare} {Pick("1.5", "10", "y", "k", "'ffffffff-ffff-4fff-8fff-ffffffffffff'", "u", "s")}",
            _ => $"{Any(depth - 1)} {Pick(Compare, "IS")} {Any(depth - 1)}",
        };
    }

    private string Compare => Pick("=", "<>", "<", "<=", ">", ">=", "IS", "IS NOT", "==", "!=");

    private string Text(int depth)
    {
        if (depth <= 0) return Pick("s", "t", "c", "p", "s", "t", "'abc'", "'ABC'", "''", "'é'", "\"x\"", "'5'", "NULL");
        return _random.Next(16) switch
        {
            0 => $"{Text(depth - 1)} || {Text(depth - 1)}",
            1 => $"{Text(depth - 1)} || {Integer(depth - 1)}",
            2 => $"lower({Text(depth - 1)})",
            3 => $"upper({Text(depth - 1)})",
            4 => $"{Pick("trim", "ltrim", "rtrim")}({Text(depth - 1)}{Pick("", ", 'a '", ", ''")})",
            5 => $"substr({Text(depth - 1)}, {Pick("1", "2", "0", "-2", "-9", "99", "instr(s, 'b')", "n", "length(t) + 1")}{Pick("", ", 1", ", 0", ", 3", ", length(s)", ", n", ", instr(s, 'b') - 1", ", -1")})",
            6 => $"replace({Text(depth - 1)}, {Text(0)}, {Text(0)})",
            7 => $"{Pick("ifnull", "coalesce")}({Text(depth - 1)}, {Text(depth - 1)})",
            8 => $"nullif({Text(depth - 1)}, {Text(depth - 1)})",
            9 => $"CASE WHEN {Condition(depth - 1)} THEN {Text(depth - 1)} {Pick("", "ELSE " + Text(depth - 1))} END",
            10 => $"CASE {Any(depth - 1)} WHEN {Any(0)} THEN {Text(depth - 1)} WHEN {Any(0)} THEN 'x' END",
            11 => $"{Pick("min", "max")}({Text(depth - 1)}, {Text(depth - 1)}{Pick("", ", 'b'")})",
            12 => $"CAST({Integer(depth - 1)} AS TEXT)",
            13 => $"typeof({Any(depth - 1)})",
            14 => Pick("hex(z)", "u", "iif(b, s, t)", "CAST(s AS VARCHAR(3))", "+s", "+c", "CAST(c AS TEXT)", "CAST(p AS CHAR)", "iif(s COLLATE NOCASE = t, s, t)"),
            _ => Text(0),
        };
    }

    private string Integer(int depth)
    {
        if (depth <= 0) return Pick("n", "m", "k", "b", "0", "1", "-1", "5", "2147483647", "9223372036854775807", "-9223372036854775808", "NULL", "0x10", "TRUE", "'7'");
        return _random.Next(14) switch
        {
            0 or 1 => $"{Integer(depth - 1)} {Pick("+", "-", "*")} {Integer(depth - 1)}",
            2 or 3 => $"{Integer(depth - 1)} {Pick("/", "%")} {Integer(depth - 1)}",
            4 => $"({Integer(depth - 1)}) {Pick("&", "|", "<<", ">>")} {Pick("1", "3", "63", "64", "-1", Integer(0))}",
            5 => $"{Pick("-", "~", "+", "- ")}({Integer(depth - 1)})",
            6 => $"length({Pick(Text(depth - 1), Integer(0), "z")})",
            7 => $"instr({Text(depth - 1)}, {Text(0)})",
            8 => $"abs({Integer(depth - 1)})",
            9 => $"({Condition(depth - 1)})",
            10 => $"coalesce({Integer(depth - 1)}, {Integer(0)}, 7)",
            11 => $"CASE WHEN {Condition(depth - 1)} THEN {Integer(depth - 1)} ELSE {Integer(depth - 1)} END",
            12 => $"{Pick("min", "max", "nullif", "ifnull")}({Integer(depth - 1)}, {Integer(depth - 1)})",
            _ => $"CAST({Pick(Real(depth - 1), Integer(0), "y")} AS INTEGER)",
        };
    }

    private string Real(int depth)
    {
        if (depth <= 0) return Pick("r", "q", "r", "0.5", "-1.25", "2.0", "1e3", "y", "n", "0.1");
        return _random.Next(9) switch
        {
            0 or 1 => $"{Real(depth - 1)} {Pick("+", "-", "*")} {Real(depth - 1)}",
            2 => $"{Real(depth - 1)} / {Real(depth - 1)}",
            3 => $"round({Real(depth - 1)})",
            4 => $"abs({Real(depth - 1)})",
            5 => $"-({Real(depth - 1)})",
            6 => $"coalesce({Real(depth - 1)}, {Pick("0", "0.0", "r")})",
            7 => $"CAST({Integer(depth - 1)} AS REAL)",
            _ => $"{Pick("min", "max")}({Real(depth - 1)}, {Real(0)})",
        };
    }

    private T Pick<T>(params T[] from) => from[_random.Next(from.Length)];
}
