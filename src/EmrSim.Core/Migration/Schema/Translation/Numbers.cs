namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>Writes arithmetic.</summary>
/// <remarks>
/// Where 64 bits do not hold a result SQLite goes on with a real, and PostgreSQL stops with an error; likewise where a double becomes infinite. So a
/// translated expression may fail where SQLite has a value, and never has another one.
/// </remarks>
internal static class Numbers
{
    /// <summary>The operand as a number.</summary>
    internal static Operand Of(Operand operand) => operand.Kind switch
    {
        OperandKind.Integer or OperandKind.Real or OperandKind.Null => operand,
        OperandKind.Boolean => new Operand($"({operand.Sql}::integer)", OperandKind.Integer) { Narrow = true, NonNegative = true },
        OperandKind.Text when operand.AsInteger is { } integer => new Operand(integer, OperandKind.Integer),
        OperandKind.Numeric => throw new Refusal("arithmetic with a numeric column, which SQLite does in floating point"),
        _ => throw new Refusal($"arithmetic with a {Kinds.Name(operand.Kind)}"),
    };

    internal static Operand Negative(Operand operand)
    {
        Operand number = Of(operand);
        return number.Kind switch
        {
            OperandKind.Null => Operand.Null,
            OperandKind.Integer => new Operand($"(-{Wide(number)})", OperandKind.Integer),
            // To SQLite -x is 0 - x, which is no negative zero.
            _ => new Operand($"('0'::double precision - {number.Sql})", OperandKind.Real) { MaybeWhole = number.MaybeWhole, MaybeInfinite = number.MaybeInfinite },
        };
    }

    internal static Operand Not(Operand operand)
    {
        Operand number = Of(operand);
        if (number.Kind == OperandKind.Null) return Operand.Null;
        return number.Kind == OperandKind.Integer ? new Operand($"(~{Wide(number)})", OperandKind.Integer) : throw new Refusal("~ of a real");
    }

    internal static Operand Binary(string name, Operand left, Operand right)
    {
        (left, right) = (Of(left), Of(right));
        if (left.Kind == OperandKind.Null || right.Kind == OperandKind.Null) return Operand.Null;
        if (left.MaybeInfinite || right.MaybeInfinite) throw new Refusal("arithmetic with infinite numbers, of which SQLite makes NULL where PostgreSQL makes NaN");
        bool whole = left.Kind == OperandKind.Integer && right.Kind == OperandKind.Integer;
        return name switch
        {
            "+" or "-" or "*" => whole
                ? new Operand($"({Wide(left)} {name} {right.Sql})", OperandKind.Integer) { NonNegative = name != "-" && left.NonNegative && right.NonNegative }
                : Real($"({Double(left)} {name} {Double(right)})", left.MaybeWhole || right.MaybeWhole),
            "/" => whole ? new Operand($"({Wide(left)} / {Divisor(right)})", OperandKind.Integer) : Quotient(left, right),
            "%" => whole ? new Operand($"({Wide(left)} % {Divisor(right)})", OperandKind.Integer) : throw new Refusal("% of a real"),
            "&" or "|" => whole ? new Operand($"({Wide(left)} {name} {right.Sql})", OperandKind.Integer) : throw new Refusal($"{name} of a real"),
            _ => whole ? Shift(name, left, right) : throw new Refusal($"{name} of a real"),
        };
    }

    /// <summary>A number in double precision.</summary>
    internal static string Double(Operand number) => number.Kind == OperandKind.Real ? number.Sql : $"({number.Sql}::double precision)";

    /// <summary>An integer in 64 bits.</summary>
    internal static string Wide(Operand number) => number.Narrow ? $"({number.Sql}::bigint)" : number.Sql;

    private static Operand Real(string sql, bool maybeWhole) => new(sql, OperandKind.Real) { MaybeWhole = maybeWhole };

    private static Operand Quotient(Operand left, Operand right)
    {
        if (left.MaybeWhole || right.MaybeWhole) throw new Refusal("a division of what may be a whole number or a real");
        string divisor = Literals.Value(right) is { } value && value != 0 ? Double(right) : $"NULLIF({Double(right)}, 0)";
        return Real($"({Double(left)} / {divisor})", false);
    }

    // SQLite's x / 0 is NULL.
    private static string Divisor(Operand right) => Literals.Whole(right) is { } value && value != 0 ? right.Sql : $"NULLIF({right.Sql}, 0)";

    // PostgreSQL shifts by the lowest six bits of the count; SQLite by the whole of it, and backwards where it is negative.
    private static Operand Shift(string name, Operand left, Operand right) => Literals.Whole(right) is >= 0 and <= 63
        ? new Operand($"({Wide(left)} {name} {right.Sql})", OperandKind.Integer)
        : throw new Refusal($"{name} by anything but a literal of 0 to 63");
}
