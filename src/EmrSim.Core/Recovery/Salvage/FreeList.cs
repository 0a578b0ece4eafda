using System.Buffers.Binary;

namespace EmrSim.Core.Recovery.Salvage;

/// <summary>
/// The pages that the database does not use, which may still hold rows that were deleted
/// (https://sqlite.org/fileformat2.html#the_freelist).
/// </summary>
internal static class FreeList
{
    private const int Entries = 8;

    /// <summary>Marks its pages. False where it is broken, so that a page that nothing points at may be a free one.</summary>
    internal static bool Mark(SalvageContext context)
    {
        if (!context.Format.IsSound) return false;
        byte[] page = new byte[context.Format.PageSize];
        uint found = 0;
        for (uint trunk = context.Format.FreeTrunk; trunk != 0; trunk = BinaryPrimitives.ReadUInt32BigEndian(page))
        {
            context.Step();
            if (!context.Map.Claim(trunk, PageUse.Free) || !context.Source.TryRead(trunk, page) || !AreFree(context, page))
            {
                context.Map.MarkDamaged(trunk);
                context.Report.Note("The list of free pages is damaged, so rows of pages that nothing points at may be deleted ones.");
                return false;
            }

            context.Map.MarkRead(trunk);
            found++;
            for (uint i = 0; i < Count(page); i++, found++) context.Map.Claim(Entry(page, i), PageUse.Free);
        }

        return found == context.Format.FreePages;
    }

    // A page of other content names pages that are not there, or that a tree uses.
    private static bool AreFree(SalvageContext context, byte[] page)
    {
        uint next = BinaryPrimitives.ReadUInt32BigEndian(page), count = Count(page);
        if (next != 0 && !context.Map.Has(next)) return false;
        if (count > (context.Format.Usable / 4) - 2) return false;
        for (uint i = 0; i < count; i++)
        {
            if (!context.Map.Has(Entry(page, i)) || context.Map[Entry(page, i)] != PageUse.Unknown) return false;
        }

        return true;
    }

    private static uint Count(byte[] page) => BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(4));

    private static uint Entry(byte[] page, uint i) => BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(Entries + (4 * (int)i)));
}
