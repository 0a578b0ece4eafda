using EmrSim.Core.Applications;
using EmrSim.Core.Progress;
using Microsoft.Extensions.Logging;

namespace EmrSim.PowerShell.Abstractions;

/// <summary>What a cmdlet hands to the engine for one call.</summary>
/// <param name="Loggers">Where the engine's events go.</param>
/// <param name="Progress">Who is told how far it has come.</param>
/// <param name="Token">Is cancelled when the pipeline stops.</param>
internal sealed record EngineCall(ILoggerFactory Loggers, IProgress<OperationProgress> Progress, CancellationToken Token)
{
    /// <summary>What runs commands of the user in the session.</summary>
    internal required ICommandRunner Commands { get; init; }
}
