namespace EmrSim.Core.Applications;

/// <summary>Runs the commands that a user gave for an application.</summary>
internal interface ICommandRunner
{
    /// <summary>Runs one to its end.</summary>
    /// <param name="script">The text of the command.</param>
    /// <param name="workingFolder">Where it runs.</param>
    /// <param name="token">Ends it.</param>
    /// <returns>How it ended. A command that fails is a result, not an exception.</returns>
    Task<CommandResult> RunAsync(string script, string workingFolder, CancellationToken token);
}
