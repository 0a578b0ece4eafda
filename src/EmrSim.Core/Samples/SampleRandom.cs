using System.Numerics;

namespace EmrSim.Core.Samples;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): the same numbers on every system and in every version of .NET, which System.Random
/// does not promise.
/// </summary>
/// <param name="seed">Any number.</param>
internal struct SampleRandom(ulong seed)
{
    private const ulong Increment = 0x9E3779B97F4A7C15;

    private ulong _state = seed;

    /// <summary>A generator for one numbered thing, independent of how many there are before it.</summary>
    internal static SampleRandom For(int seed, ulong kind, long number)
    {
        var first = new SampleRandom(((ulong)(uint)seed << 8) | kind);
        return new SampleRandom(first.Next() ^ ((ulong)number * Increment));
    }

    /// <summary>64 random bits.</summary>
    internal ulong Next()
    {
        ulong z = _state += Increment;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 up to, not including, the limit.</summary>
    internal int Below(int limit) => (int)Math.BigMul(Next(), (ulong)limit, out _);

    /// <summary>True once in that many times.</summary>
    internal bool OneIn(int times) => Below(times) == 0;

    /// <summary>One of a list.</summary>
    internal T Of<T>(IReadOnlyList<T> list) => list[Below(list.Count)];

    /// <summary>An id as nanoid makes them: 21 characters that are safe in a URL.</summary>
    internal string Id() => Text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", 21);

    /// <summary>Lower-case hexadecimal digits.</summary>
    internal string Hex(int digits) => Text("0123456789abcdef", digits);

    // Only for alphabets of a power of two.
    private string Text(string alphabet, int length)
    {
        Span<char> text = stackalloc char[length];
        int bits = BitOperations.Log2((uint)alphabet.Length);
        ulong source = 0;
        int left = 0;
        foreach (ref char c in text)
        {
            if (left < bits) (source, left) = (Next(), 64);
            c = alphabet[(int)(source & (ulong)(alphabet.Length - 1))];
            source >>= bits;
            left -= bits;
        }

        return new string(text);
    }
}
