using System.Runtime.CompilerServices;

namespace EmrSim.Core.Recovery.Salvage;

/// <summary>SQLite's integers of one to nine bytes: https://sqlite.org/fileformat2.html#varint.</summary>
internal static class Varint
{
    private const int Longest = 9;

    /// <summary>Reads one; 0 bytes were taken where it does not end within the span.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Read(ReadOnlySpan<byte> bytes, out long value)
    {
        if (!bytes.IsEmpty && bytes[0] < 0x80)
        {
            value = bytes[0];
            return 1;
        }

        return ReadLong(bytes, out value);
    }

    private static int ReadLong(ReadOnlySpan<byte> bytes, out long value)
    {
        ulong sum = 0;
        for (int i = 0; i < Math.Min(Longest, bytes.Length); i++)
        {
            byte b = bytes[i];
            if (i == Longest - 1 || b < 0x80)
            {
                value = (long)(i == Longest - 1 ? (sum << 8) | b : (sum << 7) | b);
                return i + 1;
            }

            sum = (sum << 7) | (b & 0x7fu);
        }

        value = 0;
        return 0;
    }
}
