namespace EmrSim;

/// <summary>What a retention policy would leave at the end of one day, were a verified backup made at a steady rhythm.</summary>
public sealed record EmrRetentionSimulation
{
    /// <summary>The backup set that it started from; null where it started from nothing.</summary>
    public required string? Name { get; init; }

    /// <summary>The day, in the policy's time zone.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>How many backups are there.</summary>
    public required int Count { get; init; }

    /// <summary>When each of them was made, in UTC, the oldest first.</summary>
    public required IReadOnlyList<DateTimeOffset> Kept { get; init; }

    /// <summary>How many count as one of the newest.</summary>
    public required int Last { get; init; }

    /// <summary>How many stand for a day.</summary>
    public required int Daily { get; init; }

    /// <summary>How many stand for an ISO week.</summary>
    public required int Weekly { get; init; }

    /// <summary>How many stand for a month.</summary>
    public required int Monthly { get; init; }

    /// <summary>How many stand for a year.</summary>
    public required int Yearly { get; init; }

    /// <summary>When the oldest was made, in UTC; null where there is none.</summary>
    public DateTimeOffset? Oldest => Kept.Count == 0 ? null : Kept[0];

    /// <inheritdoc/>
    public override string ToString() => $"{Date:o}: {Count}";
}
