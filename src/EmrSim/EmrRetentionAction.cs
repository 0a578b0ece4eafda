namespace EmrSim;

/// <summary>What a retention policy does with a backup.</summary>
public enum EmrRetentionAction
{
    /// <summary>It stays.</summary>
    Keep,

    /// <summary>It goes.</summary>
    Remove,
}
