using System.Management.Automation;
using EmrSim.Core.Retention;
using EmrSim.Core.Stores;
using EmrSim.PowerShell.Abstractions;
using EmrSim.PowerShell.Completion;

namespace EmrSim.PowerShell.Commands;

/// <summary>Removes the backups that a retention policy does not need.</summary>
/// <remarks>
/// <para>
/// It removes what Get-EmrRetentionPlan says with the same parameters, and gives the decisions that it carried out. <c>-WhatIf</c> names the same
/// backups. Each set is planned anew under its lock, so a backup that was pinned meanwhile stays.
/// </para>
/// <para>
/// The policy is 7 days, 4 weeks and 6 months. A number that is given replaces its own default and no other; give 0 to leave a tier out.
/// The newest verified backup of a set is never removed, nor is a pinned one.
/// </para>
/// <para>
/// A set without a verified backup loses nothing and is an error, NoVerifiedBackup. When a backup cannot be removed, the others are, and the set
/// ends with the error RetentionIncomplete; the next run tries again. A run that was killed is finished by the next one.
/// </para>
/// </remarks>
/// <example>
/// See what would go
/// <code>Invoke-EmrRetention backups -WhatIf</code>
/// One line for each backup that would be removed. Get-EmrRetentionPlan gives the reasons, too.
/// </example>
/// <example>
/// Thin out all sets of a store
/// <code>Invoke-EmrRetention backups -Confirm:$false</code>
/// Of two backups of one day the older one goes.
/// </example>
/// <example>
/// Keep more of one set, by the days of one time zone, in a job
/// <code>Invoke-EmrRetention backups app -KeepDaily 14 -KeepYearly 5 -TimeZone Europe/Berlin -Confirm:$false -ErrorAction Stop</code>
/// 14 days, 4 weeks, 6 months and 5 years. The first error ends the job.
/// </example>
/// <seealso cref="GetEmrRetentionPlanCommand"/>
/// <seealso cref="SetEmrBackupCommand"/>
[Cmdlet(VerbsLifecycle.Invoke, "EmrRetention", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(EmrRetentionDecision))]
public sealed class InvokeEmrRetentionCommand : RetentionCmdlet
{
    /// <summary>The folder that holds the backups, or the address of a container: https://account.blob.core.windows.net/container/prefix.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = null!;

    /// <summary>Names of backup sets. The wildcards * and ? are allowed. By default all sets.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(BackupNameCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        string destination = ResolveStore(Destination);
        Func<StoreAccess?> access = Access();
        Run(
            Destination,
            call => new RetentionEngine(call.Loggers, TimeProvider.System).PlanAsync(Request(destination, Name) with { ToApply = true, Access = access() }, call.Token),
            plans => Apply(destination, access, plans),
            IsOfParameters);
    }

    private void Apply(string destination, Func<StoreAccess?> access, RetentionPlans plans)
    {
        Dictionary<string, HashSet<string>> approved =
            plans.Sets.ToDictionary(s => s.Name, s => s.Plan.Decisions.Where(IsApproved).Select(d => d.Backup.ManifestPath).ToHashSet());
        string[] names = [.. approved.Where(s => s.Value.Count > 0).Select(s => s.Key)];
        IReadOnlyList<RetentionResult> results = [];
        if (names.Length > 0)
        {
            Run(
                Destination,
                call => new RetentionEngine(call.Loggers, TimeProvider.System).ApplyAsync(
                    Request(destination, names) with { Approved = approved.Values.SelectMany(p => p).ToHashSet(), Access = access() }, call.Progress, call.Token),
                done => results = done,
                IsOfParameters);
        }

        // Errors come last: where the first one ends the job, what could be done is done and told.
        WriteObject(results.SelectMany(r => r.Removed), enumerateCollection: true);
        foreach (EmrSimException error in results.SelectMany(r => r.Errors)) Report(error, error.Target);
        foreach (EmrSimException error in plans.Errors) Report(error, error.Target);
        foreach (RetentionSetPlan set in plans.Sets.Where(s => !s.Plan.HasVerified)) Report(NoVerified(destination, set), set.Name);
    }

    private bool IsApproved(EmrRetentionDecision decision) =>
        decision.Action == EmrRetentionAction.Remove && ShouldProcess(decision.Backup.Path, $"Remove the backup ({decision.Reason})");

    private static EmrSimException NoVerified(string destination, RetentionSetPlan set) => new(
        ErrorCode.NoVerifiedBackup,
        $"The set '{set.Name}' in '{destination}' has no verified backup, so nothing of it was removed. Make one with Backup-EmrDatabase, and look why those that are there were not verified.",
        set.Name);
}
