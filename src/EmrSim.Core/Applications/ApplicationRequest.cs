namespace EmrSim.Core.Applications;

/// <summary>What a user says of an application. It comes before what its <c>emrsim.application.json</c> says, and that before what is found.</summary>
/// <param name="Root">The absolute path of its folder.</param>
internal sealed record ApplicationRequest(string Root)
{
    /// <summary>Its database, relative to the root or absolute.</summary>
    internal string? Database { get; init; }

    /// <summary>Its env file, relative to the root or absolute.</summary>
    internal string? EnvFile { get; init; }

    /// <summary>The address of its health check.</summary>
    internal string? HealthUrl { get; init; }

    /// <summary>How it is stopped and started.</summary>
    internal EmrApplicationControl? Control { get; init; }

    /// <summary>The name of its service, unit or process.</summary>
    internal string? Service { get; init; }

    /// <summary>The command that stops it.</summary>
    internal string? StopCommand { get; init; }

    /// <summary>The command that starts it.</summary>
    internal string? StartCommand { get; init; }

    /// <summary>The command that validates it.</summary>
    internal string? ValidateCommand { get; init; }

    /// <summary>The query that validates its database.</summary>
    internal string? ValidateQuery { get; init; }

    /// <summary>How long a stop may take.</summary>
    internal TimeSpan? StopTimeout { get; init; }

    /// <summary>Whether what the user says, and how it was found to be controlled, is kept in its root.</summary>
    internal bool Save { get; init; }
}
