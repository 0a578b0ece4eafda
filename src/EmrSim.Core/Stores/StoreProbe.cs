using EmrSim.Core.Files;

namespace EmrSim.Core.Stores;

/// <summary>Tries out a store as a backup begins: makes it where it is missing, takes a lock in it, and lists it. The lock's small file stays.</summary>
internal static class StoreProbe
{
    private const string Set = "emrsim-self-test";

    /// <summary>Tries it out.</summary>
    /// <param name="location">The store's absolute path, or its address.</param>
    /// <param name="access">What opens it.</param>
    /// <param name="clock">Dates the lock.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="EmrSimException">What the store says.</exception>
    internal static void Run(string location, StoreAccess? access, TimeProvider clock, CancellationToken token)
    {
        BackupStore store = BackupStores.Open(location, access);
        try
        {
            store.Create(token);
            // The lock is a file that is written, and held.
            using IDisposable held = store.Lock(Set, clock, token);
            store.List(Set, token: token);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, "The destination cannot be used", location);
        }
    }
}
