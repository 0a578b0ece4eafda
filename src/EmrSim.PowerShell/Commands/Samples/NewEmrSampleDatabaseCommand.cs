using System.Management.Automation;
using EmrSim.Core.Samples;
using EmrSim.PowerShell.Abstractions;

namespace EmrSim.PowerShell.Commands;

/// <summary>Makes a SQLite database of simulated patient interviews to try things out on.</summary>
/// <remarks>
/// <para>
/// The database has the schema of a small interview application: personas, scenarios, sessions and turns. Its text is made up, and holds what
/// real text holds: many scripts, emoji, quotes, line breaks, JSON, NULLs, and two forms of time in one column.
/// </para>
/// <para>
/// The same seed gives the same rows on every system, so figures and rehearsals can be compared. A million turns make about 450 MB.
/// The file appears when it is complete; a stop leaves nothing behind.
/// </para>
/// </remarks>
/// <example>
/// Make a small database and back it up
/// <code>New-EmrSampleDatabase rehearsal.db | Backup-EmrDatabase -Destination backups</code>
/// The file that New-EmrSampleDatabase returns binds to the next cmdlet's path.
/// </example>
/// <example>
/// Make a larger one, with other rows, in place of one that is there
/// <code>New-EmrSampleDatabase rehearsal.db -Turns 50000 -Seed 7 -Force</code>
/// The old file stays until the new one is complete.
/// </example>
[Cmdlet(VerbsCommon.New, "EmrSampleDatabase", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class NewEmrSampleDatabaseCommand : EmrCmdlet
{
    /// <summary>The database file to make. Its folder is made when it is missing.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = null!;

    /// <summary>How many turns of interviews it holds; sessions follow from them. 10 000 by default.</summary>
    [Parameter(Position = 1)]
    [ValidateRange(0L, 1_000_000_000L)]
    public long Turns { get; set; } = 10_000;

    /// <summary>Which rows: the same seed gives the same ones. 1 by default.</summary>
    [Parameter]
    public int Seed { get; set; } = 1;

    /// <summary>Replaces a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        string path = ResolvePath(Path);
        if (!ShouldProcess(path, $"Make a sample database of {Turns} turns")) return;
        var request = new SampleRequest(path, Turns, Seed, Force);
        Run(path, call => new SampleEngine(call.Loggers).CreateAsync(request, call.Progress, call.Token), Write);
    }

    // By way of the provider, which adds the properties that PowerShell's own table of files shows: size, mode and owner.
    private void Write(FileInfo file) => WriteFile(file);
}
