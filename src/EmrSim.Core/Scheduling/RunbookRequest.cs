namespace EmrSim.Core.Scheduling;

/// <summary>A runbook of Azure Automation that is to be written.</summary>
/// <param name="Backup">What it does. Secrets by name are encrypted variables of the Automation account.</param>
public sealed record RunbookRequest(ScheduledBackup Backup)
{
    /// <summary>The client id of a user-assigned managed identity; null for the one of the system.</summary>
    public Guid? ManagedIdentity { get; init; }

    /// <summary>The version of the module that must be imported, at least.</summary>
    public required Version ModuleVersion { get; init; }
}
