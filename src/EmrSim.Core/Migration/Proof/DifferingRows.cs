using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EmrSim.Core.Migration.Proof;

/// <summary>How often each row of some buckets is on one side.</summary>
/// <param name="hasher">Hashes rows.</param>
/// <param name="digest">Knows the bucket of a row.</param>
/// <param name="wanted">Which buckets.</param>
internal sealed class DifferingRows(RowHasher hasher, TableDigest digest, bool[] wanted)
{
    internal Dictionary<RowHash, long> Counts { get; } = [];

    [MethodImpl(Sqlite.Hot.Loop)]
    internal void Add(CanonicalRow row)
    {
        RowHash hash = hasher.Hash(row);
        if (wanted[digest.BucketOf(hash.Key)]) CollectionsMarshal.GetValueRefOrAddDefault(Counts, hash, out _)++;
    }
}

/// <summary>A row that is there another number of times.</summary>
/// <param name="Hash">The row.</param>
/// <param name="Left">How often it is on the left.</param>
/// <param name="Right">How often it is on the right.</param>
internal readonly record struct RowDelta(RowHash Hash, long Left, long Right)
{
    /// <summary>The rows in which two sides differ, by their keys.</summary>
    internal static Dictionary<ulong, List<RowDelta>> Find(Dictionary<RowHash, long> left, Dictionary<RowHash, long> right)
    {
        var found = new Dictionary<ulong, List<RowDelta>>();
        foreach ((RowHash hash, long count) in left)
        {
            long other = right.GetValueOrDefault(hash);
            if (other != count) Add(new RowDelta(hash, count, other));
        }

        foreach ((RowHash hash, long count) in right)
        {
            if (!left.ContainsKey(hash)) Add(new RowDelta(hash, 0, count));
        }

        return found;

        void Add(RowDelta delta)
        {
            if (!found.TryGetValue(delta.Hash.Key, out List<RowDelta>? ofKey)) found.Add(delta.Hash.Key, ofKey = []);
            ofKey.Add(delta);
        }
    }
}
