using System.Management.Automation;
using EmrSim.Core.Retention;
using EmrSim.Core.Stores;
using EmrSim.PowerShell.Abstractions;
using EmrSim.PowerShell.Completion;

namespace EmrSim.PowerShell.Commands;

/// <summary>Says which backups a retention policy keeps and which it removes, and why.</summary>
/// <remarks>
/// <para>
/// Nothing is changed. Each day, ISO week, month and year keeps its newest verified backup, and the newest of these periods are kept, as many as
/// the numbers say. Periods that have no verified backup do not count, so a machine that was off loses nothing. One backup may stand for several periods.
/// about_EmrSim_Retention has the rules.
/// </para>
/// <para>
/// The policy is 7 days, 4 weeks and 6 months. A number that is given replaces its own default and no other: <c>-KeepDaily 14</c> keeps 4
/// weeks and 6 months too. Give 0 to leave a tier out. A policy of zeros is refused as EmptyPolicy.
/// </para>
/// <para>
/// A set without a verified backup keeps everything, and a warning says so. Manifests that cannot be read are errors; their backups are left alone.
/// </para>
/// </remarks>
/// <example>
/// See what the usual policy would do
/// <code>Get-EmrRetentionPlan backups</code>
/// One line for each backup, the oldest first, with the reason.
/// </example>
/// <example>
/// See what a shorter policy would remove before it is put to work
/// <code>Get-EmrRetentionPlan backups app -KeepLast 1 -KeepDaily 0 -KeepWeekly 0 -KeepMonthly 0 | Where-Object Action -eq Remove</code>
/// Invoke-EmrRetention with the same parameters removes exactly these.
/// </example>
/// <example>
/// See how a policy works out over two years, without any backup
/// <code>Get-EmrRetentionPlan -Simulate 730 -Every 1d -KeepYearly 2</code>
/// For each day how many backups would be there, and how far they reach back.
/// </example>
/// <example>
/// Start from what is there
/// <code>Get-EmrRetentionPlan backups app -Simulate 30 -Every 12h -TimeZone Europe/Berlin</code>
/// The backups of the store are in it until the policy removes them.
/// </example>
/// <seealso cref="InvokeEmrRetentionCommand"/>
/// <seealso cref="SetEmrBackupCommand"/>
[Cmdlet(VerbsCommon.Get, "EmrRetentionPlan", DefaultParameterSetName = StoreSet)]
[OutputType(typeof(EmrRetentionDecision), ParameterSetName = [StoreSet])]
[OutputType(typeof(EmrRetentionSimulation), ParameterSetName = [StoreSimulationSet, SimulationSet])]
public sealed class GetEmrRetentionPlanCommand : RetentionCmdlet
{
    private const string StoreSet = "Store";
    private const string StoreSimulationSet = "StoreSimulation";
    private const string SimulationSet = "Simulation";

    /// <summary>The folder that holds the backups, or the address of a container: https://account.blob.core.windows.net/container/prefix. It can be left away in a simulation that starts from nothing.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = StoreSet)]
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = StoreSimulationSet)]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>Names of backup sets. The wildcards * and ? are allowed. By default all sets.</summary>
    [Parameter(Position = 1, ParameterSetName = StoreSet)]
    [Parameter(Position = 1, ParameterSetName = StoreSimulationSet)]
    [ArgumentCompleter(typeof(BackupNameCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];

    /// <summary>For how many days to say what would be there, were a verified backup made at the rhythm of -Every from -AsOf on.</summary>
    [Parameter(Mandatory = true, ParameterSetName = StoreSimulationSet)]
    [Parameter(Mandatory = true, ParameterSetName = SimulationSet)]
    public int Simulate { get; set; }

    /// <summary>The rhythm of the simulated backups: 1d, 12h, 30m, 2w or a TimeSpan. One day by default.</summary>
    [Parameter(ParameterSetName = StoreSimulationSet)]
    [Parameter(ParameterSetName = SimulationSet)]
    [Interval]
    public TimeSpan Every { get; set; } = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        string destination = Destination is null ? "" : ResolveStore(Destination);
        Func<StoreAccess?> access = Access();
        if (ParameterSetName == StoreSet)
        {
            Run(Destination, call => new RetentionEngine(call.Loggers, TimeProvider.System).PlanAsync(Request(destination, Name) with { Access = access() }, call.Token), Write, IsOfParameters);
            return;
        }

        Run(
            Destination,
            call => new RetentionEngine(call.Loggers, TimeProvider.System).SimulateAsync(
                new SimulationRequest(Request(destination, Name) with { Access = access() }, Simulate, Every), call.Token),
            Write,
            IsOfParameters);
    }

    private void Write(RetentionPlans plans)
    {
        foreach (RetentionSetPlan set in plans.Sets) WriteObject(set.Plan.Decisions, enumerateCollection: true);
        foreach (EmrSimException error in plans.Errors) Report(error, error.Target);
    }

    private void Write(RetentionSimulations simulations)
    {
        WriteObject(simulations.Days, enumerateCollection: true);
        foreach (EmrSimException error in simulations.Errors) Report(error, error.Target);
    }
}
