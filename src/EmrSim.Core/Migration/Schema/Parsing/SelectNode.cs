namespace EmrSim.Core.Migration.Schema.Parsing;

/// <summary>A SELECT with what may follow it.</summary>
/// <param name="Cores">The selects, one or, between set operators, more.</param>
/// <param name="Operators">The set operators between them: UNION, UNION ALL, EXCEPT, INTERSECT.</param>
/// <param name="OrderBy">How it is ordered.</param>
/// <param name="Limit">How many rows.</param>
/// <param name="Offset">How many are passed over before.</param>
internal sealed record SelectNode(
    IReadOnlyList<SelectCore> Cores, IReadOnlyList<string> Operators, IReadOnlyList<OrderTerm> OrderBy, SqlNode? Limit, SqlNode? Offset);

/// <summary>One SELECT.</summary>
internal sealed record SelectCore(
    bool Distinct, IReadOnlyList<SelectItem> Items, IReadOnlyList<TableTerm> From, SqlNode? Where, IReadOnlyList<SqlNode> GroupBy, SqlNode? Having);

/// <summary>What is selected.</summary>
/// <param name="Expression">The expression; null for * and t.*.</param>
/// <param name="StarOf">The table of t.*; null for *.</param>
/// <param name="Alias">The name behind AS.</param>
/// <param name="Sql">What is written.</param>
internal sealed record SelectItem(SqlNode? Expression, string? StarOf, string? Alias, string Sql);

/// <summary>A table of FROM.</summary>
/// <param name="Table">Its name; null where it is a SELECT.</param>
/// <param name="Select">The SELECT; null where it is a table.</param>
/// <param name="Alias">What it is called here.</param>
/// <param name="Join">INNER, LEFT, RIGHT, FULL: how it is joined to those before it.</param>
/// <param name="On">The condition.</param>
/// <param name="Using">The columns of USING.</param>
internal sealed record TableTerm(string? Table, SelectNode? Select, string? Alias, string Join, SqlNode? On, IReadOnlyList<string> Using);

/// <summary>A term of ORDER BY.</summary>
/// <param name="Expression">The expression.</param>
/// <param name="Descending">DESC.</param>
/// <param name="NullsFirst">What is said of NULLs; null where nothing is.</param>
internal sealed record OrderTerm(SqlNode Expression, bool Descending, bool? NullsFirst);
