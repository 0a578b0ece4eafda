using EmrSim.Core.Stores;

namespace EmrSim.Core.Alarms;

/// <summary>What a monitor demands of the sets of a store.</summary>
/// <param name="Destination">The store's absolute path, or its address.</param>
/// <param name="Names">Names of sets with wildcards; empty for all.</param>
public sealed record StatusQuery(string Destination, IReadOnlyList<string> Names)
{
    /// <summary>The age beyond which the newest verified backup is too old. 26 hours: a nightly job, and two hours' grace.</summary>
    public static readonly TimeSpan DefaultMaximumAge = TimeSpan.FromHours(26);

    /// <summary>The age beyond which the newest verified backup is too old.</summary>
    public TimeSpan MaximumAge { get; init; } = DefaultMaximumAge;

    /// <summary>The age beyond which the last proof that a backup restores is too old; null for any.</summary>
    public TimeSpan? MaximumProofAge { get; init; }

    /// <summary>Whether a set is not healthy before a backup of it was proved to restore.</summary>
    public bool RequireProof { get; init; }

    /// <summary>What opens the store; null for a folder, or for the identity of this process.</summary>
    public StoreAccess? Access { get; init; }
}

/// <summary>How the sets are, and the error that this stands for.</summary>
/// <param name="Sets">One per set, in the order of their names.</param>
/// <param name="Error">BackupsNotHealthy; null where all passed.</param>
public sealed record StatusResult(IReadOnlyList<EmrBackupStatus> Sets, EmrSimException? Error);
