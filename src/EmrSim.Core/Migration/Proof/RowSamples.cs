using System.IO.Hashing;
using System.Runtime.CompilerServices;

namespace EmrSim.Core.Migration.Proof;

/// <summary>A value of a row that differs.</summary>
/// <param name="Bytes">Its canonical form; only its head where there was no room for more.</param>
/// <param name="Hash">Of all of it.</param>
internal readonly record struct SampledValue(byte[] Bytes, UInt128 Hash);

/// <summary>A row that differs, with its values.</summary>
/// <param name="Place">Where it came in the reading of its side.</param>
/// <param name="Values">Its values.</param>
internal sealed record SampledRow(long Place, SampledValue[] Values);

/// <summary>Keeps the values of rows that differ, as far as a bounded room goes.</summary>
/// <param name="hasher">Hashes rows.</param>
/// <param name="seed">The seed of the comparison.</param>
/// <param name="wanted">Which rows.</param>
internal sealed class RowSamples(RowHasher hasher, long seed, IReadOnlySet<RowHash> wanted)
{
    private const int Room = 32 * 1024 * 1024;
    private const int HeadLength = 256;

    private long _left = Room;
    private long _place;

    internal Dictionary<RowHash, SampledRow> Rows { get; } = [];

    [MethodImpl(Sqlite.Hot.Loop)]
    internal void Add(CanonicalRow row)
    {
        _place++;
        RowHash hash = hasher.Hash(row);
        if (wanted.Contains(hash) && !Rows.ContainsKey(hash)) Rows.Add(hash, Sample(row));
    }

    private SampledRow Sample(CanonicalRow row)
    {
        var values = new SampledValue[row.Columns];
        for (int i = 0; i < values.Length; i++)
        {
            ReadOnlySpan<byte> value = row[i];
            bool fits = value.Length <= HeadLength || value.Length <= _left;
            byte[] kept = (fits ? value : value[..HeadLength]).ToArray();
            _left -= kept.Length;
            values[i] = new SampledValue(kept, XxHash128.HashToUInt128(value, seed));
        }

        return new SampledRow(_place, values);
    }
}
