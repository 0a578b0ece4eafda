using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EmrSim.Core.Sqlite;

/// <summary>Looks at texts as a UTF-16 database stores them.</summary>
internal static class Utf16Text
{
    /// <summary>Whether bytes are UTF-16 with all surrogates in pairs, and otherwise at which byte they are not.</summary>
    internal static bool IsWellFormed(ReadOnlySpan<byte> bytes, bool bigEndian, out int at)
    {
        ReadOnlySpan<ushort> units = MemoryMarshal.Cast<byte, ushort>(bytes);
        for (int i = 0; i < units.Length; i++)
        {
            ushort unit = Unit(units[i], bigEndian);
            if (unit is < 0xD800 or > 0xDFFF) continue;
            bool pair = unit <= 0xDBFF && i + 1 < units.Length && Unit(units[i + 1], bigEndian) is >= 0xDC00 and <= 0xDFFF;
            if (!pair)
            {
                at = i * sizeof(ushort);
                return false;
            }

            i++;
        }

        at = bytes.Length - 1;
        return bytes.Length % sizeof(ushort) == 0;
    }

    private static ushort Unit(ushort stored, bool bigEndian) => bigEndian == BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(stored) : stored;
}
