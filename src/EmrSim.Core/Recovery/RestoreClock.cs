using System.Diagnostics;

namespace EmrSim.Core.Recovery;

/// <summary>How long a restore takes, and how long the application is down for it.</summary>
internal sealed class RestoreClock
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _down;

    /// <summary>How long it took so far.</summary>
    internal TimeSpan Duration => Stopwatch.GetElapsedTime(_started);

    /// <summary>How long the application was down; zero where it was not.</summary>
    internal TimeSpan Downtime { get; private set; }

    /// <summary>The application is down now.</summary>
    internal void Down()
    {
        if (_down == 0) _down = Stopwatch.GetTimestamp();
    }

    /// <summary>The application is up again.</summary>
    internal void Up()
    {
        if (_down != 0) Downtime = Stopwatch.GetElapsedTime(_down);
    }
}
