using EmrSim.Core.Files;

namespace EmrSim.Core.Recovery;

/// <summary>One restore at a time for each database. The operating system drops the lock with its process.</summary>
internal sealed class RestoreLock : IDisposable
{
    private readonly FileStream _file;

    private RestoreLock(FileStream file) => _file = file;

    /// <summary>Takes it.</summary>
    /// <exception cref="EmrSimException">RestoreLocked, AccessDenied, IoError.</exception>
    internal static RestoreLock Acquire(string destination)
    {
        string path = RestoreFiles.Lock(destination);
        try
        {
            return new RestoreLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose));
        }
        catch (IOException e) when (IoErrors.IsHeldByAnother(e))
        {
            throw new EmrSimException(
                ErrorCode.RestoreLocked, $"'{destination}' is being restored by another process now. Wait for it to end, then look what it made of it.", destination, e);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, $"'{destination}' cannot be restored", path);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
