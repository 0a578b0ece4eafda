namespace EmrSim;

/// <summary>An error that EmrSim foresees. The message says what happened, to what, and where it helps what to do.</summary>
public class EmrSimException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="code">The stable code.</param>
    /// <param name="message">What happened, to what.</param>
    /// <param name="target">What it happened to: mostly a path.</param>
    /// <param name="inner">The cause.</param>
    public EmrSimException(ErrorCode code, string message, string? target = null, Exception? inner = null) : base(message, inner)
    {
        ErrorCode = code;
        Target = target;
    }

    /// <summary>The stable code, also the error id in PowerShell.</summary>
    public ErrorCode ErrorCode { get; }

    /// <summary>What it happened to: mostly a path.</summary>
    public string? Target { get; }

    /// <summary>SQLite's extended result code, where SQLite reported the error.</summary>
    public int? SqliteExtendedCode { get; init; }

    /// <summary>PostgreSQL's SQLSTATE, where PostgreSQL reported the error.</summary>
    public string? SqlState { get; init; }

    /// <summary>Whether the same call may succeed a little later.</summary>
    public bool IsTransient => ErrorCode is ErrorCode.DatabaseLocked or ErrorCode.SetLocked;
}
