namespace EmrSim;

/// <summary>What a check, or a group of checks, found.</summary>
public enum EmrOutcome
{
    /// <summary>The check could not run or did not finish, so nothing is known. Never to be read as good.</summary>
    Inconclusive = 0,

    /// <summary>The check ran to its end and found nothing wrong.</summary>
    Passed,

    /// <summary>The check found a fault.</summary>
    Failed,
}
