namespace EmrSim;

/// <summary>What was saved of a damaged database.</summary>
public sealed record EmrSalvage
{
    /// <summary>The damaged database, which was only read.</summary>
    public required string SourcePath { get; init; }

    /// <summary>The new database with what could be read.</summary>
    public required string Destination { get; init; }

    /// <summary>Passed when nothing was lost and nothing is in doubt, else Inconclusive.</summary>
    public required EmrOutcome Outcome { get; init; }

    /// <summary>One entry per table, in the order of the names.</summary>
    public required IReadOnlyList<EmrSalvagedTable> Tables { get; init; }

    /// <summary>The table of the new database that holds rows in doubt, each with its page and the reason; null where there are none.</summary>
    public required string? LostAndFound { get; init; }

    /// <summary>How many rows it holds: those in doubt of all tables, and those whose table is not known.</summary>
    public required long SetAside { get; init; }

    /// <summary>How many pages were read.</summary>
    public required long PagesRead { get; init; }

    /// <summary>How many pages are not what they should be. A page of which nothing is known any more is not among them.</summary>
    public required long PagesDamaged { get; init; }

    /// <summary>What was found, in sentences; also what did no harm.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>How many rows are in the tables of the new database, lost_and_found not counted.</summary>
    public long Saved => Tables.Sum(t => t.Saved);

    /// <summary>About how many rows are lost; null where that is not known of every table.</summary>
    public long? Lost => Tables.Any(t => t.Lost is null) ? null : Tables.Sum(t => t.Lost);

    /// <inheritdoc/>
    public override string ToString() => $"{System.IO.Path.GetFileName(Destination)}: {Outcome}, {Saved} rows saved";
}
