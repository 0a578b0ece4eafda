namespace EmrSim.Core.Files;

/// <summary>A process that has a file open.</summary>
/// <param name="ProcessId">Its id.</param>
/// <param name="ProcessName">Its name.</param>
/// <param name="Path">The file that was asked for.</param>
/// <param name="Certain">Whether the system says that it is this very file; else only the name says so, as with a file that was deleted or replaced since.</param>
internal sealed record FileHolder(int ProcessId, string ProcessName, string Path, bool Certain)
{
    /// <summary>The name of the service that it is; null where it is none or nobody knows.</summary>
    internal string? Service { get; init; }

    /// <summary>As in a list: <c>node (4711)</c>.</summary>
    public override string ToString() =>
        $"{ProcessName} ({ProcessId}{(Service is null ? "" : $", service '{Service}'")}{(ProcessId == Environment.ProcessId ? ", this process" : "")})";
}
