using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Migration.Profiling;

/// <summary>Counts the characters of UTF-8 as PostgreSQL's char_length does: code points.</summary>
internal static class CodePoints
{
    // Bytes from 0x80 to 0xBF go on with a character; as signed bytes they are the 64 least.
    private const sbyte LastOfRest = -65;

    [MethodImpl(Hot.Loop)]
    internal static long Count(ReadOnlySpan<byte> utf8)
    {
        long count = 0;
        int at = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            var rest = Vector128.Create(LastOfRest);
            for (; at <= utf8.Length - Vector128<sbyte>.Count; at += Vector128<sbyte>.Count)
            {
                Vector128<sbyte> bytes = Vector128.Create(utf8[at..]).AsSByte();
                count += System.Numerics.BitOperations.PopCount(Vector128.GreaterThan(bytes, rest).ExtractMostSignificantBits());
            }
        }

        for (; at < utf8.Length; at++) count += (sbyte)utf8[at] > LastOfRest ? 1 : 0;
        return count;
    }
}
