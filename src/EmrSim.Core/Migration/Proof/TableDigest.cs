using System.IO.Hashing;
using System.Runtime.CompilerServices;

namespace EmrSim.Core.Migration.Proof;

/// <summary>
/// The digest of the rows of a table in any order: for each of its buckets, which a row's key chooses, how many rows it has and the sum of their hashes modulo 2^128.
/// A sum does not depend on the order, and unlike an exclusive or it does not lose what comes twice.
/// </summary>
/// <remarks>
/// Two tables of different rows have the same digest by chance once in some 2^100 (see <see cref="PolynomialHash"/>; a sum of hashes is as good as one hash): nobody has that many tables,
/// or times to compare them. Somebody who knew the seed could prepare rows whose hashes are the same; therefore every comparison takes one at random, which nobody knows beforehand.
/// </remarks>
internal sealed class TableDigest
{
    private const int FewestBuckets = 1024;
    private const int MostBuckets = 65_536;
    private const int RowsPerBucket = 64;

    private readonly long[] _counts;
    private readonly UInt128[] _sums;
    private readonly uint _mask;

    /// <summary>Makes the digest of no rows.</summary>
    /// <param name="seed">The seed of the comparison, the same for both sides.</param>
    /// <param name="buckets">A power of two, the same for both sides.</param>
    internal TableDigest(long seed, int buckets)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(int.IsPow2(buckets), true, nameof(buckets));
        Seed = seed;
        _counts = new long[buckets];
        _sums = new UInt128[buckets];
        _mask = (uint)buckets - 1;
    }

    internal long Seed { get; }

    internal int Buckets => _counts.Length;

    /// <summary>How many rows.</summary>
    internal long Rows => _counts.Sum();

    /// <summary>How many buckets suit a table of about so many rows: where one row differs, its bucket is looked at.</summary>
    internal static int BucketsFor(long rows) =>
        (int)Math.Clamp(System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)Math.Max(1, rows) / RowsPerBucket), FewestBuckets, MostBuckets);

    /// <summary>A seed that nobody can have known.</summary>
    internal static long RandomSeed() => BitConverter.ToInt64(System.Security.Cryptography.RandomNumberGenerator.GetBytes(sizeof(long)));

    internal int BucketOf(ulong key) => (int)((uint)key & _mask);

    internal long Count(int bucket) => _counts[bucket];

    /// <summary>Adds a row by the hashes of its key and of itself.</summary>
    [MethodImpl(Sqlite.Hot.Loop)]
    internal void Add(RowHash hash)
    {
        int bucket = BucketOf(hash.Key);
        _counts[bucket]++;
        _sums[bucket] += hash.Row;
    }

    /// <summary>Adds the rows of another digest, where several threads read parts of one table.</summary>
    internal void Add(TableDigest other)
    {
        RequireAlike(other);
        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
            _sums[i] += other._sums[i];
        }
    }

    /// <summary>The buckets in which two digests differ; none where the tables are equal.</summary>
    internal List<int> DifferingFrom(TableDigest other)
    {
        RequireAlike(other);
        List<int> differing = [];
        for (int i = 0; i < _counts.Length; i++)
        {
            if (_counts[i] != other._counts[i] || _sums[i] != other._sums[i]) differing.Add(i);
        }

        return differing;
    }

    // Digests of different seeds or sizes always differ, or worse.
    private void RequireAlike(TableDigest other)
    {
        if (other.Seed != Seed || other.Buckets != Buckets) throw new InvalidOperationException("Digests of different comparisons cannot be compared.");
    }
}

/// <summary>The hashes of a row.</summary>
/// <param name="Key">Of its key; of a row without one, a part of its own.</param>
/// <param name="Row">Of all its values.</param>
internal readonly record struct RowHash(ulong Key, UInt128 Row);

/// <summary>Hashes canonical rows.</summary>
/// <param name="keys">The columns of the key; none where there is none.</param>
/// <param name="seed">The seed of the comparison.</param>
internal sealed class RowHasher(IReadOnlyList<int> keys, long seed)
{
    private readonly int[] _keys = [.. keys];
    private readonly PolynomialHash _hash = new(seed);
    private byte[] _composite = new byte[256];

    [MethodImpl(Sqlite.Hot.Loop)]
    internal RowHash Hash(CanonicalRow row)
    {
        UInt128 hash = _hash.Hash(row.Bytes);
        return new RowHash(_keys.Length == 0 ? (ulong)hash : XxHash3.HashToUInt64(Key(row), seed), hash);
    }

    private ReadOnlySpan<byte> Key(CanonicalRow row)
    {
        if (_keys.Length == 1) return row[_keys[0]];
        int length = 0;
        foreach (int key in _keys)
        {
            ReadOnlySpan<byte> part = row[key];
            if (_composite.Length - length < part.Length) Array.Resize(ref _composite, Math.Max(2 * _composite.Length, length + part.Length));
            part.CopyTo(_composite.AsSpan(length));
            length += part.Length;
        }

        return _composite.AsSpan(0, length);
    }
}
