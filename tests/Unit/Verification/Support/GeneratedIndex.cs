using CsCheck;
using static EmrSim.Tests.Verification.Support.SqlLiteral;

namespace EmrSim.Tests.Verification.Support;

/// <summary>An index as SQL.</summary>
internal sealed record GeneratedIndex(string Name, string Sql)
{
    private static readonly string[] s_expressions = ["lower({0})", "{0} || ''", "length({0})", "+{0}", "abs({0})"];
    private static readonly string[] s_collations = ["", "", "", " COLLATE NOCASE", " COLLATE RTRIM", " COLLATE BINARY"];
    private static readonly string[] s_directions = ["", " ASC", " DESC"];
    private static readonly string[] s_conditions = [" WHERE {0} IS NOT NULL", " WHERE {0} > 1", " WHERE typeof({0}) = 'text'"];

    /// <summary>An index of 1 to 3 columns; a column may come twice, as SQLite allows.</summary>
    internal static Gen<GeneratedIndex> Of(string table, string[] columns) => Gen.Select(
        Gen.Int[0, 99_999], Parts(columns), Gen.Frequency((3, Gen.Const("")), (1, Gen.Const("UNIQUE "))), Condition(columns),
        (number, parts, unique, condition) => Named($"{table} i{number}", table, parts, unique, condition));

    private static GeneratedIndex Named(string name, string table, string[] parts, string unique, string condition) =>
        new(name, $"CREATE {unique}INDEX {Quote(name)} ON {Quote(table)}({string.Join(", ", parts)}){condition}");

    private static readonly Gen<string> s_part = Gen.Select(
        Gen.Frequency((24, Gen.Const("{0}")), (1, Gen.OneOf(s_expressions))), Gen.OneOf(s_collations), Gen.OneOf(s_directions),
        (expression, collation, direction) => expression + collation + direction);

    private static Gen<string[]> Parts(string[] columns) => Gen.Select(
        Gen.Frequency((5, Gen.Shuffle(columns, 1, 3)), (1, Gen.OneOf(columns).Array[2, 3])), s_part.Array[3],
        (chosen, parts) => (string[])[.. chosen.Select((column, i) => string.Format(parts[i], Quote(column)))]);

    private static Gen<string> Condition(string[] columns) => Gen.Frequency(
        (19, Gen.Const("")), (1, Gen.Select(Gen.OneOf(s_conditions), Gen.OneOf(columns), (c, column) => string.Format(c, Quote(column)))));
}
