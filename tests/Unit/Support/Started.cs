using System.ComponentModel;
using System.Diagnostics;

namespace EmrSim.Tests.Support;

/// <summary>Starts processes of tests.</summary>
public static class Started
{
    // ERROR_INTERNAL_ERROR: Wine says so now and then where many processes start at once.
    private const int InternalError = 1359;
    private const int Attempts = 5;

    /// <summary>Starts a process; under Wine again where Wine itself failed.</summary>
    public static Process Of(ProcessStartInfo start)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return Process.Start(start)!;
            }
            catch (Win32Exception e) when (Wine.IsHost && e.NativeErrorCode == InternalError && attempt < Attempts)
            {
                Thread.Sleep(100 * attempt);
            }
        }
    }
}
