using System.Management.Automation;
using EmrSim.Core.Applications;
using EmrSim.PowerShell.Abstractions;
using EmrSim.PowerShell.Completion;

namespace EmrSim.PowerShell.Commands;

/// <summary>Tells what a backup or a restore needs to know of an application: its database, its health check, and how it is stopped and started.</summary>
/// <remarks>
/// <para>
/// The database is the one that the application's env file names: SQLITE_PATH, else DB_PATH, else DATABASE_URL=file:…, relative to the folder of that
/// file. DB_TYPE=postgres or DATABASE_URL=postgres://… says that it is on PostgreSQL. The env file is <c>.env</c> in the root or in <c>backend</c>, <c>server</c>,
/// <c>api</c> or <c>app</c> below it, read by the rules of dotenv. No other variable is kept or shown. The health check is
/// <c>http://localhost:PORT/api/health</c>, with 3002 where there is no PORT.
/// </para>
/// <para>
/// A unit of systemd, a service of Windows or a process of PM2 that runs in the root is found. Where nothing is found, or too much, give <see cref="Service"/>, or
/// <see cref="StopCommand"/> and <see cref="StartCommand"/>, which are PowerShell and run in the session of whoever restores, in the root of the application.
/// </para>
/// <para>
/// <see cref="Save"/> keeps what was given, and what stops and starts the application, in <c>emrsim.application.json</c> in its root. A parameter comes before that
/// file, and the file before what is found. A file with commands that others than root and this account can change is refused.
/// </para>
/// <para>
/// What is odd, such as a database that is not there, is a warning and stands in the property Findings. The object can be piped: Backup-EmrDatabase takes its
/// database. Nothing is stopped, started or opened.
/// </para>
/// </remarks>
/// <example>
/// See what is known of an application
/// <code>Get-EmrApplication emr</code>
/// Its env file names the database. Select-Object * or Format-List shows the commands, the time for a stop and the findings, too.
/// </example>
/// <example>
/// Back up the database of an application, wherever that lies
/// <code>Get-EmrApplication emr | Backup-EmrDatabase -Destination backups -Name emr</code>
/// The backup is made while the application runs.
/// </example>
/// <example>
/// Say once how it is stopped and started
/// <code>Get-EmrApplication emr -StopCommand { Stop-Service emr } -StartCommand { Start-Service emr } -ValidateQuery 'select count(*) from sessions' -Save</code>
/// It is kept in emrsim.application.json in the root, where every restore finds it.
/// </example>
/// <seealso cref="BackupEmrDatabaseCommand"/>
[Cmdlet(VerbsCommon.Get, "EmrApplication", DefaultParameterSetName = PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(EmrApplication))]
public sealed class GetEmrApplicationCommand : EmrCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    /// <summary>The root folders of applications. Wildcards are allowed, and paths can be piped in. The session's own location by default.</summary>
    [Parameter(Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = ["."];

    /// <summary>The root folders, taken literally: brackets and other wildcard characters mean themselves.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = null!;

    /// <summary>The database, where no env file names it: absolute, or relative to the root.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Database { get; set; }

    /// <summary>The env file, where it lies elsewhere: absolute, or relative to the root.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? EnvFile { get; set; }

    /// <summary>The address of the health check, of http or https.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? HealthUrl { get; set; }

    /// <summary>How the application is stopped and started: None, WindowsService, Systemd, Pm2 or Commands. Found by default.</summary>
    [Parameter]
    public EmrApplicationControl? Control { get; set; }

    /// <summary>The name of its Windows service, its unit of systemd or its process of PM2.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ApplicationServiceCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Service { get; set; }

    /// <summary>PowerShell that stops it, as a script block or a text. It fails by an error or by an exit code other than 0.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? StopCommand { get; set; }

    /// <summary>PowerShell that starts it and returns, as a script block or a text.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? StartCommand { get; set; }

    /// <summary>PowerShell that looks whether it is well after a restore. It fails by an error, by an exit code other than 0, or by giving $false.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ValidateCommand { get; set; }

    /// <summary>SQL that looks whether its database is well after a restore. It fails by giving no row, or 0 or NULL first.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ValidateQuery { get; set; }

    /// <summary>How long a stop or a start may take. 60 seconds by default.</summary>
    [Parameter]
    [Interval]
    public TimeSpan? StopTimeout { get; set; }

    /// <summary>Keeps what was given, and what stops and starts the application, in emrsim.application.json in its root.</summary>
    [Parameter]
    public SwitchParameter Save { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        bool literal = ParameterSetName == LiteralPathSet;
        foreach (string given in literal ? LiteralPath : Path)
        {
            foreach (string root in Resolve(given, literal)) Find(root);
        }
    }

    private IReadOnlyList<string> Resolve(string given, bool literal)
    {
        try
        {
            IReadOnlyList<string> roots = FileSystemPaths.Find(SessionState.Path, given, literal);
            if (roots.Count > 0) return roots;
            Report(new EmrSimException(ErrorCode.ApplicationNotFound, $"There is no folder '{given}', so there is no application in it.", given), given);
        }
        catch (EmrSimException e)
        {
            Report(e, given);
        }

        return [];
    }

    private void Find(string root)
    {
        var request = new ApplicationRequest(root)
        {
            Database = Database,
            EnvFile = EnvFile,
            HealthUrl = HealthUrl,
            Control = Control,
            Service = Service,
            StopCommand = StopCommand,
            StartCommand = StartCommand,
            ValidateCommand = ValidateCommand,
            ValidateQuery = ValidateQuery,
            StopTimeout = StopTimeout,
            Save = Save && ShouldProcess(root, "Write emrsim.application.json"),
        };
        Run(root, call => new ApplicationFinder(call.Loggers).FindAsync(request, call.Token), WriteObject);
    }
}
