using EmrSim.Core.Alarms;
using EmrSim.Core.Backup;
using EmrSim.Core.Retention;
using EmrSim.Core.Stores;

namespace EmrSim.Core.Jobs;

/// <summary>A backup and what follows it.</summary>
/// <param name="Backup">The backup.</param>
public sealed record BackupJobRequest(BackupRequest Backup)
{
    /// <summary>Which older backups of the set stay once the new one is verified; null to leave them alone.</summary>
    public RetentionPolicy? Retention { get; init; }

    /// <summary>A second store that gets a copy; null for none.</summary>
    public MirrorTarget? Mirror { get; init; }

    /// <summary>Who is notified of how the job ended; null for nobody.</summary>
    public NotifyRequest? Notify { get; init; }
}

/// <summary>A second store.</summary>
/// <param name="Destination">Its absolute path, or its address.</param>
/// <param name="Access">What opens it; null for a folder, or for the identity of this process.</param>
public sealed record MirrorTarget(string Destination, StoreAccess? Access)
{
    /// <summary>Which older copies of the set stay once the new one is there; null to leave them alone.</summary>
    public RetentionPolicy? Retention { get; init; }
}

/// <summary>What a job did.</summary>
/// <param name="Backup">The published backup.</param>
/// <param name="Problems">What was not done besides, though the backup stands; empty where the job did everything.</param>
public sealed record BackupJobResult(EmrBackup Backup, IReadOnlyList<EmrSimException> Problems);
