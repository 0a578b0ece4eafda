using System.ComponentModel;
using System.Management.Automation;
using EmrSim.Core.Retention;
using EmrSim.PowerShell.Completion;

namespace EmrSim.PowerShell.Abstractions;

/// <summary>The base of cmdlets that take a retention policy.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class RetentionCmdlet : StoreCmdlet
{
    /// <summary>How many of the newest verified backups stay, whatever their dates. 0 by default.</summary>
    [Parameter]
    public int? KeepLast { get; set; }

    /// <summary>How many days keep their newest verified backup; days without one do not count. 7 by default, also when other numbers are given.</summary>
    [Parameter]
    public int? KeepDaily { get; set; }

    /// <summary>How many ISO weeks keep their newest verified backup. 4 by default, also when other numbers are given.</summary>
    [Parameter]
    public int? KeepWeekly { get; set; }

    /// <summary>How many months keep their newest verified backup. 6 by default, also when other numbers are given.</summary>
    [Parameter]
    public int? KeepMonthly { get; set; }

    /// <summary>How many years keep their newest verified backup. 0 by default.</summary>
    [Parameter]
    public int? KeepYearly { get; set; }

    /// <summary>
    /// The time zone whose days, weeks and months are meant, as an IANA or Windows id. By default that of the machine; fix it where several
    /// machines work on one store.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(TimeZoneCompleter))]
    [ValidateNotNullOrEmpty]
    public string? TimeZone { get; set; }

    /// <summary>The time of the plan. By default now. Later backups are taken for dated in the future, and pins that have ended by then for lifted.</summary>
    [Parameter]
    public DateTimeOffset? AsOf { get; set; }

    /// <summary>What the parameters ask for.</summary>
    /// <param name="destination">The store.</param>
    /// <param name="names">Names of sets.</param>
    private protected RetentionRequest Request(string destination, IReadOnlyList<string> names) =>
        new(destination, names, RetentionParameters.ToPolicy(KeepLast, KeepDaily, KeepWeekly, KeepMonthly, KeepYearly, TimeZone), AsOf);

    /// <summary>Whether an error is in the parameters, so that no other store would fare better.</summary>
    private protected static bool IsOfParameters(EmrSimException error) => error.ErrorCode is ErrorCode.InvalidArgument or ErrorCode.EmptyPolicy;
}
