namespace EmrSim;

/// <summary>What a run did, in a store's history.</summary>
public enum EmrRunKind
{
    /// <summary>It made a backup.</summary>
    Backup,

    /// <summary>It copied a backup into a second store.</summary>
    Mirror,

    /// <summary>It carried out a retention policy.</summary>
    Retention,

    /// <summary>It tested a backup.</summary>
    Test,

    /// <summary>It removed a backup by hand.</summary>
    Removal,

    /// <summary>It restored a backup.</summary>
    Restore,
}
