using EmrSim.Core.Applications;
using EmrSim.Core.Recovery;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Recovery;

/// <summary>Plays the user's commands of an application, and remembers them.</summary>
internal sealed class ScriptedRunner(Func<string, int, string?>? play = null) : ICommandRunner
{
    internal static RestorePatience Patience { get; } = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(100));

    internal List<string> Ran { get; } = [];

    public Task<CommandResult> RunAsync(string script, string workingFolder, CancellationToken token)
    {
        Ran.Add(script);
        return Task.FromResult(new CommandResult(play?.Invoke(script, Ran.Count(r => r == script)), []));
    }

    internal static EmrApplication Application(string database) => new()
    {
        Root = Path.GetDirectoryName(database)!,
        Engine = EmrEngine.Sqlite,
        Database = database,
        Control = EmrApplicationControl.Commands,
        StopCommand = "stop",
        StartCommand = "start",
        StopTimeout = TimeSpan.FromSeconds(2),
    };

    internal RestoreRequest Request(RestoreFixture fixture, EmrBackup backup) =>
        fixture.Request(backup) with { Application = Application(fixture.Live), Runner = this, Patience = Patience };

    /// <summary>Kills a restore (or an undo) at a mark, as a power cut does.</summary>
    internal static void Die(string what, RestoreFixture fixture, int mark)
    {
        using OtherProcess process = OtherProcess.Start(what, fixture.Store, fixture.Live, mark.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.NotEqual(0, process.End().ExitCode);
    }
}
