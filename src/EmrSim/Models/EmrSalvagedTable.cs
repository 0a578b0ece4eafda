namespace EmrSim;

/// <summary>What was saved of one table of a damaged database.</summary>
public sealed record EmrSalvagedTable
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>How many rows are in the new table. None of them is in doubt, as far as the format of the file can tell.</summary>
    public required long Saved { get; init; }

    /// <summary>How many rows were found that are in doubt: they are not in the new table but in the table that <see cref="EmrSalvage.LostAndFound"/> names.</summary>
    public required long Doubtful { get; init; }

    /// <summary>
    /// How many rows are lost: exact where a whole index still counts them, else an estimate from the rowids that are missing or from how many rows other pages
    /// have; null where there is nothing to estimate from.
    /// </summary>
    public required long? Lost { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Saved} saved, {Doubtful} doubtful, {Lost?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "unknown"} lost";
}
