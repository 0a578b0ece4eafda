using EmrSim.Core.Backup;
using EmrSim.Core.Encryption;
using EmrSim.Core.Migration.Planning;
using EmrSim.Core.Postgres;
using EmrSim.Core.Recovery;

namespace EmrSim.Core.Migration;

/// <summary>What is to be migrated, to where and how.</summary>
/// <param name="Plan">How the plan is made where none is given; its path is the database that is read.</param>
/// <param name="Target">The server and its database.</param>
public sealed record MigrationRequest(MigrationPlanRequest Plan, PostgresTarget Target)
{
    /// <summary>A plan that was made before; null to make one now.</summary>
    public EmrMigrationPlan? GivenPlan { get; init; }

    /// <summary>The final backup; null for none.</summary>
    public BackupRequest? Backup { get; init; }

    /// <summary>Whether everything is taken back at the end.</summary>
    public bool Rehearse { get; init; }

    /// <summary>The store whose newest good backup is read in a rehearsal; null to read the database itself.</summary>
    public RestoreSource? RehearseFrom { get; init; }

    /// <summary>What reads that backup where it is encrypted.</summary>
    public DecryptionKeys Keys { get; init; } = DecryptionKeys.None;

    /// <summary>The file for what does not fit; null for one beside the database.</summary>
    public string? RejectPath { get; init; }

    /// <summary>How many rows may be rejected before the migration stops; null for any number.</summary>
    public long? MaximumRejects { get; init; }
}
