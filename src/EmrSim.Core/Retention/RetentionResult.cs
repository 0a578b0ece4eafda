namespace EmrSim.Core.Retention;

/// <summary>The plan for one set of a store.</summary>
/// <param name="Name">The set.</param>
/// <param name="Plan">The plan.</param>
public sealed record RetentionSetPlan(string Name, RetentionPlan Plan);

/// <summary>The plans for sets of a store.</summary>
/// <param name="Sets">One for each set, by name.</param>
/// <param name="Errors">What cannot be planned: manifests that cannot be used, of whose backups nothing is removed, and sets that are not there.</param>
public sealed record RetentionPlans(IReadOnlyList<RetentionSetPlan> Sets, IReadOnlyList<EmrSimException> Errors);

/// <summary>What was done with one set.</summary>
/// <param name="Name">The set.</param>
/// <param name="Plan">The plan, made under the set's lock; null where the lock could not be taken.</param>
/// <param name="Removed">The decisions that were carried out, the oldest first.</param>
/// <param name="Errors">One for each backup that could not be removed, then RetentionIncomplete; empty where all went well.</param>
public sealed record RetentionResult(
    string Name, RetentionPlan? Plan, IReadOnlyList<EmrRetentionDecision> Removed, IReadOnlyList<EmrSimException> Errors);

/// <summary>What simulations gave.</summary>
/// <param name="Days">One for each day of each set.</param>
/// <param name="Errors">As in <see cref="RetentionPlans"/>.</param>
public sealed record RetentionSimulations(IReadOnlyList<EmrRetentionSimulation> Days, IReadOnlyList<EmrSimException> Errors);
