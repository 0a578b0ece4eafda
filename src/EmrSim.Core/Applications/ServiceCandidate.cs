namespace EmrSim.Core.Applications;

/// <summary>A service that seems to run an application.</summary>
/// <param name="Control">Of which kind it is.</param>
/// <param name="Name">Its name.</param>
internal sealed record ServiceCandidate(EmrApplicationControl Control, string Name)
{
    /// <summary>As in a list: <c>emr.service (Systemd)</c>.</summary>
    public override string ToString() => $"{Name} ({Control})";
}
