using EmrSim.Core.Applications;
using EmrSim.Core.Encryption;
using EmrSim.Core.Stores;

namespace EmrSim.Core.Recovery;

/// <summary>What is restored, to where, and how.</summary>
/// <param name="Source">Which backup.</param>
/// <param name="Destination">The absolute path of the database.</param>
public sealed record RestoreRequest(RestoreSource Source, string Destination)
{
    /// <summary>Whether a database that is there may be replaced where no application was named.</summary>
    public bool Force { get; init; }

    /// <summary>The application that uses the database; null where none is stopped and started.</summary>
    public EmrApplication? Application { get; init; }

    /// <summary>The highest user_version that the application knows; null for that of the database that is there.</summary>
    public int? MaximumUserVersion { get; init; }

    /// <summary>What reads an encrypted backup.</summary>
    public DecryptionKeys Keys { get; init; } = DecryptionKeys.None;

    /// <summary>Where a backup that lies elsewhere is fetched to; null for the system's temporary folder.</summary>
    public string? WorkPath { get; init; }

    /// <summary>What runs the user's commands.</summary>
    internal ICommandRunner? Runner { get; init; }

    /// <summary>How patient a restore is with the application.</summary>
    public RestorePatience Patience { get; init; } = RestorePatience.Default;
}

/// <summary>How patient a restore is with the application.</summary>
/// <param name="Validate">How long it may take to answer after its start.</param>
/// <param name="Release">How long it may keep the database open after its stop.</param>
/// <param name="Settle">How long it is watched after its stop for coming back by itself.</param>
public sealed record RestorePatience(TimeSpan Validate, TimeSpan Release, TimeSpan Settle)
{
    /// <summary>A minute to answer, half a minute to let go, two seconds of watching: PM2 and the watchdogs of services begin again within one.</summary>
    public static RestorePatience Default { get; } = new(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(2));
}

/// <summary>Which backup is restored: a certain one, or the newest good one of a set.</summary>
/// <param name="Path">The absolute path or the address of its stored file or manifest; null where a store is named.</param>
/// <param name="Store">The absolute path or the address of a store; null where a file is named.</param>
/// <param name="Name">The set; null where the store has only one, or one of this database.</param>
/// <param name="AsOf">Only backups not newer than this instant; null for the newest.</param>
/// <param name="Access">What opens the store; null for a folder, or for the identity of this process.</param>
public sealed record RestoreSource(string? Path, string? Store, string? Name, DateTimeOffset? AsOf, StoreAccess? Access = null);

/// <summary>What a restore came to.</summary>
/// <param name="Restore">The restore.</param>
/// <param name="Error">Why the old database has its place again; null where it passed.</param>
public sealed record RestoreResult(EmrRestore Restore, EmrSimException? Error);

/// <summary>A step that a restore would take.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Action">What it would do, as a sentence.</param>
public sealed record PlannedStep(string Name, string Action);

/// <summary>A restore that is to go on, or to be undone.</summary>
/// <param name="Destination">The absolute path of the database.</param>
public sealed record RestoreResumption(string Destination)
{
    /// <summary>What runs the user's commands.</summary>
    internal ICommandRunner? Runner { get; init; }

    /// <summary>How patient it is with the application.</summary>
    public RestorePatience Patience { get; init; } = RestorePatience.Default;
}
