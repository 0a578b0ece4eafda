namespace EmrSim.Tests.Support;

/// <summary>Waits for what another process or thread will do.</summary>
public static class Wait
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    /// <summary>Returns when the condition holds; fails when it does not within a minute.</summary>
    public static void Until(Func<bool> condition, string what)
    {
        if (!SpinWait.SpinUntil(
            () =>
            {
                if (condition()) return true;
                Thread.Sleep(1);
                return false;
            },
            s_patience))
        {
            throw new TimeoutException($"It did not happen within a minute: {what}");
        }
    }
}
