namespace EmrSim.Core.Postgres;

/// <summary>A table.</summary>
internal sealed record PostgresTable
{
    internal required string Name { get; init; }

    internal required bool IsPartitioned { get; init; }

    /// <summary>About how many rows it has, by PostgreSQL's statistics and its size; nothing is read for that.</summary>
    internal required long EstimatedRows { get; init; }

    internal required IReadOnlyList<PostgresColumn> Columns { get; init; }

    /// <summary>All indexes, also those of its primary key, its unique constraints and its exclusion constraints.</summary>
    internal required IReadOnlyList<PostgresIndex> Indexes { get; init; }

    internal required IReadOnlyList<PostgresForeignKey> ForeignKeys { get; init; }

    internal required IReadOnlyList<PostgresCheck> Checks { get; init; }

    /// <summary>The sequences that its columns get numbers from.</summary>
    internal required IReadOnlyList<PostgresSequence> Sequences { get; init; }

    /// <summary>The index of its primary key; null where it has none.</summary>
    internal PostgresIndex? PrimaryKey => Indexes.FirstOrDefault(i => i.Constraint == PostgresConstraint.PrimaryKey);

    /// <summary>A column by its name; null where there is none.</summary>
    internal PostgresColumn? Column(string name) => Columns.FirstOrDefault(c => c.Name == name);
}

/// <summary>A column.</summary>
internal sealed record PostgresColumn
{
    internal required string Name { get; init; }

    /// <summary>Its type as SQL writes it, such as <c>character varying(20)</c>; of a domain, the domain.</summary>
    internal required string Type { get; init; }

    /// <summary>The number of its type in pg_type; of a domain, that of the type below it, in whose form its values come.</summary>
    internal required uint TypeOid { get; init; }

    /// <summary>Its collation; null where its type has none. <c>default</c> is that of the database.</summary>
    internal required string? Collation { get; init; }

    internal required bool NotNull { get; init; }

    /// <summary>The SQL of its default; null where it has none.</summary>
    internal required string? Default { get; init; }

    /// <summary>The expression that it is computed by; null where it is stored as it comes.</summary>
    internal required string? Generated { get; init; }

    /// <summary>ALWAYS or BY DEFAULT of an identity column; null where it is none.</summary>
    internal required string? Identity { get; init; }

    /// <summary>Whether its texts are compared by their bytes.</summary>
    internal bool IsBytewise => Collation is "C" or "POSIX" or "ucs_basic";
}

/// <summary>What an index stands for, besides being one.</summary>
internal enum PostgresConstraint
{
    None,
    PrimaryKey,
    Unique,
    Exclusion,
}

/// <summary>An index.</summary>
internal sealed record PostgresIndex
{
    /// <summary>Its name, which is that of its constraint where it has one.</summary>
    internal required string Name { get; init; }

    internal required PostgresConstraint Constraint { get; init; }

    internal required bool IsUnique { get; init; }

    /// <summary>False for one whose making failed; it is not used, and of a unique one nothing is sure.</summary>
    internal required bool IsValid { get; init; }

    /// <summary>Whether NULLs count as equal, which they do not by default and never do in SQLite.</summary>
    internal required bool NullsNotDistinct { get; init; }

    /// <summary>Whether its constraint may be checked at the end of a transaction.</summary>
    internal required bool IsDeferrable { get; init; }

    /// <summary>btree, hash, gin and so on.</summary>
    internal required string Method { get; init; }

    /// <summary>The columns or expressions of its key.</summary>
    internal required IReadOnlyList<PostgresIndexColumn> Columns { get; init; }

    /// <summary>The columns that it holds beside its key (INCLUDE).</summary>
    internal required IReadOnlyList<string> Included { get; init; }

    /// <summary>The condition of a partial one; null where it holds all rows.</summary>
    internal required string? Where { get; init; }
}

/// <summary>A column of an index.</summary>
/// <param name="Column">The column; null where it is an expression.</param>
/// <param name="Expression">The expression as pg_get_indexdef writes it; null where it is a column.</param>
/// <param name="Collation">The collation of its order; null where its type has none.</param>
/// <param name="IsDescending">Its direction.</param>
/// <param name="NullsFirst">Where NULLs stand.</param>
/// <param name="Operators">The operator class where it is not that of the type, such as <c>text_pattern_ops</c>; else null.</param>
internal sealed record PostgresIndexColumn(string? Column, string? Expression, string? Collation, bool IsDescending, bool NullsFirst, string? Operators);

/// <summary>A foreign key.</summary>
internal sealed record PostgresForeignKey
{
    internal required string Name { get; init; }

    /// <summary>The columns of the child, in the key's order.</summary>
    internal required IReadOnlyList<string> Columns { get; init; }

    internal required string ParentSchema { get; init; }

    internal required string Parent { get; init; }

    internal required IReadOnlyList<string> ParentColumns { get; init; }

    /// <summary>NO ACTION, RESTRICT, CASCADE, SET NULL, SET DEFAULT.</summary>
    internal required string OnUpdate { get; init; }

    /// <summary>The same.</summary>
    internal required string OnDelete { get; init; }

    internal required bool IsDeferrable { get; init; }

    /// <summary>Whether it is INITIALLY DEFERRED.</summary>
    internal required bool IsDeferred { get; init; }

    /// <summary>Whether all rows were checked. One that is NOT ENFORCED is not.</summary>
    internal required bool IsValidated { get; init; }
}

/// <summary>A CHECK constraint.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Sql">The condition.</param>
/// <param name="IsValidated">Whether all rows were checked.</param>
internal sealed record PostgresCheck(string Name, string Sql, bool IsValidated);

/// <summary>A sequence that a column gets its numbers from.</summary>
/// <param name="Schema">Its schema.</param>
/// <param name="Name">Its name.</param>
/// <param name="Column">The column: it owns the sequence, or its default asks it for a number.</param>
/// <param name="LastValue">The last number, or the first where none was given yet.</param>
/// <param name="IsCalled">Whether it was given already.</param>
/// <param name="Increment">From one number to the next.</param>
/// <param name="Maximum">The greatest that it gives.</param>
internal sealed record PostgresSequence(string Schema, string Name, string Column, long LastValue, bool IsCalled, long Increment, long Maximum)
{
    /// <summary>The number that comes next; beyond the maximum where there is no next one.</summary>
    internal Int128 Next => IsCalled ? (Int128)LastValue + Increment : LastValue;
}
