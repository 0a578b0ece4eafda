namespace EmrSim;

/// <summary>A migration to PostgreSQL, or what became of it.</summary>
public sealed record EmrMigration
{
    /// <summary>What was carried out.</summary>
    public required EmrMigrationPlan Plan { get; init; }

    /// <summary>Passed where every row was proved to have arrived. Inconclusive where something was not compared.</summary>
    public required EmrOutcome Outcome { get; init; }

    /// <summary>Whether it was a rehearsal, which leaves nothing behind.</summary>
    public required bool Rehearsal { get; init; }

    /// <summary>One entry per table.</summary>
    public required IReadOnlyList<EmrMigrationTableResult> Tables { get; init; }

    /// <summary>What is to be known, the worst first.</summary>
    public required IReadOnlyList<EmrFinding> Findings { get; init; }

    /// <summary>The phases in the order in which they began; some overlap.</summary>
    public required IReadOnlyList<EmrMigrationPhase> Phases { get; init; }

    /// <summary>The file with the rows and values that did not fit; null where there were none.</summary>
    public required string? RejectPath { get; init; }

    /// <summary>The backup that was made before; null where none was wanted.</summary>
    public required EmrBackup? Backup { get; init; }

    /// <summary>How long it took in all.</summary>
    public required TimeSpan Duration { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Plan}: {Outcome}";
}

/// <summary>What became of a table.</summary>
/// <param name="Name">Its name in SQLite.</param>
/// <param name="SourceRows">Rows in the snapshot of the source.</param>
/// <param name="TargetRows">Rows read back from PostgreSQL.</param>
/// <param name="Rejected">Rows left out, or changed, because a value did not fit.</param>
/// <param name="Equal">Whether every row that was to arrive is there, value by value.</param>
/// <param name="Duration">How long its rows took to be copied.</param>
public sealed record EmrMigrationTableResult(string Name, long SourceRows, long TargetRows, long Rejected, bool Equal, TimeSpan Duration)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A phase of a migration.</summary>
/// <param name="Name">Its stable name, such as <c>Copy</c>.</param>
/// <param name="Duration">How long it took.</param>
public sealed record EmrMigrationPhase(string Name, TimeSpan Duration)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
