namespace EmrSim;

/// <summary>What a migration to PostgreSQL would do: every table, every type with its reason, every statement, and what must be known or decided before.</summary>
public sealed record EmrMigrationPlan
{
    /// <summary>The SQLite database that was read, as an absolute path.</summary>
    public required string SourcePath { get; init; }

    /// <summary>The target, as <c>user@host:port/database</c>, without any secret; null where the plan was made without one.</summary>
    public required string? Target { get; init; }

    /// <summary>The schema of PostgreSQL that takes the tables.</summary>
    public required string Schema { get; init; }

    /// <summary>How the types were chosen.</summary>
    public required EmrMapping Mapping { get; init; }

    /// <summary>What becomes of values that do not fit.</summary>
    public required EmrMisfitAction OnMisfit { get; init; }

    /// <summary>Whether virtual tables are left out though they hold rows of their own, as -SkipVirtualTables says.</summary>
    public bool SkipVirtualTables { get; init; }

    /// <summary>A digest of the source's schema, as the manifest of a backup has it. The migration refuses a source with another one.</summary>
    public required string SchemaDigest { get; init; }

    /// <summary>The tables, in the order of their names.</summary>
    public required IReadOnlyList<EmrMigrationTable> Tables { get; init; }

    /// <summary>The statements, in the order in which they are run. Names are not qualified: the search path is the schema.</summary>
    public required IReadOnlyList<EmrMigrationStatement> Ddl { get; init; }

    /// <summary>What is to be known or decided, the worst first.</summary>
    public required IReadOnlyList<EmrFinding> Findings { get; init; }

    /// <summary>SHA-256 over all that decides what is made, and nothing that changes with rows, times or places: the same for a rehearsal and the real run.</summary>
    public required string Hash { get; init; }

    /// <summary>SHA-256 over all of the plan but source and target, so that one that was changed is not carried out.</summary>
    public required string Seal { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{SourcePath} to {Target ?? "PostgreSQL"}, schema {Schema}";
}

/// <summary>A table that is migrated.</summary>
public sealed record EmrMigrationTable
{
    /// <summary>Its name in SQLite.</summary>
    public required string Name { get; init; }

    /// <summary>Its name in PostgreSQL; another one only where PostgreSQL could not bear it.</summary>
    public required string TargetName { get; init; }

    /// <summary>How many rows it had when the plan was made.</summary>
    public required long Rows { get; init; }

    /// <summary>Its columns, in their order.</summary>
    public required IReadOnlyList<EmrMigrationColumn> Columns { get; init; }

    /// <summary>The columns, by their names in SQLite, that tell a row from all others and are never NULL; empty where there are none.</summary>
    public required IReadOnlyList<string> Key { get; init; }

    /// <summary>The column, by its name in SQLite, by whose months, days or years it is partitioned; null where it is not.</summary>
    public required string? PartitionBy { get; init; }

    /// <summary>How long the time is that each partition holds: day, month or year; null where there are none.</summary>
    public string? PartitionPeriod { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A column that is migrated.</summary>
public sealed record EmrMigrationColumn
{
    /// <summary>Its name in SQLite.</summary>
    public required string Name { get; init; }

    /// <summary>Its name in PostgreSQL; another one only where PostgreSQL could not bear it.</summary>
    public required string TargetName { get; init; }

    /// <summary>Its declared type, as it is written; empty where it has none.</summary>
    public required string DeclaredType { get; init; }

    /// <summary>How many values it holds of each storage class: integer, real, text, blob, null. Classes without a value are left out.</summary>
    public required IReadOnlyDictionary<string, long> StoredClasses { get; init; }

    /// <summary>Its type in PostgreSQL.</summary>
    public required string TargetType { get; init; }

    /// <summary>Whether it may hold NULL.</summary>
    public required bool Nullable { get; init; }

    /// <summary>What numbers count in a column of times.</summary>
    public required EmrTimeUnit Unit { get; init; }

    /// <summary>Whether PostgreSQL computes it: it is compared, not copied.</summary>
    public required bool Generated { get; init; }

    /// <summary>Whether PostgreSQL gives it the next number where a row comes without one.</summary>
    public required bool Identity { get; init; }

    /// <summary>Why it has this type, in one sentence.</summary>
    public required string Reason { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {TargetType}";
}

/// <summary>A statement of a plan.</summary>
/// <param name="Phase">When it is run.</param>
/// <param name="Object">The table, index, constraint or view that it makes, by its name in PostgreSQL.</param>
/// <param name="Sql">The statement, without a semicolon at its end.</param>
public sealed record EmrMigrationStatement(EmrDdlPhase Phase, string Object, string Sql)
{
    /// <summary>The statement itself, so that <c>$plan.Ddl -join ";`n"</c> is a script.</summary>
    public override string ToString() => Sql;
}
