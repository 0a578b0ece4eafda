namespace EmrSim;

/// <summary>How a stored backup is encrypted.</summary>
public enum EmrEncryption
{
    /// <summary>Not at all.</summary>
    None,
}
