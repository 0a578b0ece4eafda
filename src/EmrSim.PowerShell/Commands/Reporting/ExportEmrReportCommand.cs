using System.Management.Automation;
using EmrSim.Core.Reporting;
using EmrSim.Core.Stores;
using EmrSim.PowerShell.Abstractions;
using EmrSim.PowerShell.Completion;

namespace EmrSim.PowerShell.Commands;

/// <summary>Writes a report on backups: one HTML page that needs nothing but itself.</summary>
/// <remarks>
/// <para>
/// The page says first what needs attention, the worst set first; then it shows the sets, failures, what comes next, a calendar of the tiers, sizes
/// and durations over time, restore drills, and every backup. It loads nothing from anywhere and runs no script, so it can be mailed, archived and
/// printed; it follows the reader's light or dark scheme.
/// </para>
/// <para>
/// It is made of what is piped in: backups, tests of backups, decisions of a retention plan, entries of a history and statuses. What was not piped in is
/// not known, and the page says so; a set is called good only where a status says that it is, and nothing else speaks against it. An object of
/// any other kind is an error, and the page is written without it. With <see cref="Destination"/> the cmdlet gathers from a store itself.
/// </para>
/// <para>
/// Where there was nothing to report on, a page that says so is written, with an error: an older page must not be taken for today's.
/// Times are UTC, with the machine's time beside them. On Linux only the owner can read a new page.
/// </para>
/// </remarks>
/// <example>
/// Report on all backups of a store
/// <code>Export-EmrReport -Destination backups -OutFile report.html -PassThru</code>
/// The file that is returned can be mailed or opened.
/// </example>
/// <example>
/// Report on backups together with the drills of today
/// <code>&amp; { Get-EmrBackup backups; Get-EmrBackup backups -Latest | Test-EmrBackup -Level Restore } | Export-EmrReport -OutFile drill.html -Title 'Monthly drill' -PassThru</code>
/// The order of the objects does not matter, and each counts once.
/// </example>
/// <example>
/// Report on one set, in place of yesterday's page, with the days of Berlin
/// <code>Export-EmrReport -Destination backups -Name app -OutFile report.html -TimeZone Europe/Berlin -Force -PassThru</code>
/// The old page stays until the new one is complete.
/// </example>
/// <seealso cref="GetEmrBackupCommand"/>
/// <seealso cref="TestEmrBackupCommand"/>
[Cmdlet(VerbsData.Export, "EmrReport", DefaultParameterSetName = ObjectSet, SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportEmrReportCommand : StoreCmdlet
{
    private const string ObjectSet = "Object";
    private const string StoreSet = "Store";

    private readonly List<object> _items = [];
    private readonly List<string> _leftOut = [];

    /// <summary>What to report on: the results of other EmrSim cmdlets, in any order.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ObjectSet, ValueFromPipeline = true)]
    [AllowEmptyCollection]
    public PSObject[] InputObject { get; set; } = [];

    /// <summary>The store to report on: a folder, or the address of a container, with or without a prefix.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = StoreSet)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = null!;

    /// <summary>Names of the store's sets to report on. The wildcards * and ? are allowed. By default all sets.</summary>
    [Parameter(ParameterSetName = StoreSet)]
    [ArgumentCompleter(typeof(BackupNameCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];

    /// <summary>The page to write. Its folder is made when it is missing.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string OutFile { get; set; } = null!;

    /// <summary>What the page is called. By default it names the sets.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Title { get; set; }

    /// <summary>The time zone whose days the calendar shows, such as Europe/Berlin. By default the machine's.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TimeZone { get; set; }

    /// <summary>Replaces a page that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Gives the file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (PSObject input in InputObject)
        {
            if (ReportKinds.Knows(input.BaseObject)) _items.Add(input.BaseObject);
            else LeaveOut(input);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        string path = ResolvePath(OutFile);
        if (!ShouldProcess(path, "Write a report")) return;
        string? store = ParameterSetName == StoreSet ? ResolveStore(Destination) : null;
        Func<StoreAccess?> access = Access();
        Run(
            path,
            call => new ReportEngine(call.Loggers, TimeProvider.System).ExportAsync(
                new ReportRequest(path)
                {
                    Title = Title,
                    Overwrite = Force,
                    Items = _items,
                    LeftOut = _leftOut,
                    Destination = store,
                    Access = access(),
                    Names = Name,
                    Zone = ReportZone.Find(TimeZone),
                },
                call.Token),
            Write);
    }

    private void LeaveOut(PSObject input)
    {
        string type = input.TypeNames[0];
        _leftOut.Add(type);
        Report(
            new EmrSimException(
                ErrorCode.InvalidArgument,
                $"No report can be made of an object of type {type}; the page goes without it. " +
                "Pipe in the objects that EmrSim's cmdlets give, not their text or properties.",
                type),
            input);
    }

    private void Write(ReportResult result)
    {
        // By way of the provider, which adds the properties that PowerShell's own table of files shows.
        if (PassThru) WriteFile(result.Page);
        foreach (EmrSimException error in result.Errors) Report(error, error.Target);
    }
}
