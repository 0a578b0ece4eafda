namespace EmrSim.Core.Migration.Schema.Parsing;

/// <summary>What a CREATE TABLE statement says.</summary>
/// <param name="Name">The table.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="PrimaryKey">Its primary key, wherever it is declared.</param>
/// <param name="UniqueKeys">Its UNIQUE constraints, of columns and of the table, in their order.</param>
/// <param name="ForeignKeys">The same of its foreign keys.</param>
/// <param name="Checks">The same of its CHECKs.</param>
/// <param name="WithoutRowid">Whether it is WITHOUT ROWID.</param>
/// <param name="Strict">Whether it is STRICT.</param>
internal sealed record ParsedTable(
    string Name,
    IReadOnlyList<ParsedColumn> Columns,
    ParsedKey? PrimaryKey,
    IReadOnlyList<ParsedKey> UniqueKeys,
    IReadOnlyList<ParsedForeignKey> ForeignKeys,
    IReadOnlyList<SourceCheck> Checks,
    bool WithoutRowid,
    bool Strict);

/// <summary>A column.</summary>
internal sealed record ParsedColumn(string Name, string Type)
{
    internal bool NotNull { get; set; }

    /// <summary>What NOT NULL says of a conflict: REPLACE and so on; null where it says nothing, or ABORT.</summary>
    internal string? NotNullConflict { get; set; }

    internal string? Default { get; set; }

    internal string? Collation { get; set; }

    internal string? Generated { get; set; }

    internal bool Stored { get; set; }
}

/// <summary>A key.</summary>
/// <param name="Name">Its name where it was given one.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="OnConflict">REPLACE and so on; null where nothing is said, or ABORT.</param>
/// <param name="AutoIncrement">Whether it is AUTOINCREMENT.</param>
internal sealed record ParsedKey(string? Name, IReadOnlyList<ParsedTerm> Columns, string? OnConflict, bool AutoIncrement);

/// <summary>A column or an expression of a key or an index.</summary>
/// <param name="Sql">What is written, without collation and direction.</param>
/// <param name="Column">The name, where it is no more than a name.</param>
/// <param name="Collation">The collation, where it is written.</param>
/// <param name="Descending">Whether DESC is written.</param>
internal sealed record ParsedTerm(string Sql, string? Column, string? Collation, bool Descending);

/// <summary>A foreign key.</summary>
/// <param name="Name">Its name where it was given one.</param>
/// <param name="Columns">The columns of the child.</param>
/// <param name="Parent">The parent.</param>
/// <param name="ParentColumns">Those of the parent; empty where none are written.</param>
/// <param name="OnUpdate">NO ACTION and so on.</param>
/// <param name="OnDelete">The same.</param>
internal sealed record ParsedForeignKey(
    string? Name, IReadOnlyList<string> Columns, string Parent, IReadOnlyList<string> ParentColumns, string OnUpdate, string OnDelete)
{
    internal bool Deferred { get; set; }
}

/// <summary>What a CREATE INDEX statement says.</summary>
internal sealed record ParsedIndex(string Name, string Table, bool Unique, IReadOnlyList<ParsedTerm> Terms, string? Where);
