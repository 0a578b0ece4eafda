namespace EmrSim;

/// <summary>What becomes of a value that does not fit the type of its column.</summary>
public enum EmrMisfitAction
{
    /// <summary>The migration stops, and names it.</summary>
    Stop,

    /// <summary>The column gets a type that holds all its values.</summary>
    Widen,

    /// <summary>Its row is left out and goes, with the reason, to the file of rejects.</summary>
    Reject,

    /// <summary>It becomes NULL, and goes, with the reason, to the file of rejects.</summary>
    Null,
}
