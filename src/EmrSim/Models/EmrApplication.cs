namespace EmrSim;

/// <summary>An application and what a backup or a restore needs to know of it. It holds no secret.</summary>
public sealed record EmrApplication
{
    /// <summary>How long a stop may take where nobody says otherwise.</summary>
    public static TimeSpan DefaultStopTimeout { get; } = TimeSpan.FromSeconds(60);

    /// <summary>The folder in which it lies.</summary>
    public required string Root { get; init; }

    /// <summary>What it keeps its data in.</summary>
    public required EmrEngine Engine { get; init; }

    /// <summary>The absolute path of its SQLite database, which may be missing; null where it has none.</summary>
    public string? Database { get; init; }

    /// <summary>The env file that names the database; null where none does.</summary>
    public string? EnvFile { get; init; }

    /// <summary>The variable of the env file that names the database; null where none does.</summary>
    public string? EnvVariable { get; init; }

    /// <summary>Where it says whether it is well; null where it does not.</summary>
    public Uri? HealthUrl { get; init; }

    /// <summary>How it is stopped and started.</summary>
    public required EmrApplicationControl Control { get; init; }

    /// <summary>The name of its service, unit or process of PM2; null where it is controlled otherwise.</summary>
    public string? Service { get; init; }

    /// <summary>PowerShell that stops it; null where its service does.</summary>
    public string? StopCommand { get; init; }

    /// <summary>PowerShell that starts it; null where its service does.</summary>
    public string? StartCommand { get; init; }

    /// <summary>PowerShell that says by its exit code, its errors or $false whether the application is well.</summary>
    public string? ValidateCommand { get; init; }

    /// <summary>SQL that must give a row whose first value is neither 0 nor NULL.</summary>
    public string? ValidateQuery { get; init; }

    /// <summary>How long a stop may take.</summary>
    public TimeSpan StopTimeout { get; init; } = DefaultStopTimeout;

    /// <summary>What is odd about it, one sentence each; empty where nothing is.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    /// <summary><see cref="Database"/> by the name that Backup-EmrDatabase binds.</summary>
    public string? LiteralPath => Database;

    /// <summary><see cref="Database"/> by the name that Restore-EmrDatabase binds.</summary>
    public string? Destination => Database;

    /// <inheritdoc/>
    public override string ToString() => Root;
}
