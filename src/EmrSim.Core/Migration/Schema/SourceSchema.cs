namespace EmrSim.Core.Migration.Schema;

/// <summary>The whole schema of a SQLite database, as far as it can be carried, and what cannot.</summary>
/// <param name="Tables">The ordinary tables, ordered by name; no table of SQLite's own, no virtual one, no shadow of one.</param>
/// <param name="Views">The views.</param>
/// <param name="Leftovers">What has no counterpart: triggers, virtual tables, tables that only serve those.</param>
internal sealed record SourceSchema(IReadOnlyList<SourceTable> Tables, IReadOnlyList<SourceView> Views, IReadOnlyList<SourceLeftover> Leftovers);

/// <summary>A table.</summary>
internal sealed record SourceTable
{
    internal required string Name { get; init; }

    /// <summary>Its CREATE TABLE statement.</summary>
    internal required string Sql { get; init; }

    internal required IReadOnlyList<SourceColumn> Columns { get; init; }

    internal required bool WithoutRowid { get; init; }

    internal required bool Strict { get; init; }

    /// <summary>Whether its rowid column is AUTOINCREMENT.</summary>
    internal required bool AutoIncrement { get; init; }

    /// <summary>The column that is the rowid under another name (INTEGER PRIMARY KEY, and not INT); null where there is none.</summary>
    internal required string? RowidAlias { get; init; }

    /// <summary>The primary key as it was declared, its columns in the key's order; null where there is none.</summary>
    internal required SourceKey? PrimaryKey { get; init; }

    /// <summary>UNIQUE constraints, in the order of their declaration; a duplicate of the primary key or of one another is left out.</summary>
    internal required IReadOnlyList<SourceKey> UniqueKeys { get; init; }

    /// <summary>Indexes that were made by CREATE INDEX.</summary>
    internal required IReadOnlyList<SourceIndex> Indexes { get; init; }

    internal required IReadOnlyList<SourceForeignKey> ForeignKeys { get; init; }

    internal required IReadOnlyList<SourceCheck> Checks { get; init; }

    /// <summary>Finds a column, as SQLite does: whatever the case of its 26 letters.</summary>
    internal SourceColumn? Column(string name) => Columns.FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}

/// <summary>A column.</summary>
internal sealed record SourceColumn
{
    internal required string Name { get; init; }

    /// <summary>Its declared type as it is written, or in capitals where it is one of SQLite's own; empty where it has none.</summary>
    internal required string DeclaredType { get; init; }

    internal required SqliteAffinity Affinity { get; init; }

    internal required bool NotNull { get; init; }

    /// <summary>What is done with a row that has NULL here: REPLACE, IGNORE, FAIL, ROLLBACK; null for ABORT, and where NULL is allowed.</summary>
    internal string? NotNullConflict { get; init; }

    /// <summary>The SQL of its default, without the parentheses around it; null where it has none.</summary>
    internal required string? Default { get; init; }

    /// <summary>BINARY, NOCASE, RTRIM, or one of the application's; in capitals.</summary>
    internal required string Collation { get; init; }

    /// <summary>The expression that it is computed by; null where it is stored as it comes.</summary>
    internal required string? Generated { get; init; }

    /// <summary>Whether a generated column is STORED and not VIRTUAL.</summary>
    internal required bool GeneratedIsStored { get; init; }
}

/// <summary>What SQLite turns values into when they are stored in a column (https://sqlite.org/datatype3.html#determination_of_column_affinity).</summary>
internal enum SqliteAffinity
{
    Text,
    Numeric,
    Integer,
    Real,
    Blob,
}

/// <summary>A primary key or a UNIQUE constraint.</summary>
/// <param name="Name">Its name where it was given one.</param>
/// <param name="Columns">Its columns in their order, with their collation and direction.</param>
/// <param name="OnConflict">REPLACE, IGNORE, FAIL, ROLLBACK; null for ABORT.</param>
internal sealed record SourceKey(string? Name, IReadOnlyList<SourceIndexColumn> Columns, string? OnConflict);

/// <summary>An index.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Sql">Its CREATE INDEX statement.</param>
/// <param name="Unique">Whether no key may come twice.</param>
/// <param name="Columns">Its columns or expressions.</param>
/// <param name="Where">The condition of a partial one.</param>
internal sealed record SourceIndex(string Name, string Sql, bool Unique, IReadOnlyList<SourceIndexColumn> Columns, string? Where);

/// <summary>A column of an index.</summary>
/// <param name="Column">The column; null where it is an expression.</param>
/// <param name="Expression">The expression; null where it is a column.</param>
/// <param name="Collation">BINARY, NOCASE, RTRIM, or one of the application's.</param>
/// <param name="Descending">Its direction.</param>
internal sealed record SourceIndexColumn(string? Column, string? Expression, string Collation, bool Descending);

/// <summary>A foreign key.</summary>
/// <param name="Name">Its name where it was given one.</param>
/// <param name="Columns">The columns of the child.</param>
/// <param name="Parent">The parent by its own name; as it is written where it does not exist.</param>
/// <param name="ParentColumns">Those of the parent; where none are written, those of its primary key; null where that is missing or of another length.</param>
/// <param name="OnUpdate">NO ACTION, RESTRICT, CASCADE, SET NULL, SET DEFAULT.</param>
/// <param name="OnDelete">The same.</param>
/// <param name="Deferred">Whether it is DEFERRABLE INITIALLY DEFERRED; other words mean nothing to SQLite.</param>
internal sealed record SourceForeignKey(
    string? Name, IReadOnlyList<string> Columns, string Parent, IReadOnlyList<string>? ParentColumns, string OnUpdate, string OnDelete, bool Deferred);

/// <summary>A CHECK constraint.</summary>
/// <param name="Name">Its name where it was given one.</param>
/// <param name="Sql">The condition, without the parentheses around it.</param>
internal sealed record SourceCheck(string? Name, string Sql);

/// <summary>A view.</summary>
internal sealed record SourceView(string Name, string Sql);

/// <summary>What is not carried.</summary>
/// <param name="Kind">trigger, virtual table, shadow table, statistics.</param>
/// <param name="Name">Its name.</param>
/// <param name="Table">The table that it belongs to: of a shadow the virtual one; its own name where it is one.</param>
/// <param name="Sql">Its DDL.</param>
internal sealed record SourceLeftover(string Kind, string Name, string Table, string Sql);
