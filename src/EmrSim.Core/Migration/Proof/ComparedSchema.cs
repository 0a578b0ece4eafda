namespace EmrSim.Core.Migration.Proof;

/// <summary>What is compared of a database's structure, whichever engine it is of.</summary>
/// <param name="IsPostgres">Whether it is PostgreSQL's.</param>
/// <param name="Tables">The tables, in the order of their names.</param>
/// <param name="NotCompared">What holds rows that are not compared, each as <c>virtual table x</c>.</param>
internal sealed record ComparedSchema(bool IsPostgres, IReadOnlyList<ComparedTable> Tables, IReadOnlyList<string> NotCompared);

/// <summary>A table.</summary>
internal sealed record ComparedTable
{
    internal required string Name { get; init; }

    internal required IReadOnlyList<ComparedColumn> Columns { get; init; }

    /// <summary>The columns that tell a row from all others; empty where there are none.</summary>
    internal required IReadOnlyList<string> Key { get; init; }

    internal required IReadOnlyList<ComparedIndex> Indexes { get; init; }

    internal required IReadOnlyList<ComparedForeignKey> ForeignKeys { get; init; }

    /// <summary>The columns that get the next number by themselves.</summary>
    internal required IReadOnlyList<ComparedNumber> Numbers { get; init; }

    /// <summary>About how many rows it has; it decides how it is divided, and what is told of the progress.</summary>
    internal required long Rows { get; init; }
}

/// <summary>A column.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Wire">How its values come.</param>
/// <param name="HoldsNumbers">Whether it may hold numbers whatever its type: all columns of SQLite may, but those of affinity TEXT.</param>
internal sealed record ComparedColumn(string Name, Wire Wire, bool HoldsNumbers);

/// <summary>A primary key, a unique constraint or an index.</summary>
/// <param name="Name">Its name; empty where it has none.</param>
/// <param name="IsPrimaryKey">Whether it is the primary key.</param>
/// <param name="IsUnique">Whether no key may come twice.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Where">The condition of a partial one; null where it holds all rows.</param>
/// <param name="IsValid">Whether PostgreSQL uses it: one whose making failed stays behind invalid.</param>
internal sealed record ComparedIndex(
    string Name, bool IsPrimaryKey, bool IsUnique, IReadOnlyList<ComparedIndexColumn> Columns, string? Where, bool IsValid = true)
{
    /// <summary>What makes it another than an index of SQLite could be, such as <c> USING gin</c>; empty for nothing.</summary>
    internal string Detail { get; init; } = "";

    /// <summary>The columns that it holds beside its key, which matter between two of PostgreSQL.</summary>
    internal IReadOnlyList<string> Included { get; init; } = [];
}

/// <summary>A column of an index.</summary>
/// <param name="Column">The column; null where it is an expression.</param>
/// <param name="Expression">The expression; null where it is a column.</param>
/// <param name="Fold">What is done to the text before it is compared: <c>lower</c> for the 26 letters, <c>rtrim</c>, an application's collation; empty for nothing.</param>
/// <param name="IsDescending">Its direction.</param>
internal sealed record ComparedIndexColumn(string? Column, string? Expression, string Fold, bool IsDescending)
{
    /// <summary>How it is ordered beside its direction, which matters between two of PostgreSQL; empty for nothing.</summary>
    internal string Detail { get; init; } = "";
}

/// <summary>A foreign key.</summary>
/// <param name="Name">Its name; empty where it has none.</param>
/// <param name="Columns">The columns of the child.</param>
/// <param name="Parent">The parent.</param>
/// <param name="ParentColumns">The columns of the parent; empty where there are none to refer to.</param>
/// <param name="OnUpdate">NO ACTION and so on.</param>
/// <param name="OnDelete">The same.</param>
/// <param name="IsValidated">Whether all rows were checked.</param>
/// <param name="IsDeferred">Whether it is checked at the commit only, unless a transaction asks for it before.</param>
internal sealed record ComparedForeignKey(
    string Name,
    IReadOnlyList<string> Columns,
    string Parent,
    IReadOnlyList<string> ParentColumns,
    string OnUpdate,
    string OnDelete,
    bool IsValidated = true,
    bool IsDeferred = false);

/// <summary>A column that gets the next number by itself.</summary>
/// <param name="Column">The column.</param>
/// <param name="Name">The sequence; empty where SQLite does it.</param>
/// <param name="Next">The number that comes next; null where that is what follows the greatest in the column.</param>
internal sealed record ComparedNumber(string Column, string Name, Int128? Next);
