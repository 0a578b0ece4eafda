using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmrSim.Core.Recovery.Salvage;

/// <summary>Which damaged database is read, and where what can be read of it goes.</summary>
/// <param name="SourcePath">The damaged database, as an absolute path. It is only read, and not by SQLite.</param>
/// <param name="Destination">The new database, as an absolute path.</param>
internal sealed record SalvageRequest(string SourcePath, string Destination)
{
    /// <summary>Whether a file at the destination may be replaced.</summary>
    internal bool Force { get; init; }

    /// <summary>Whether rows on pages of the freelist, deleted ones for the most part, are set aside too.</summary>
    internal bool FreePages { get; init; }

    /// <summary>Where events go.</summary>
    internal ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;
}
