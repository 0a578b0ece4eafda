using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace EmrSim.Tests.Support;

/// <summary>A session of the real PowerShell engine with the built module in it.</summary>
public sealed class ModuleSession : IDisposable
{
    private readonly Runspace _runspace;

    public ModuleSession()
    {
        var state = InitialSessionState.CreateDefault2();
        // A machine may forbid scripts; that is not what is tested.
        if (OperatingSystem.IsWindows()) state.ExecutionPolicy = Microsoft.PowerShell.ExecutionPolicy.Bypass;
        _runspace = RunspaceFactory.CreateRunspace(state);
        // Wine cannot suspend a thread that is about to end, and the runtime ends the process when the collector finds one.
        if (Wine.IsHost) _runspace.ThreadOptions = PSThreadOptions.ReuseThread;
        _runspace.Open();
        Run("Import-Module -Name $args[0] -ErrorAction Stop", ManifestPath).ThrowOnError();
    }

    /// <summary>The manifest of the module as it was built, found from the test program upwards.</summary>
    public static string ManifestPath { get; } = FindArtifacts("module", "EmrSim", "EmrSim.psd1");

    public Runspace Runspace => _runspace;

    public static string FindArtifacts(params string[] below)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine([folder.FullName, "artifacts", .. below]);
            if (Path.Exists(path)) return path;
        }

        throw new FileNotFoundException("Build the module first: ./build.sh build", string.Join('/', below));
    }

    /// <summary>Runs a script and collects every stream.</summary>
    public SessionResult Run(string script, params object[] arguments)
    {
        using var shell = PowerShell.Create(_runspace);
        shell.AddScript(script);
        foreach (object argument in arguments) shell.AddArgument(argument);
        ErrorRecord? terminating = null;
        PSObject[] output = [];
        try
        {
            output = [.. shell.Invoke()];
        }
        catch (RuntimeException e)
        {
            terminating = e.ErrorRecord;
        }

        return new SessionResult(output, [.. shell.Streams.Error], terminating, shell.Streams);
    }

    /// <summary>Makes a folder the session's location.</summary>
    public void MoveTo(string folder) => Run("$ExecutionContext.SessionState.Path.SetLocation($args[0]) | Out-Null", folder).ThrowOnError();

    public void Dispose() => _runspace.Dispose();
}

/// <summary>What a script gave.</summary>
public sealed record SessionResult(PSObject[] Output, ErrorRecord[] Errors, ErrorRecord? Terminating, PSDataStreams Streams)
{
    /// <summary>The ids of all errors, without the command's name.</summary>
    public string[] ErrorIds => [.. Errors.Concat(Terminating is null ? [] : [Terminating]).Select(e => e.FullyQualifiedErrorId.Split(',')[0])];

    /// <summary>A property of every object of the output, as text. The types are the module's own, so tests see them as scripts do.</summary>
    public string[] Values(string property) => [.. Output.Select(o => o.Properties[property].Value.ToString()!)];

    public SessionResult ThrowOnError()
    {
        if (Terminating is not null || Errors.Length > 0)
        {
            throw new InvalidOperationException(string.Join("; ", Errors.Concat(Terminating is null ? [] : [Terminating]).Select(e => $"{e} {e.Exception}")));
        }

        return this;
    }
}
