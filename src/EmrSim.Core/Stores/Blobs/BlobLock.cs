using System.Diagnostics;
using System.Globalization;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace EmrSim.Core.Stores.Blobs;

/// <summary>
/// One writer per backup set, by a lease on a small blob. It is renewed while its holder lives, and ends by itself a minute after it died. The
/// blob's metadata tell others who holds it.
/// </summary>
internal sealed class BlobLock : IDisposable
{
    private const int RenewalsPerLease = 3;

    private readonly string _set;
    private readonly string _location;
    private readonly BlobLeaseClient _lease;
    private readonly Func<string> _holder;
    private readonly ITimer _timer;
    private readonly Action<BlobLock> _released;
    private volatile bool _lost;

    private BlobLock(string set, string location, BlobLeaseClient lease, Func<string> holder, TimeSpan duration, TimeProvider clock, Action<BlobLock> released)
    {
        _set = set;
        _location = location;
        _lease = lease;
        _holder = holder;
        _released = released;
        TimeSpan interval = duration / RenewalsPerLease;
        _timer = clock.CreateTimer(_ => TryRenew(), null, interval, interval);
    }

    /// <summary>Takes the lock of a set, or says who has it.</summary>
    /// <param name="container">The store's container.</param>
    /// <param name="address">The store.</param>
    /// <param name="set">The set's name.</param>
    /// <param name="duration">How long the lease lasts without its renewal.</param>
    /// <param name="clock">Renews it, and dates the note.</param>
    /// <param name="released">Is told when it is given back.</param>
    /// <param name="token">Cancels, also while the service does not answer. A lease that was given all the same ends by itself.</param>
    /// <exception cref="EmrSimException">SetLocked.</exception>
    internal static BlobLock Acquire(BlobContainerClient container, BlobAddress address, string set, TimeSpan duration, TimeProvider clock, Action<BlobLock> released, CancellationToken token)
    {
        string name = $".{set}.lock", location = address.Locate(name);
        BlockBlobClient blob = container.GetBlockBlobClient(address.BlobName(name));
        BlobLeaseClient lease = blob.GetBlobLeaseClient(Guid.NewGuid().ToString());
        Func<string> holder = () => Holder(blob);
        if (!BlobErrors.Guard("The lock could not be taken", location, () => Lease(blob, lease, duration, token), token))
        {
            throw new EmrSimException(
                ErrorCode.SetLocked,
                string.Create(CultureInfo.InvariantCulture, $"The backup set '{set}' in '{address.Location}' is being written by {holder()}. Wait for it to end; if it was killed, its lock ends within {duration.TotalSeconds:0} seconds. Then try again."),
                location);
        }

        WriteNote(blob, lease, clock);
        return new BlobLock(set, location, lease, holder, duration, clock, released);
    }

    /// <summary>The set.</summary>
    internal string Set => _set;

    /// <summary>Requires that the lock is still held, and holds it for another while.</summary>
    /// <exception cref="EmrSimException">SetLocked where it was lost; StoreUnavailable.</exception>
    internal void Require()
    {
        if (!_lost) BlobErrors.Guard("The lock could not be renewed", _location, Renew);
        if (!_lost) return;
        throw new EmrSimException(
            ErrorCode.SetLocked,
            $"The lock of the backup set '{_set}' was lost: this run could not renew it in time, and now it is held by {_holder()}. Nothing more was published or removed by this run. Run again.",
            _location);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        _released(this);
        if (_lost) return;
        try
        {
            // The blob stays: removing it would let a third process lock a new one while a second still waits.
            _lease.Release();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // It ends by itself.
        }
    }

    private static bool Lease(BlockBlobClient blob, BlobLeaseClient lease, TimeSpan duration, CancellationToken token)
    {
        try
        {
            return Take(lease, duration, token);
        }
        catch (Exception e) when (BlobErrors.Is(e, BlobErrorCode.BlobNotFound))
        {
            try
            {
                using var nothing = new MemoryStream();
                blob.Upload(nothing, new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } }, token);
            }
            catch (Exception other) when (BlobErrors.Is(other, BlobErrorCode.BlobAlreadyExists, BlobErrorCode.LeaseIdMissing))
            {
                // Another run was faster.
            }

            return Take(lease, duration, token);
        }
    }

    private static bool Take(BlobLeaseClient lease, TimeSpan duration, CancellationToken token)
    {
        try
        {
            // Asked twice with the same id, as after an answer that was lost, the service gives it twice.
            lease.Acquire(duration, cancellationToken: token);
            return true;
        }
        catch (Exception e) when (BlobErrors.Is(e, BlobErrorCode.LeaseAlreadyPresent, BlobErrorCode.LeaseIsBreakingAndCannotBeAcquired))
        {
            return false;
        }
    }

    private void TryRenew()
    {
        try
        {
            if (!_lost) Renew();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The network, say, or the identity; what escapes from a timer would end the process. There is another try in a while, and one that counts before the manifest is written.
        }
    }

    private bool Renew()
    {
        try
        {
            // Even after it has expired, as long as nobody else has taken it meanwhile.
            _lease.Renew();
        }
        catch (Exception e) when (BlobErrors.Is(
            e,
            BlobErrorCode.LeaseIdMismatchWithLeaseOperation,
            BlobErrorCode.LeaseNotPresentWithLeaseOperation,
            BlobErrorCode.LeaseIsBrokenAndCannotBeRenewed,
            BlobErrorCode.LeaseLost,
            BlobErrorCode.BlobNotFound))
        {
            _lost = true;
        }

        return !_lost;
    }

    // The note is for people; the lock holds without it, as where a retention policy keeps blobs as they are.
    private static void WriteNote(BlockBlobClient blob, BlobLeaseClient lease, TimeProvider clock)
    {
        try
        {
            blob.SetMetadata(
                new Dictionary<string, string>
                {
                    ["process"] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
                    ["program"] = Uri.EscapeDataString(Process.GetCurrentProcess().ProcessName),
                    ["host"] = Uri.EscapeDataString(Environment.MachineName),
                    ["since"] = clock.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                },
                new BlobRequestConditions { LeaseId = lease.LeaseId });
        }
        catch (RequestFailedException)
        {
            // See above.
        }
    }

    private static string Holder(BlockBlobClient blob)
    {
        try
        {
            IDictionary<string, string> note = blob.GetProperties().Value.Metadata;
            return $"process {note["process"]} ({Uri.UnescapeDataString(note["program"])}) on {Uri.UnescapeDataString(note["host"])} since {note["since"]}";
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return "another process";
        }
    }
}
