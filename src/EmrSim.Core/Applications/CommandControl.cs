using EmrSim.Core.Files;

namespace EmrSim.Core.Applications;

/// <summary>An application that commands of the user stop and start.</summary>
/// <param name="application">The application.</param>
/// <param name="runner">What runs the commands.</param>
/// <param name="time">The clock.</param>
internal sealed class CommandControl(EmrApplication application, ICommandRunner runner, TimeProvider time) : IApplicationControl
{
    /// <inheritdoc/>
    public string Description => $"The application in '{application.Root}'";

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken token)
    {
        long started = time.GetTimestamp();
        HashSet<int> before = [.. Holders().Select(h => h.ProcessId)];
        try
        {
            await RunAsync(application.StopCommand, "StopCommand", ErrorCode.ApplicationNotStopped, token).ConfigureAwait(false);
        }
        catch (EmrSimException e) when (e.ErrorCode == ErrorCode.ApplicationCommandFailed && IsSurelyGone)
        {
            // It had ended by itself, and kill, Stop-Process and their like found nothing to stop.
            return;
        }

        // A command that asked for the stop may be back before the application has ended.
        TimeSpan left = application.StopTimeout - time.GetElapsedTime(started);
        var patience = new StopPatience(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        if (await patience.UntilAsync(async () => await IsRunningAsync(token).ConfigureAwait(false) is not true, token).ConfigureAwait(false)) return;
        FileHolders holders = Holders();
        if (holders.Count > 0 && !holders.Any(h => before.Contains(h.ProcessId))) throw ApplicationWatch.CameBack($"{holders} opened its database", application.Root);
        throw new EmrSimException(
            ErrorCode.ApplicationNotStopped,
            $"{Description} did not stop within {application.StopTimeout.TotalSeconds:0} seconds: its StopCommand has ended, but {holders} still has its database open.",
            application.Root);
    }

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken token)
    {
        if (await IsRunningAsync(token).ConfigureAwait(false) == true) return;
        await RunAsync(application.StartCommand, "StartCommand", ErrorCode.ApplicationNotStarted, token).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<bool?> IsRunningAsync(CancellationToken token)
    {
        FileHolders holders = Holders();
        return Task.FromResult<bool?>(holders.Any(h => h.Certain) ? true : holders.Complete ? false : null);
    }

    private bool IsSurelyGone => application.Database is not null && Holders() is { Count: 0, Complete: true };

    private FileHolders Holders() => DatabaseFiles.HoldersOf(application.Database);

    private async Task RunAsync(string? command, string name, ErrorCode late, CancellationToken token)
    {
        if (command is null)
        {
            throw new EmrSimException(
                ErrorCode.InvalidArgument, $"{Description} is controlled by commands, but has no {name}. Give it with -{name}.", application.Root);
        }

        using var limit = new CancellationTokenSource(application.StopTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(token, limit.Token);
        CommandResult result;
        try
        {
            result = await runner.RunAsync(command, application.Root, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested && !token.IsCancellationRequested)
        {
            throw new EmrSimException(
                late, $"The {name} of {Lower(Description)} did not end within {application.StopTimeout.TotalSeconds:0} seconds and was ended.", application.Root, e);
        }

        if (result.Failure is { } failure)
        {
            throw new EmrSimException(ErrorCode.ApplicationCommandFailed, $"The {name} of {Lower(Description)} failed: {failure}", application.Root);
        }
    }

    private static string Lower(string text) => char.ToLowerInvariant(text[0]) + text[1..];
}
