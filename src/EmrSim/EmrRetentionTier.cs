namespace EmrSim;

/// <summary>The tiers in which a backup can count. One backup may count in several.</summary>
public enum EmrRetentionTier
{
    /// <summary>It is one of the newest, whatever their dates.</summary>
    Last,

    /// <summary>It stands for its day.</summary>
    Daily,

    /// <summary>It stands for its ISO week (ISO 8601: from Monday; the week with the year's first Thursday is week 1).</summary>
    Weekly,

    /// <summary>It stands for its month.</summary>
    Monthly,

    /// <summary>It stands for its year.</summary>
    Yearly,
}
