using System.Text;
using EmrSim.Core.Migration.Schema.Parsing;
using EmrSim.Core.Migration.Values;

namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>A column of a SELECT's result.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">What it is, as it is written; NULL has no type yet.</param>
/// <param name="Source">What it was before it was made fit to be seen.</param>
internal sealed record SelectOutput(string Name, Operand Value, Operand Source)
{
    // https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
    private const int LongestName = 63;

    /// <summary>Makes a column of an expression: integers of 64 bits, texts that sort byte by byte, conditions as 0 and 1.</summary>
    internal static SelectOutput Of(string name, Operand operand)
    {
        RequireName(name);
        Operand value = operand;
        if (value is { Kind: OperandKind.Boolean, Column: null }) value = Numbers.Of(value);
        if (value is { Kind: OperandKind.Integer, Narrow: true, Column: null }) value = value with { Sql = Numbers.Wide(value), Narrow = false };
        if (value is { Kind: OperandKind.Text, Column: null })
            value = value with { Sql = value.Literal is null ? Texts.Bytewise(value) : $"({value.Sql}::pg_catalog.text COLLATE \"C\")", Bytewise = true };
        return new SelectOutput(name, value, operand);
    }

    internal static void RequireName(string name)
    {
        if (name.Length == 0 || Encoding.UTF8.GetByteCount(name) > LongestName) throw new Refusal($"the name '{name}', which PostgreSQL cannot bear");
    }

    /// <summary>The name that SQLite gives to what is selected.</summary>
    /// <param name="item">What is selected.</param>
    /// <param name="scope">What names mean.</param>
    /// <param name="asWritten">Whether a column is called as it is written, as in a SELECT of FROM, and not as its table has it.</param>
    internal static string NameOf(SelectItem item, Scope scope, bool asWritten)
    {
        if (item.Alias is { } alias) return alias;
        SqlNode node = item.Expression!;
        while (node is CollateNode collate) node = collate.Operand;
        if (node is NameNode name && scope.Resolve(name) is { Column: { } column }) return asWritten ? name.Column : column.Name;
        return item.Sql;
    }

    /// <summary>Its type.</summary>
    internal PgType Type => Value.Column?.Type ?? Value.Kind switch
    {
        OperandKind.Integer => PgType.BigInt,
        OperandKind.Real => PgType.DoublePrecision,
        OperandKind.Numeric => new PgType(PgKind.Numeric),
        OperandKind.Boolean => new PgType(PgKind.Boolean),
        OperandKind.Bytes => PgType.Bytea,
        OperandKind.Date => new PgType(PgKind.Date),
        OperandKind.Time => new PgType(PgKind.Time),
        OperandKind.Timestamp => new PgType(PgKind.Timestamp),
        OperandKind.TimestampTz => new PgType(PgKind.TimestampTz),
        OperandKind.Json => new PgType(PgKind.Json),
        OperandKind.Jsonb => new PgType(PgKind.Jsonb),
        OperandKind.Uuid => new PgType(PgKind.Uuid),
        _ => PgType.Text,
    };

    /// <summary>As a column of a table.</summary>
    internal TranslationColumn Column => new(Name, Name, Type, Value.Collation ?? "BINARY")
    {
        // An expression has none, which is nearest to a blob's.
        Affinity = Value.Affinity ?? SqliteAffinity.Blob,
        Mixed = Value.MaybeWhole || (Value.Column is { } column && Kinds.Changes(column)),
        Infinite = Value.MaybeInfinite,
        Canonical = Value.Column is { Canonical: true },
        TimeForm = Value.Column?.TimeForm,
    };
}
