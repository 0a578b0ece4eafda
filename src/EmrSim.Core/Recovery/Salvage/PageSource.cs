using EmrSim.Core.Files;
using Microsoft.Win32.SafeHandles;

namespace EmrSim.Core.Recovery.Salvage;

/// <summary>
/// The pages of a database as SQLite would see them: of the file itself, over it those that a hot rollback journal puts back, over these the
/// committed ones of the write-ahead log. All three are opened for reading only, and shared with whoever has them open.
/// </summary>
internal sealed class PageSource : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly SafeFileHandle? _wal;
    private readonly SafeFileHandle? _journal;

    private PageSource(string path, CancellationToken token)
    {
        _file = Open(path);
        try
        {
            Length = RandomAccess.GetLength(_file);
            if (File.Exists(path + "-journal"))
            {
                _journal = Open(path + "-journal");
                Journal = JournalPages.Read(_journal, path + "-journal", token);
            }

            if (!File.Exists(path + "-wal")) return;
            _wal = Open(path + "-wal");
            Wal = WalFrames.Read(_wal, token);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The length of the file itself.</summary>
    internal long Length { get; }

    /// <summary>What the write-ahead log adds.</summary>
    internal WalFrames Wal { get; } = new();

    /// <summary>What a broken-off transaction is rolled back with.</summary>
    internal JournalPages Journal { get; } = new();

    /// <summary>Bytes of a page; set when it is known.</summary>
    internal int PageSize { get; set; }

    /// <summary>How many whole pages there are.</summary>
    internal uint Count
    {
        get
        {
            long pages = Length / PageSize, most = MostPages(pages + Wal.Pages.Count + Journal.Pages.Count);
            if (IsOf(Wal.PageSize)) pages = Math.Max(pages, Wal.Pages.Keys.DefaultIfEmpty().Max());
            if (IsOf(Journal.PageSize)) pages = Math.Max(pages, Journal.Pages.Keys.DefaultIfEmpty().Max());
            return (uint)Math.Min(pages, most);
        }
    }

    /// <summary>How many pages a log says that the database has; null where there is no such log.</summary>
    internal uint? CountByLog => IsOf(Wal.PageSize) && Wal.Count > 0 ? Wal.Count : IsOf(Journal.PageSize) && Journal.Pages.Count > 0 ? Journal.Count : null;

    /// <summary>Opens the files of a database.</summary>
    internal static PageSource Open(string path, CancellationToken token) => new(path, token);

    /// <summary>Reads a page; false where it lies beyond the end, or the disk does not give it.</summary>
    internal bool TryRead(uint page, Span<byte> target)
    {
        try
        {
            if (IsOf(Wal.PageSize) && Wal.Pages.TryGetValue(page, out long at)) return RandomAccess.Read(_wal!, target, at) == target.Length;
            if (IsOf(Journal.PageSize) && Journal.Pages.TryGetValue(page, out at)) return RandomAccess.Read(_journal!, target, at) == target.Length;
            return page >= 1 && RandomAccess.Read(_file, target, (page - 1L) * PageSize) == target.Length;
        }
        catch (IOException)
        {
            // A sector that the disk cannot read: the page is lost, the others are not.
            return false;
        }
    }

    /// <summary>Reads bytes of the file itself, before the page size is known.</summary>
    internal int ReadRaw(Span<byte> target, long at)
    {
        try
        {
            return RandomAccess.Read(_file, target, at);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _wal?.Dispose();
        _journal?.Dispose();
    }

    // A log may add pages far behind the end, with free ones between that were never written; but a number in it must not claim all memory.
    // https://sqlite.org/limits.html: a database has at most 0xfffffffe pages.
    private static long MostPages(long there) => Math.Min(0xfffffffe, (there * 64) + 65536);

    private bool IsOf(int pageSize) => pageSize != 0 && pageSize == PageSize;

    private static SafeFileHandle Open(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, $"'{path}' could not be read", path);
        }
    }
}
