namespace EmrSim;

/// <summary>How much a finding matters.</summary>
public enum EmrSeverity
{
    /// <summary>Worth knowing; nothing is to be done.</summary>
    Information,

    /// <summary>Something will be different from before; look at it.</summary>
    Warning,

    /// <summary>The work cannot go on before this is decided.</summary>
    Error,
}
