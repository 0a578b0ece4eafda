namespace EmrSim.Core.Recovery;

/// <summary>The stable names of a restore's steps, in their order.</summary>
internal static class RestoreSteps
{
    /// <summary>The backup is tested and unpacked beside the database; nothing has changed yet.</summary>
    internal const string Preflight = "Preflight";

    /// <summary>The application is stopped.</summary>
    internal const string Stop = "Stop";

    /// <summary>Nobody has the database open.</summary>
    internal const string Wait = "Wait";

    /// <summary>The old database is kept.</summary>
    internal const string SafetyCopy = "SafetyCopy";

    /// <summary>The database from the backup takes the old one's place.</summary>
    internal const string Swap = "Swap";

    /// <summary>The old database is too damaged to take its log into itself; the log goes without that. The safety copy has both.</summary>
    internal const string DropLog = "DropLog";

    /// <summary>The database in its place is checked.</summary>
    internal const string Verify = "Verify";

    /// <summary>The application is started.</summary>
    internal const string Start = "Start";

    /// <summary>The application works, and with this database.</summary>
    internal const string Validate = "Validate";

    /// <summary>What was written since a restore that is undone is kept.</summary>
    internal const string KeepCurrent = "KeepCurrent";

    /// <summary>The old database has its place again.</summary>
    internal const string PutBack = "PutBack";

    /// <summary>The application is started with the old database.</summary>
    internal const string StartAgain = "StartAgain";
}
