using System.Globalization;
using EmrSim.Core.Logging;
using EmrSim.Core.Programs;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Applications;

/// <summary>Finds out what is to be known of an application: what the user says, what its <c>emrsim.application.json</c> says, and what is found.</summary>
/// <param name="loggers">Where its events go.</param>
internal sealed class ApplicationFinder(ILoggerFactory loggers)
{
    private const string DefaultPort = "3002";
    private const string HealthPath = "/api/health";

    // In the root itself, and where a back end lies in a repository of several parts.
    private static readonly string[] s_envFiles =
    [
        ".env", "backend/.env", "server/.env", "api/.env", "app/.env", "src/backend/.env", "apps/backend/.env", "apps/server/.env", "packages/backend/.env", "packages/server/.env",
    ];

    private readonly ILogger _logger = loggers.CreateLogger("EmrSim.Applications");

    /// <summary>The machine.</summary>
    internal SystemHost Host { get; init; } = SystemHost.This;

    /// <summary>Finds one application, and keeps what the user said where that is wanted.</summary>
    /// <exception cref="EmrSimException">
    /// ApplicationNotFound, ApplicationEnvFileNotFound, ApplicationDatabaseUnnamed, ApplicationFileDamaged, ApplicationFileExposed, InvalidArgument.
    /// </exception>
    internal async Task<EmrApplication> FindAsync(ApplicationRequest request, CancellationToken token)
    {
        var folder = new ApplicationFolder(request.Root);
        var findings = new List<string>();
        ApplicationFile known = Merge(request, Read(folder, findings));
        EmrApplication application = Locate(folder, known, findings);
        ServiceCandidate control = await ControlAsync(folder, known, findings, token).ConfigureAwait(false);
        application = application with
        {
            Control = control.Control,
            Service = control.Name.Length > 0 ? ServiceName.Require(control.Name) : null,
            StopCommand = control.Control == EmrApplicationControl.Commands ? known.StopCommand : null,
            StartCommand = control.Control == EmrApplicationControl.Commands ? known.StartCommand : null,
            ValidateCommand = known.ValidateCommand,
            ValidateQuery = known.ValidateQuery,
            StopTimeout = known.StopTimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : EmrApplication.DefaultStopTimeout,
            Findings = findings,
        };
        foreach (string finding in findings) Log.ApplicationFinding(_logger, folder.Path, finding);
        if (!request.Save) return application;
        (known with { Control = application.Control == EmrApplicationControl.None ? null : application.Control, Service = application.Service }).Write(folder.Path);
        Log.ApplicationSaved(_logger, folder.Resolve(ApplicationFile.Name));
        return application;
    }

    private static ApplicationFile Read(ApplicationFolder folder, List<string> findings)
    {
        if (ApplicationFile.Read(folder.Path) is not { } file) return new ApplicationFile();
        if (file.HasCommands) folder.RequireOwn(ApplicationFile.Name);
        findings.AddRange((file.Others ?? []).Keys.Select(k => $"{ApplicationFile.Name} has a property '{k}' that nobody knows; is it misspelt?"));
        return file;
    }

    private static ApplicationFile Merge(ApplicationRequest request, ApplicationFile file)
    {
        if (request.Service is not null && (request.StopCommand ?? request.StartCommand) is not null)
        {
            throw new EmrSimException(ErrorCode.InvalidArgument, "An application is stopped and started by its service or by commands: give -Service, or -StopCommand and -StartCommand.");
        }

        // Whoever names another way of control means that one alone.
        bool commands = (request.StopCommand ?? request.StartCommand) is not null;
        bool another = commands || request.Service is not null || request.Control is not null;
        if (request.StopTimeout is { } timeout && (timeout <= TimeSpan.Zero || timeout >= TimeSpan.FromDays(1)))
        {
            throw new EmrSimException(ErrorCode.InvalidArgument, "The time for a stop must be more than nothing and less than a day.");
        }

        return file with
        {
            Database = request.Database ?? file.Database,
            EnvFile = request.EnvFile ?? file.EnvFile,
            HealthUrl = request.HealthUrl ?? file.HealthUrl,
            Control = request.Control ?? (another ? null : file.Control),
            Service = request.Service ?? (another ? null : file.Service),
            StopCommand = request.StopCommand ?? file.StopCommand,
            StartCommand = request.StartCommand ?? file.StartCommand,
            ValidateCommand = request.ValidateCommand ?? file.ValidateCommand,
            ValidateQuery = request.ValidateQuery ?? file.ValidateQuery,
            StopTimeoutSeconds = request.StopTimeout?.TotalSeconds ?? file.StopTimeoutSeconds,
        };
    }

    private static EmrApplication Locate(ApplicationFolder folder, ApplicationFile known, List<string> findings)
    {
        EnvFile[] files = EnvFiles(folder, known);
        foreach (EnvFile utf16 in files.Where(f => f.IsUtf16)) findings.Add($"'{utf16.Path}' is in UTF-16, in which Node.js finds no variable. Save it as UTF-8.");
        (EnvFile File, EnvDatabase Database)[] named = [.. files.Select(f => (f, EnvDatabase.Of(f)!)).Where(n => n.Item2 is not null)];
        if (known.Database is null && named.Length == 0) throw Unnamed(folder, files);

        (EnvFile? file, EnvDatabase? database) = named.FirstOrDefault();
        if (known.Database is null)
        {
            if (database!.Finding is { } finding) findings.Add(finding);
            findings.AddRange(named.Skip(1).Where(n => n.Database.Path != database.Path || n.Database.Engine != database.Engine)
                .Select(n => $"'{n.File.Path}' names another database, '{n.Database.Path ?? n.Database.Engine.ToString()}'; '{file!.Path}' was taken. Say which counts with -EnvFile."));
        }

        string? path = known.Database is { } given ? folder.Resolve(given) : database!.Path;
        EmrEngine engine = known.Database is not null ? EmrEngine.Sqlite : database!.Engine;
        if (engine == EmrEngine.Sqlite && path is not null && !File.Exists(path))
        {
            findings.Add($"There is no database at '{path}'. An application that starts now makes an empty one, or runs on its memory.");
        }

        return new EmrApplication
        {
            Root = folder.Path,
            Engine = engine,
            Database = path,
            EnvFile = file?.Path ?? files.FirstOrDefault()?.Path,
            EnvVariable = known.Database is null ? database!.Variable : null,
            HealthUrl = HealthUrl(known.HealthUrl, file ?? files.FirstOrDefault()),
            Control = EmrApplicationControl.None,
        };
    }

    private static EnvFile[] EnvFiles(ApplicationFolder folder, ApplicationFile known) => known.EnvFile is { } given
        ? [EnvFile.Read(folder.Resolve(given))]
        : [.. s_envFiles.Select(folder.Resolve).Where(File.Exists).Select(EnvFile.Read)];

    private static EmrSimException Unnamed(ApplicationFolder folder, EnvFile[] files) => files.Length == 0
        ? new EmrSimException(
            ErrorCode.ApplicationEnvFileNotFound,
            $"'{folder.Path}' has no env file, neither '.env' nor 'backend/.env' or the like. Name it with -EnvFile, or the database with -Database.",
            folder.Path)
        : new EmrSimException(
            ErrorCode.ApplicationDatabaseUnnamed,
            $"{string.Join(" and ", files.Select(f => $"'{f.Path}'"))} names no database, neither by SQLITE_PATH nor by DB_PATH, DATABASE_URL or DB_TYPE: the application runs on its memory. Name it there, or with -Database.",
            files[0].Path);

    private static Uri HealthUrl(string? given, EnvFile? env)
    {
        if (given is null)
        {
            bool number = ushort.TryParse(env?["PORT"], NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port > 0;
            return new Uri($"http://localhost:{(number ? port.ToString(CultureInfo.InvariantCulture) : DefaultPort)}{HealthPath}");
        }

        return HealthProbe.Require(Uri.TryCreate(given, UriKind.Absolute, out Uri? url) ? url : null);
    }

    private async Task<ServiceCandidate> ControlAsync(ApplicationFolder folder, ApplicationFile known, List<string> findings, CancellationToken token)
    {
        if (known.Control is EmrApplicationControl.None or EmrApplicationControl.Commands) return new ServiceCandidate(known.Control.Value, "");
        if (known is { Control: { } control, Service: { } name }) return new ServiceCandidate(control, name);
        if (known is { Control: null, Service: null } && (known.StopCommand ?? known.StartCommand) is not null) return new ServiceCandidate(EmrApplicationControl.Commands, "");

        IReadOnlyList<ServiceCandidate> found = await new ServiceSearch(Host).FindAsync(folder, token).ConfigureAwait(false);
        ServiceCandidate[] fitting = [.. found.Where(c => (known.Control is null || c.Control == known.Control) && (known.Service is null || Same(c.Name, known.Service)))];
        if (fitting.Length == 1) return fitting[0];
        if (known.Service is { } service) return new ServiceCandidate(Guess(), service);
        findings.Add(fitting.Length == 0
            ? $"Nothing was found that runs it. Say how it is stopped and started with -Service, or with -StopCommand and -StartCommand."
            : $"Several things seem to run it: {string.Join(", ", fitting.Select(f => f.ToString()))}. Say which with -Service and -Control.");
        return new ServiceCandidate(EmrApplicationControl.None, "");
    }

    private static bool Same(string found, string given) => found == given || found == given + ".service";

    private EmrApplicationControl Guess() =>
        OperatingSystem.IsWindows() ? EmrApplicationControl.WindowsService : Host.HasSystemd || Pm2.Find(Host) is null ? EmrApplicationControl.Systemd : EmrApplicationControl.Pm2;
}
