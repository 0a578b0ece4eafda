namespace EmrSim;

/// <summary>What a retention policy decides on one backup.</summary>
public sealed record EmrRetentionDecision
{
    /// <summary>The backup.</summary>
    public required EmrBackup Backup { get; init; }

    /// <summary>Whether it stays or goes.</summary>
    public required EmrRetentionAction Action { get; init; }

    /// <summary>The tiers in which it counts; none where it goes, or stays for another reason.</summary>
    public required IReadOnlyList<EmrRetentionTier> Tiers { get; init; }

    /// <summary>Why, in a sentence.</summary>
    public required string Reason { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Action} {Backup}";
}
