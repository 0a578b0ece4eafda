namespace EmrSim.Core.Scheduling;

/// <summary>A database of a scheduled job, or a pattern that finds databases anew at each run.</summary>
/// <param name="Path">An absolute path; of a pattern, the last part holds * or ?.</param>
/// <param name="IsPattern">Whether * and ? stand for other characters.</param>
public sealed record ScheduledSource(string Path, bool IsPattern)
{
    /// <summary>What <c>-Path</c> means: * and ? in the file name make a pattern, everything else is taken literally.</summary>
    /// <param name="path">An absolute path.</param>
    /// <exception cref="EmrSimException">InvalidArgument.</exception>
    public static ScheduledSource OfPath(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (System.IO.Path.GetDirectoryName(path)?.AsSpan().IndexOfAny('*', '?') >= 0)
        {
            throw new EmrSimException(
                ErrorCode.InvalidArgument, $"'{path}' has a wildcard in a folder's name. A schedule takes wildcards in the file name only.", path);
        }

        return new ScheduledSource(path, System.IO.Path.GetFileName(path.AsSpan()).IndexOfAny('*', '?') >= 0);
    }

    /// <inheritdoc/>
    public override string ToString() => Path;
}
