namespace EmrSim.Core.Recovery.Salvage;

/// <summary>
/// Finds out how a database is laid out. Its header is believed where pages are what it says; where it is damaged or gone every page size is tried, and
/// the one in which most of the file falls into whole pages is the right one.
/// </summary>
internal static class FormatSearch
{
    // Spread over the file, so that damage in one place does not decide.
    private const int Samples = 400;
    private const int MostTexts = 2_000;

    // What extensions for checksums and encryption are known to take; 0 is what nearly every database has.
    private static readonly int[] s_reserved = [0, 8, 16, 24, 32, 12, 48, 64];

    /// <summary>The format; null where no page of any size is one of a database.</summary>
    internal static DatabaseFormat? Find(PageSource source, SalvageReport report, CancellationToken token)
    {
        DatabaseFormat? stated = Stated(source);
        if (stated is not null && (stated.IsSound ? Score(source, stated, 1, token) > 0 || IsEmpty(source, stated) : Score(source, stated, 1, token) > 1))
        {
            source.PageSize = stated.PageSize;
            if (stated.IsSound) return stated;
            report.Loss("The header is damaged: user_version, application_id and the journal mode are not carried over.");
            return stated with { Encoding = Encoding(source, stated, token), Wal = false, UserVersion = 0, ApplicationId = 0, AutoVacuum = false };
        }

        (DatabaseFormat? best, long most) = (null, 0);
        foreach (int reserved in s_reserved)
        {
            for (int size = DatabaseFormat.SmallestPage; size <= DatabaseFormat.LargestPage; size *= 2)
            {
                var tried = new DatabaseFormat { PageSize = size, Reserved = reserved };
                if (tried.Usable < 480) continue;
                long score = Score(source, tried, Samples, token) * size;
                if (score > most) (best, most) = (tried, score);
            }

            if (best is not null) break;
        }

        if (best is null) return null;
        source.PageSize = best.PageSize;
        report.Loss($"The header is gone: the page size, {best.PageSize} bytes, and the encoding were told from the pages; user_version and application_id are lost.");
        return best with { Encoding = Encoding(source, best, token) };
    }

    private static DatabaseFormat? Stated(PageSource source)
    {
        Span<byte> header = stackalloc byte[DatabaseFormat.HeaderLength];
        // The newest first page is the one in the log.
        foreach (int size in (ReadOnlySpan<int>)[source.Wal.PageSize, source.Journal.PageSize])
        {
            source.PageSize = size;
            if (size == 0) continue;
            byte[] page = new byte[size];
            if (source.TryRead(1, page) && DatabaseFormat.Read(page) is { } logged && logged.PageSize == size) return logged;
        }

        return DatabaseFormat.Read(header[..source.ReadRaw(header, 0)]);
    }

    private static bool IsEmpty(PageSource source, DatabaseFormat format)
    {
        source.PageSize = format.PageSize;
        return source.Count <= 1;
    }

    // How many of the sampled pages are sound pages of a tree.
    private static long Score(PageSource source, DatabaseFormat format, int enough, CancellationToken token)
    {
        long score = 0;
        foreach (TreePage page in Sample(source, format, token))
        {
            if (page.Verdict != PageVerdict.Sound || page.Count == 0) continue;
            score++;
            if (enough == 1 && score > 1) break;
        }

        return score;
    }

    private static IEnumerable<TreePage> Sample(PageSource source, DatabaseFormat format, CancellationToken token)
    {
        source.PageSize = format.PageSize;
        long count = source.Count;
        var page = new TreePage(format.PageSize, format.Usable);
        // The same bytes of the file for every size; a small file is read whole.
        long step = Math.Max(1, count / Samples);
        for (long number = 1; number <= count; number += step)
        {
            token.ThrowIfCancellationRequested();
            if (page.Load(source, (uint)number)) yield return page;
        }
    }

    // In UTF-16 texts of most languages every second byte is 0 or one of few; the lower byte first is what Windows and most others write.
    private static SqliteEncoding Encoding(PageSource source, DatabaseFormat format, CancellationToken token)
    {
        var record = new SalvageRecord();
        int[] votes = new int[4];
        int texts = 0;
        foreach (TreePage page in Sample(source, format, token))
        {
            if (page.Verdict != PageVerdict.Sound || page.Kind != TreePage.TableLeaf) continue;
            foreach (Cell cell in page.Cells.ToArray())
            {
                if (cell.LocalLength < cell.Payload || !record.TryHeader(page.Bytes, cell.Local, cell.LocalLength, cell.Payload, out _)) continue;
                for (int i = 0; i < record.Count; i++)
                {
                    if (!record.IsText(i) || record.LengthOf(i) < 2) continue;
                    votes[(int)Vote(record.Bytes(i))]++;
                    if (++texts == MostTexts) return (SqliteEncoding)Array.IndexOf(votes, votes.Max());
                }
            }
        }

        return texts == 0 ? SqliteEncoding.Utf8 : (SqliteEncoding)Array.IndexOf(votes, votes.Max());
    }

    private static SqliteEncoding Vote(ReadOnlySpan<byte> text)
    {
        int even = 0, odd = 0;
        for (int i = 0; i + 1 < text.Length; i += 2)
        {
            if (text[i] == 0) even++;
            if (text[i + 1] == 0) odd++;
        }

        return even == odd ? SqliteEncoding.Utf8 : even > odd ? SqliteEncoding.Utf16Be : SqliteEncoding.Utf16Le;
    }
}
