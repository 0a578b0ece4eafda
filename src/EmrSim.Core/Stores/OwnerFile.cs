using EmrSim.Core.Files;

namespace EmrSim.Core.Stores;

/// <summary>
/// The lock of a set where those of the operating system do not hold: a file that only one can make. Its holder writes it again while it lives.
/// It is broken when its holder is certainly gone, or when nobody has written it for ten minutes.
/// </summary>
/// <remarks>
/// Age is told by two times that the same file system gave, so it does not matter whose clock is wrong. That a lock was broken while its holder
/// still lived, as on a machine that slept, is noticed before anything is published or removed (<see cref="IsHeld"/>).
/// </remarks>
internal sealed class OwnerFile : IDisposable
{
    /// <summary>What its name ends in.</summary>
    internal const string Suffix = ".owner";

    /// <summary>After how long without being written it counts for nothing.</summary>
    internal static TimeSpan Lifetime { get; } = TimeSpan.FromMinutes(10);

    private const int Attempts = 5;
    private static readonly TimeSpan s_interval = Lifetime / 10;

    private readonly string _path;
    private readonly LockHolder _holder;
    private readonly ITimer _timer;

    private OwnerFile(string path, LockHolder holder, TimeProvider clock)
    {
        _path = path;
        _holder = holder;
        _timer = clock.CreateTimer(_ => TryRefresh(), null, s_interval, s_interval);
    }

    /// <summary>Takes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="holder">Who takes it.</param>
    /// <param name="now">The file system's time.</param>
    /// <param name="clock">Tells when to write it again.</param>
    /// <returns>Null where another has it.</returns>
    internal static OwnerFile? Take(string path, LockHolder holder, DateTime now, TimeProvider clock)
    {
        for (int attempt = 1; attempt <= Attempts; attempt++)
        {
            if (!IsFree(path, now)) return null;
            if (TryMake(path) is not { } file) continue;
            try
            {
                Write(file, holder);
                return new OwnerFile(path, holder, clock);
            }
            catch
            {
                // On a full disk; who could not make it whole must not be in the way of others.
                File.Delete(path);
                throw;
            }
            finally
            {
                file.Dispose();
            }
        }

        return null;
    }

    /// <summary>Whether nobody has it; what a holder that is gone has left is removed.</summary>
    internal static bool IsFree(string path, DateTime now)
    {
        LockHolder? holder = LockHolder.Read(path);
        if (IsLive(path, holder, now)) return false;
        if (File.Exists(path)) Break(path, holder);
        return true;
    }

    /// <summary>Whether somebody has it. Nothing is changed.</summary>
    internal static bool IsLive(string path, DateTime now) => IsLive(path, LockHolder.Read(path), now);

    /// <summary>Whether this process still has it. It is written again, so it stays so for a while.</summary>
    internal bool IsHeld()
    {
        using FileStream? file = Open();
        if (file is null || !_holder.Is(LockHolder.Read(_path))) return false;
        Write(file, _holder);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        try
        {
            if (_holder.Is(LockHolder.Read(_path))) File.Delete(_path);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            // It counts for nothing as soon as this process has ended, or in ten minutes.
        }
    }

    // One that is not whole is just being made, or its maker was killed then.
    private static bool IsLive(string path, LockHolder? holder, DateTime now) =>
        File.Exists(path) && holder?.IsDead() != true && now - File.GetLastWriteTimeUtc(path) < Lifetime;

    // Others may break the same one and make theirs meanwhile. A rename takes exactly one file, and whose it was is seen afterwards.
    private static void Break(string path, LockHolder? judged)
    {
        string broken = $"{path}.{Guid.NewGuid():N}";
        try
        {
            File.Move(path, broken, overwrite: false);
        }
        catch (FileNotFoundException)
        {
            return;
        }

        LockHolder? found = LockHolder.Read(broken);
        if (found is null || found.Is(judged) || !TryReturn(broken, path)) File.Delete(broken);
    }

    private static bool TryReturn(string broken, string path)
    {
        try
        {
            File.Move(broken, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            // A third one has it by now; whose was taken finds out before it publishes anything.
            return false;
        }
    }

    private static FileStream? TryMake(string path)
    {
        try
        {
            return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 1);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another was faster, and is looked at.
            return null;
        }
    }

    private static void Write(FileStream file, LockHolder holder)
    {
        file.Write(System.Text.Encoding.UTF8.GetBytes(holder.Serialize()));
        file.Flush(flushToDisk: true);
    }

    private FileStream? Open()
    {
        try
        {
            return new FileStream(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private void TryRefresh()
    {
        try
        {
            _ = IsHeld();
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            // A server that is away; there is another try in a minute, and one that counts before anything is published.
        }
    }
}
