namespace EmrSim.Core.Jobs;

/// <summary>How far a job has come, for what is said of it when it does not come to its end.</summary>
internal sealed class JobState
{
    /// <summary>The backup, once it is published: it stands, whatever becomes of the job.</summary>
    internal EmrBackup? Published { get; set; }

    /// <summary>What was not done besides, so far.</summary>
    internal List<EmrSimException> Problems { get; } = [];
}
