using System.Buffers.Binary;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Recovery.Salvage;

/// <summary>How text is stored, with SQLite's numbers.</summary>
internal enum SqliteEncoding
{
    /// <summary>UTF-8.</summary>
    Utf8 = 1,

    /// <summary>UTF-16, the lower byte first.</summary>
    Utf16Le = 2,

    /// <summary>UTF-16, the higher byte first.</summary>
    Utf16Be = 3,
}

/// <summary>What the header of a database says, as far as it can be believed: https://sqlite.org/fileformat2.html#the_database_header.</summary>
internal sealed record DatabaseFormat
{
    internal const int HeaderLength = 100;
    internal const int SmallestPage = 512;
    internal const int LargestPage = 65536;

    // The payload fractions, which are the same in every database.
    private const int Fractions = 0x402020;
    private const int LeastUsable = 480;

    /// <summary>Bytes of a page.</summary>
    internal required int PageSize { get; init; }

    /// <summary>Bytes at the end of each page that SQLite leaves to extensions.</summary>
    internal required int Reserved { get; init; }

    /// <summary>How text is stored.</summary>
    internal SqliteEncoding Encoding { get; init; } = SqliteEncoding.Utf8;

    /// <summary>Whether the header is whole, so that what it says of the file as a whole can be believed.</summary>
    internal bool IsSound { get; init; }

    /// <summary>How many pages the database has; 0 where the header does not say.</summary>
    internal uint Pages { get; init; }

    /// <summary>The first page of the freelist's trunk; 0 where there is none.</summary>
    internal uint FreeTrunk { get; init; }

    /// <summary>How many pages are free.</summary>
    internal uint FreePages { get; init; }

    /// <summary>Whether there are pointer-map pages.</summary>
    internal bool AutoVacuum { get; init; }

    /// <summary>Whether auto_vacuum is incremental.</summary>
    internal bool Incremental { get; init; }

    /// <summary>Whether the database is in WAL mode.</summary>
    internal bool Wal { get; init; }

    /// <summary>PRAGMA user_version.</summary>
    internal int UserVersion { get; init; }

    /// <summary>PRAGMA application_id.</summary>
    internal int ApplicationId { get; init; }

    /// <summary>Bytes of a page that hold data.</summary>
    internal int Usable => PageSize - Reserved;

    /// <summary>Reads a header; null where it gives no page size.</summary>
    internal static DatabaseFormat? Read(ReadOnlySpan<byte> header)
    {
        if (header.Length < HeaderLength) return null;
        int pageSize = BinaryPrimitives.ReadUInt16BigEndian(header[16..]);
        if (pageSize == 1) pageSize = LargestPage;
        if (pageSize < SmallestPage || !int.IsPow2(pageSize) || pageSize - header[20] < LeastUsable) return null;

        uint encoding = Field(header, 56), format = Field(header, 44);
        bool sound = SourceHeader.IsSqlite(header) && (Field(header, 20) & 0xffffff) == Fractions && header[18] is 1 or 2 && header[19] is 1 or 2 &&
            encoding <= (uint)SqliteEncoding.Utf16Be && format <= 4;
        return new DatabaseFormat
        {
            PageSize = pageSize,
            Reserved = header[20],
            IsSound = sound,
            Encoding = encoding is 2 or 3 ? (SqliteEncoding)encoding : SqliteEncoding.Utf8,
            // The count is valid only where its writer knew of it: https://sqlite.org/fileformat2.html#in_header_database_size.
            Pages = sound && Field(header, 24) == Field(header, 92) ? Field(header, 28) : 0,
            FreeTrunk = Field(header, 32),
            FreePages = Field(header, 36),
            AutoVacuum = Field(header, 52) != 0,
            Incremental = Field(header, 64) != 0,
            Wal = header[18] == 2,
            UserVersion = (int)Field(header, 60),
            ApplicationId = (int)Field(header, 68),
        };
    }

    private static uint Field(ReadOnlySpan<byte> header, int offset) => BinaryPrimitives.ReadUInt32BigEndian(header[offset..]);
}
