using EmrSim.Core.Files;

namespace EmrSim.Core.Stores;

/// <summary>
/// One writer per backup set. The operating system holds the lock, so it falls with its process however that ends; a note beside it
/// tells others who holds it. Some network file systems take locks that do not hold, or that only this machine sees, and .NET says nothing of
/// it: there an <see cref="OwnerFile"/> holds the lock as well.
/// </summary>
internal sealed class SetLock : IDisposable
{
    // On Windows an open handle of whoever only asks is in the way, too: there are no shared locks there.
    private static readonly int s_attempts = OperatingSystem.IsWindows() ? 50 : 5;
    private static readonly TimeSpan s_delay = TimeSpan.FromMilliseconds(20);

    private readonly FileStream _file;
    private readonly string _path;
    private readonly OwnerFile? _owner;
    private bool _released;

    private SetLock(FileStream file, string path, OwnerFile? owner)
    {
        _file = file;
        _path = path;
        _owner = owner;
    }

    /// <summary>Takes the lock of a set, or says who has it.</summary>
    /// <param name="folder">The store.</param>
    /// <param name="set">The set's name.</param>
    /// <param name="clock">Dates the note.</param>
    /// <exception cref="EmrSimException">SetLocked.</exception>
    internal static SetLock Acquire(string folder, string set, TimeProvider clock)
    {
        string path = PathOf(folder, set);
        FileStream file;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                // .NET takes flock(LOCK_EX) on Unix and denies sharing on Windows; both end with the process.
                file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                break;
            }
            catch (IOException e) when (IoErrors.IsHeldByAnother(e))
            {
                // Who only asks whether it is held holds it for an instant, too.
                if (attempt < s_attempts) Thread.Sleep(s_delay);
                else throw HeldByAnother(folder, set, path, NoteOf(path), e);
            }
        }

        try
        {
            LockHolder holder = LockHolder.Current(clock);
            OwnerFile? owner = TakeOwner(folder, set, path, file, holder, clock);
            // The note is for people; the lock holds without it.
            Try(() => File.WriteAllText(NoteOf(path), holder.Serialize()));
            return new SetLock(file, path, owner);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Requires that nobody has broken the lock meanwhile, as after this machine slept.</summary>
    /// <exception cref="EmrSimException">SetLocked.</exception>
    internal void Require()
    {
        if (_released || _owner?.IsHeld() != false) return;
        throw new EmrSimException(
            ErrorCode.SetLocked,
            $"The lock '{_path}' was lost: this run did not write it for a long time, and now it is held by {LockHolder.Name(OwnerOf(_path))}. " +
            "Nothing more was published or removed by this run. Run again.",
            _path);
    }

    /// <summary>Whether somebody, this process included, has the lock of a set now. Nothing is made or changed.</summary>
    internal static bool IsHeld(string folder, string set)
    {
        string path = PathOf(folder, set);
        try
        {
            // A shared lock: those who only ask are not in each other's way, and in nobody's for longer than an instant.
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete).Dispose();
            return OwnerFile.IsLive(OwnerOf(path), TimeProvider.System.GetUtcNow().UtcDateTime);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException e) when (IoErrors.IsHeldByAnother(e))
        {
            return true;
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            // Who may not open the lock can still see the note of its holder.
            return File.Exists(NoteOf(path));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _released = true;
        // The lock file stays: removing it would let a third process lock a new one while a second still waits on the old.
        Try(() => File.Delete(NoteOf(_path)));
        _owner?.Dispose();
        _file.Dispose();
    }

    private static string PathOf(string folder, string set) => Path.Combine(folder, $".{set}.lock");

    private static string NoteOf(string path) => path + BackupFileName.ManifestSuffix;

    private static string OwnerOf(string path) => path + OwnerFile.Suffix;

    // Another machine, for which locks do not hold, may have made one where they do hold for this one.
    private static OwnerFile? TakeOwner(string folder, string set, string path, FileStream file, LockHolder holder, TimeProvider clock)
    {
        string owner = OwnerOf(path);
        bool needed = !Holds(path) || (!OperatingSystem.IsWindows() && FileSystemKind.IsNetwork(folder));
        if (!needed && !File.Exists(owner)) return null;
        DateTime now = FileSystemTime(file, path);
        OwnerFile? taken = needed ? OwnerFile.Take(owner, holder, now, clock) : null;
        return taken is not null || (!needed && OwnerFile.IsFree(owner, now)) ? taken : throw HeldByAnother(folder, set, path, owner, null);
    }

    // .NET takes a lock that the file system does not support for one that holds.
    private static bool Holds(string path)
    {
        try
        {
            using var second = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (IOException e) when (IoErrors.IsHeldByAnother(e))
        {
            return true;
        }
    }

    private static DateTime FileSystemTime(FileStream file, string path)
    {
        file.SetLength(0);
        file.WriteByte((byte)'\n');
        file.Flush(flushToDisk: true);
        return File.GetLastWriteTimeUtc(path);
    }

    private static EmrSimException HeldByAnother(string folder, string set, string path, string told, IOException? e) => new(
        ErrorCode.SetLocked,
        $"The backup set '{set}' in '{folder}' is being written by {LockHolder.Name(told)}. Wait for it to end, then try again.",
        path,
        e);

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            // A full disk or a scanner; what matters of it shows in the files that follow.
        }
    }
}
