using EmrSim.Core.Files;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Recovery;

/// <summary>Turns whatever ends a restore into an error with a code.</summary>
internal static class RestoreErrors
{
    /// <summary>The error.</summary>
    internal static EmrSimException Explain(Exception e, string path) => e switch
    {
        EmrSimException known => known,
        OperationCanceledException => new EmrSimException(ErrorCode.RestoreStopped, $"The restore of '{path}' was stopped.", path, e),
        SqliteFault fault => fault.ToException(ErrorCode.SqliteError, $"The restore of '{path}' failed"),
        _ when IoErrors.IsIo(e) => IoErrors.Translate(e, $"The restore of '{path}' failed", path),
        _ => new EmrSimException(ErrorCode.InternalError, $"The restore of '{path}' met an error that was not foreseen: {e.GetType().Name}: {e.Message}", path, e),
    };
}
