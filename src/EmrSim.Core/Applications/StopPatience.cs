namespace EmrSim.Core.Applications;

/// <summary>How long a stop or a start may take, and waiting for it.</summary>
/// <param name="Limit">The limit.</param>
/// <param name="Time">The clock.</param>
internal sealed record StopPatience(TimeSpan Limit, TimeProvider Time)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(200);

    /// <summary>Asks again and again until the answer is yes.</summary>
    /// <returns>Whether it became yes within the limit.</returns>
    internal async Task<bool> UntilAsync(Func<Task<bool>> condition, CancellationToken token)
    {
        long started = Time.GetTimestamp();
        while (!await condition().ConfigureAwait(false))
        {
            if (Time.GetElapsedTime(started) >= Limit) return false;
            await Task.Delay(s_interval, Time, token).ConfigureAwait(false);
        }

        return true;
    }
}
