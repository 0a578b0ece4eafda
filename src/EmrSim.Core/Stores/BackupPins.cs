using System.Globalization;
using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Stores;

/// <summary>A pin to set or to lift.</summary>
/// <param name="Backup">The backup.</param>
/// <param name="Pinned">Whether it is to be pinned. A pin that is there is replaced as a whole.</param>
/// <param name="Reason">Why; null where nobody says so.</param>
/// <param name="Until">When the pin ends; null for never.</param>
/// <param name="Access">What opens its store; null for a folder, or for the identity of this process.</param>
public sealed record PinRequest(EmrBackup Backup, bool Pinned, string? Reason, DateTimeOffset? Until, StoreAccess? Access = null);

/// <summary>Pins backups, so that retention and removal leave them alone.</summary>
/// <param name="loggers">Where events go.</param>
/// <param name="clock">Says what lies in the past.</param>
public sealed class BackupPins(ILoggerFactory loggers, TimeProvider clock)
{
    private readonly ILogger _logger = loggers.CreateLogger("EmrSim.Stores");

    /// <summary>Sets or lifts a pin, in the backup's manifest.</summary>
    /// <returns>The backup as it is now.</returns>
    /// <exception cref="EmrSimException">InvalidArgument, BackupNotFound, SetLocked, ManifestDamaged and its like, AccessDenied, DiskFull, IoError.</exception>
    public Task<EmrBackup> SetAsync(PinRequest request, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(request);
        Require(request);
        return Task.Run(() => Set(request, token), token);
    }

    private void Require(PinRequest request)
    {
        if (!request.Pinned && (request.Reason is not null || request.Until is not null))
        {
            throw new EmrSimException(ErrorCode.InvalidArgument, "A reason and an end belong to a pin; leave them away to lift one.", request.Backup.Path);
        }

        if (request.Reason?.Any(char.IsControl) == true)
        {
            throw new EmrSimException(ErrorCode.InvalidArgument, "A reason is one line of text, without control characters.", request.Backup.Path);
        }

        if (request.Until <= clock.GetUtcNow())
        {
            throw new EmrSimException(
                ErrorCode.InvalidArgument,
                string.Create(CultureInfo.InvariantCulture, $"A pin until {request.Until.Value.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z would have ended already."),
                request.Backup.Path);
        }
    }

    private EmrBackup Set(PinRequest request, CancellationToken token)
    {
        EmrBackup backup = request.Backup;
        (BackupStore store, string manifestName) = BackupStores.OpenFor(backup.ManifestPath, request.Access);
        try
        {
            using IDisposable setLock = store.Lock(backup.Name, clock, token);
            EmrBackup changed = store.ReplaceManifest(store.ReadManifest(manifestName, token) with
            {
                Pinned = request.Pinned,
                PinReason = request.Reason,
                PinnedUntilUtc = request.Until?.ToUniversalTime(),
            });
            Log.PinChanged(_logger, changed.Path, request.Pinned ? "pinned" : "no longer pinned");
            return changed;
        }
        catch (EmrSimException e) when (e.ErrorCode == ErrorCode.ManifestMissing)
        {
            throw new EmrSimException(ErrorCode.BackupNotFound, $"There is no backup '{backup.Path}': it was removed before.", backup.Path, e);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, $"The pin of '{backup.Path}' could not be changed", backup.ManifestPath);
        }
    }
}
