using System.Buffers.Binary;
using EmrSim.Core.Files;
using SQLitePCL;

namespace EmrSim.Core.Sqlite;

/// <summary>Looks at a file that SQLite would not read, and says why.</summary>
internal static class SqliteSource
{
    // SQLITE_READONLY_CANTINIT and SQLITE_READONLY_DIRECTORY: https://sqlite.org/rescode.html
    private const int ReadOnlyIndex = 1288;
    private const int ReadOnlyFolder = 1544;
    private const int HeaderLength = 100;
    private const int SampleLength = 16 * 1024;

    // Random bytes reach 7.98 bits in 16 KiB; compressed text stays a little and plain files far below.
    private const double EncryptedEntropy = 7.9;
    private const string HeaderCutOff = "its header is cut off";

    private static readonly (byte[] Magic, string Name)[] s_known =
    [
        ([0x1f, 0x8b], "a gzip file"),
        ([0x28, 0xb5, 0x2f, 0xfd], "a Zstandard file"),
        ("PK"u8.ToArray(), "a zip file"),
        ("age-encryption.org"u8.ToArray(), "a file encrypted with age"),
        ("PGDMP"u8.ToArray(), "a PostgreSQL dump"),
        ("%PDF"u8.ToArray(), "a PDF document"),
        ([0x89, 0x50, 0x4e, 0x47], "a PNG picture"),
    ];

    /// <summary>Refuses what is no file, or an empty one, before SQLite would take it for an empty database.</summary>
    /// <param name="path">An absolute path.</param>
    /// <exception cref="EmrSimException">SourceNotFound, SourceNotAFile, SourceEmpty.</exception>
    internal static void Require(string path)
    {
        FileInfo file = RealFile.Of(path);
        if (!file.Exists)
        {
            throw Directory.Exists(path)
                ? new EmrSimException(ErrorCode.SourceNotAFile, $"'{path}' is a folder; name the database file in it.", path)
                : new EmrSimException(ErrorCode.SourceNotFound, $"There is no database at '{path}'. Nothing was created.", path);
        }

        // A database whose first transactions all lie in the WAL has an empty main file; it is not empty.
        if (file.Length == 0 && LengthOf(path + "-wal") == 0)
        {
            throw new EmrSimException(ErrorCode.SourceEmpty, $"'{path}' is empty (0 bytes) and has no write-ahead log.", path);
        }
    }

    /// <summary>The length of the write-ahead log beside a database; 0 where there is none.</summary>
    internal static long WalLength(string path) => LengthOf(path + "-wal");

    /// <summary>What changes of a write-ahead log when somebody commits.</summary>
    internal static (long Length, DateTime Written) WalState(string path)
    {
        var log = new FileInfo(path + "-wal");
        return log.Exists ? (log.Length, log.LastWriteTimeUtc) : default;
    }

    /// <summary>What the names of the files that SQLite may keep beside a database end in.</summary>
    internal static IReadOnlyList<string> SidecarSuffixes { get; } = ["-wal", "-shm", "-journal"];

    /// <summary>The files that SQLite may keep beside a database.</summary>
    internal static IEnumerable<string> Sidecars(string path) => SidecarSuffixes.Select(s => path + s);

    /// <summary>Whether a file is one that SQLite keeps beside a database that is there, and so none itself.</summary>
    internal static bool IsSidecar(string path) => SidecarSuffixes.Any(s => path.EndsWith(s, StringComparison.Ordinal) && File.Exists(path[..^s.Length]));

    /// <summary>
    /// What keeps SQLite from opening a database or its log on Windows: somebody, such as a virus scanner, who has the file open for himself alone.
    /// SQLite says no more of it than that it cannot open the file. Null where that is not the reason.
    /// </summary>
    internal static IOException? HeldByAnother(SqliteFault fault)
    {
        if (!OperatingSystem.IsWindows() || fault.Code != raw.SQLITE_CANTOPEN) return null;
        foreach (string file in Sidecars(fault.Path).Prepend(fault.Path).Where(File.Exists))
        {
            try
            {
                new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1).Dispose();
            }
            catch (IOException e) when (IoErrors.IsHeldByAnother(e))
            {
                return e;
            }
            catch (Exception e) when (IoErrors.IsIo(e))
            {
                // It is gone, or closed to this account, which the explanation of the fault will say.
            }
        }

        return null;
    }

    /// <summary>Turns what SQLite said of a live database into an error that names the cause and the way out.</summary>
    /// <param name="fault">What SQLite said; its connection is closed.</param>
    internal static EmrSimException Explain(SqliteFault fault)
    {
        string path = fault.Path;
        return fault.Code switch
        {
            raw.SQLITE_NOTADB => NotADatabase(fault),
            raw.SQLITE_CORRUPT => Corrupt(fault),
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => Error(fault, ErrorCode.DatabaseLocked, $"'{path}' is locked by another connection."),
            raw.SQLITE_READONLY when fault.ExtendedCode is ReadOnlyIndex or ReadOnlyFolder => NoIndex(path, fault),
            raw.SQLITE_READONLY => Error(
                fault,
                ErrorCode.SourceNeedsRecovery,
                $"A writer of '{path}' crashed and left '{path}-journal', which must be played back before the database can be read. " +
                "EmrSim does not write to the source: open it once with its application (or with sqlite3), then back it up again."),
            raw.SQLITE_PERM or raw.SQLITE_AUTH => Error(fault, ErrorCode.AccessDenied, $"Access to '{path}' was denied."),
            raw.SQLITE_CANTOPEN => CannotOpen(fault),
            raw.SQLITE_FULL => Error(fault, ErrorCode.DiskFull, $"The disk of '{path}' is full."),
            raw.SQLITE_IOERR => Error(fault, ErrorCode.IoError, $"'{path}' could not be read: {fault.Message}."),
            _ => Error(fault, ErrorCode.SqliteError, $"SQLite could not read '{path}': {fault.Message} (code {fault.ExtendedCode})."),
        };
    }

    /// <summary>
    /// Refuses a WAL database whose <c>-shm</c> this account would have to make for another one: SQLite gives it to whoever makes it, and its
    /// application could no longer write. Root is no such account, since SQLite then hands it over.
    /// </summary>
    /// <exception cref="EmrSimException">AccessDenied.</exception>
    internal static void RequireUsableIndex(string path)
    {
        if (!File.Exists(path + "-shm") && SourceHeader.IsWalOfAnother(path)) throw NoIndex(path, null);
    }

    /// <summary>
    /// The path by which SQLite finds a database's log: that of the file itself, not of a link to it. On Windows an application that opened a link
    /// has its log beside the link.
    /// </summary>
    /// <exception cref="EmrSimException">IoError, AccessDenied: its links cannot be followed. SourceNeedsRecovery.</exception>
    internal static string Resolve(string path)
    {
        try
        {
            return OperatingSystem.IsWindows() ? NameWithLog(path) : RealPath.Of(path);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, $"'{path}' could not be followed to a file", path);
        }
    }

    /// <summary>Which of a link and the file behind it has a log beside it; the file where none has.</summary>
    /// <exception cref="EmrSimException">SourceNeedsRecovery: both have, and only one of the logs can be the newer one.</exception>
    internal static string NameWithLog(string path)
    {
        FileInfo file = RealFile.Of(path);
        if (!file.Exists || new FileInfo(path).LinkTarget is null) return path;
        if (!Sidecars(path).Any(File.Exists)) return file.FullName;
        return !Sidecars(file.FullName).Any(File.Exists) ? path : throw new EmrSimException(
            ErrorCode.SourceNeedsRecovery,
            $"'{path}' is a link to '{file.FullName}', and there is a log beside each of them: which has the newest rows cannot be told. " +
            "Keep a copy of all these files, open and close the database once with its application, which removes its own log, and move the other one away.",
            path);
    }

    private static EmrSimException NoIndex(string path, SqliteFault? fault) => new(
        ErrorCode.AccessDenied,
        $"'{path}' needs its shared index, '{path}-shm', to be read, and this account may not make it there or would make it useless to the " +
        "application. Back up while the application has the database open, or as the application's account, or as root.",
        path,
        fault) { SqliteExtendedCode = fault?.ExtendedCode };

    private static EmrSimException NotADatabase(SqliteFault fault)
    {
        byte[] start = SourceHeader.Read(fault.Path, SampleLength);
        if (IsCutOffInHeader(start)) return Truncated(fault, HeaderCutOff);

        foreach ((byte[] magic, string name) in s_known)
        {
            if (start.AsSpan().StartsWith(magic))
            {
                return Error(fault, ErrorCode.NotADatabase, $"'{fault.Path}' is not a SQLite database: it is {name}.");
            }
        }

        return start.Length >= 512 && Entropy(start) >= RequiredEntropy(start.Length)
            ? Error(
                fault,
                ErrorCode.SourceEncrypted,
                $"'{fault.Path}' looks like an encrypted database (SQLCipher or the like), which EmrSim cannot read. " +
                "Back up a decrypted export, or copy the file while the application is stopped.")
            : Error(fault, ErrorCode.NotADatabase, $"'{fault.Path}' is not a SQLite database: its first bytes are not SQLite's.");
    }

    private static EmrSimException Corrupt(SqliteFault fault)
    {
        byte[] start = SourceHeader.Read(fault.Path, SampleLength);
        if (IsCutOffInHeader(start)) return Truncated(fault, HeaderCutOff);
        if (start.Length >= HeaderLength && SourceHeader.IsSqlite(start))
        {
            // Offsets 16 and 28 of the database header: https://sqlite.org/fileformat.html#the_database_header
            int pageSize = BinaryPrimitives.ReadUInt16BigEndian(start.AsSpan(16));
            long expected = (long)(pageSize == 1 ? 65536 : pageSize) * BinaryPrimitives.ReadUInt32BigEndian(start.AsSpan(28));
            long actual = LengthOf(fault.Path);
            if (actual < expected) return Truncated(fault, $"it has {actual} of the {expected} bytes that its header names");
        }

        return Error(
            fault,
            ErrorCode.SourceCorrupt,
            $"'{fault.Path}' is damaged: SQLite says '{fault.Message}'. Do not overwrite older backups; restore the newest verified one.");
    }

    private static bool IsCutOffInHeader(byte[] start) => start.Length < HeaderLength && SourceHeader.IsSqlite(start);

    private static EmrSimException CannotOpen(SqliteFault fault)
    {
        try
        {
            if (SourceHeader.IsWal(fault.Path)) return NoIndex(fault.Path, fault);
            return Error(fault, ErrorCode.IoError, $"'{fault.Path}' can be read but SQLite cannot open it: {fault.Message}.");
        }
        catch (UnauthorizedAccessException)
        {
            return Error(fault, ErrorCode.AccessDenied, $"Access to '{fault.Path}' was denied.");
        }
        catch (IOException e)
        {
            return Error(fault, ErrorCode.IoError, $"'{fault.Path}' cannot be opened: {e.Message}");
        }
    }

    private static EmrSimException Truncated(SqliteFault fault, string how) =>
        Error(fault, ErrorCode.SourceTruncated, $"'{fault.Path}' is truncated: {how}. Restore the newest verified backup.");

    private static EmrSimException Error(SqliteFault fault, ErrorCode code, string message) =>
        new(code, message, fault.Path, fault) { SqliteExtendedCode = fault.ExtendedCode };

    // A short sample of random bytes does not fill all 256 values evenly; the bias is about 255 / (2 n ln 2) bits.
    private static double RequiredEntropy(int length) => EncryptedEntropy - (255 / (2 * length * Math.Log(2)));

    private static double Entropy(byte[] bytes)
    {
        int[] counts = new int[256];
        foreach (byte b in bytes) counts[b]++;
        return counts.Where(c => c > 0).Sum(c => -(double)c / bytes.Length * Math.Log2((double)c / bytes.Length));
    }

    private static long LengthOf(string path)
    {
        FileInfo file = RealFile.Of(path);
        return file.Exists ? file.Length : 0;
    }
}
