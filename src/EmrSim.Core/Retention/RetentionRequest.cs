using EmrSim.Core.Stores;

namespace EmrSim.Core.Retention;

/// <summary>Which sets a policy is for, and when.</summary>
/// <param name="Destination">The store.</param>
/// <param name="Names">Names of sets with wildcards; empty for all.</param>
/// <param name="Policy">How many backups stay.</param>
/// <param name="AsOf">The time of the plan; null for now.</param>
public sealed record RetentionRequest(string Destination, IReadOnlyList<string> Names, RetentionPolicy Policy, DateTimeOffset? AsOf)
{
    /// <summary>What opens the store; null for a folder, or for the identity of this process.</summary>
    public StoreAccess? Access { get; init; }

    /// <summary>Whether what is planned will be removed. A time that is still to come is refused then, since pins hold until it has come.</summary>
    public bool ToApply { get; init; }

    /// <summary>The manifests of the backups that may be removed; null for all that the plan removes.</summary>
    public IReadOnlySet<string>? Approved { get; init; }
}

/// <summary>What is to be simulated.</summary>
/// <param name="Retention">The policy, the sets to start from, and the time of the first backup.</param>
/// <param name="Days">For how many days, the first one included.</param>
/// <param name="Every">The rhythm of the backups. Whole days are counted by the zone's calendar, as schedulers do; anything else by the clock.</param>
public sealed record SimulationRequest(RetentionRequest Retention, int Days, TimeSpan Every);
