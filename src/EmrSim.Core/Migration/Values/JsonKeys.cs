using System.IO.Hashing;
using System.Text;

namespace EmrSim.Core.Migration.Values;

/// <summary>
/// The keys of the objects of a JSON text that are open, as hashes, so that one that comes twice is found without keeping them. Its memory is used again for the next text.
/// </summary>
internal sealed class JsonKeys
{
    private const int Few = 16;
    private const int Shown = 100;

    private readonly List<UInt128> _keys = [];
    private readonly List<int> _starts = [];
    private UInt128[] _sorted = [];
    private byte[] _plain = [];

    internal void Clear()
    {
        _keys.Clear();
        _starts.Clear();
        Twice = null;
    }

    private string? Twice { get; set; }

    internal void Open() => _starts.Add(_keys.Count);

    /// <summary>Adds a key of the innermost object, as it stands between its quotes.</summary>
    internal void Add(ReadOnlySpan<byte> key, bool escaped)
    {
        UInt128 hash = XxHash128.HashToUInt128(escaped ? Plain(key) : key);
        int start = _starts[^1];
        // In a small object it is looked up at once, so that the key can be named; a large one is looked through when it ends.
        if (_keys.Count - start <= Few && Twice is null && _keys.IndexOf(hash, start) >= 0) Twice = $"has the key \"{Encoding.UTF8.GetString(key[..Math.Min(key.Length, Shown)])}\" twice in one object, of which jsonb keeps the last";
        _keys.Add(hash);
    }

    /// <summary>Ends the innermost object; gives half a sentence where it has a key twice.</summary>
    internal string? Close()
    {
        int start = _starts[^1], count = _keys.Count - start;
        _starts.RemoveAt(_starts.Count - 1);
        if (Twice is null && count > Few)
        {
            if (_sorted.Length < count) _sorted = new UInt128[Math.Max(count, 2 * _sorted.Length)];
            _keys.CopyTo(start, _sorted, 0, count);
            Array.Sort(_sorted, 0, count);
            for (int i = 1; i < count && Twice is null; i++)
            {
                if (_sorted[i] == _sorted[i - 1]) Twice = "has a key twice in one object, of which jsonb keeps the last";
            }
        }

        _keys.RemoveRange(start, count);
        return Twice;
    }

    /// <summary>Four hexadecimal digits as a number; negative where they are none.</summary>
    internal static int Hexadecimal(ReadOnlySpan<byte> digits)
    {
        int value = 0;
        foreach (byte digit in digits)
        {
            int one = digit - '0';
            if ((uint)one > 9)
            {
                one = (digit | 0x20) - 'a' + 10;
                if (one is < 10 or > 15) return -1;
            }

            value = (value << 4) | one;
        }

        return value;
    }

    /// <summary>A key without its escapes.</summary>
    private ReadOnlySpan<byte> Plain(ReadOnlySpan<byte> key)
    {
        if (_plain.Length < key.Length) _plain = new byte[Math.Max(256, key.Length)];
        int length = 0;
        for (int i = 0; i < key.Length; i++)
        {
            if (key[i] != '\\')
            {
                _plain[length++] = key[i];
                continue;
            }

            byte letter = key[++i];
            if (letter != 'u')
            {
                _plain[length++] = letter switch
                {
                    (byte)'b' => (byte)'\b',
                    (byte)'f' => (byte)'\f',
                    (byte)'n' => (byte)'\n',
                    (byte)'r' => (byte)'\r',
                    (byte)'t' => (byte)'\t',
                    _ => letter,
                };
                continue;
            }

            int unit = Hexadecimal(key.Slice(i + 1, 4));
            i += 4;
            if (unit is >= 0xD800 and <= 0xDBFF && key[(i + 1)..].StartsWith("\\u"u8) && Hexadecimal(key.Slice(i + 3, 4)) is >= 0xDC00 and <= 0xDFFF and int low)
            {
                unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                i += 6;
            }

            length += (Rune.IsValid(unit) ? new Rune(unit) : Rune.ReplacementChar).EncodeToUtf8(_plain.AsSpan(length));
        }

        return _plain.AsSpan(0, length);
    }
}
