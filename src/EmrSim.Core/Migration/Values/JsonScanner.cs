using System.Buffers;
using System.Runtime.CompilerServices;

namespace EmrSim.Core.Migration.Values;

/// <summary>
/// Reads JSON without keeping anything of it and without an exception where it is none: texts that only begin like JSON may come by the million. With keys it also finds
/// what jsonb refuses or loses.
/// </summary>
/// <param name="text">The text.</param>
/// <param name="keys">Keeps the keys of the objects that are open; null where jsonb is of no interest.</param>
internal ref struct JsonScanner(ReadOnlySpan<byte> text, JsonKeys? keys)
{
    /// <summary>SQLite's own limit (JSON_MAX_DEPTH); PostgreSQL's is its stack, which bears more.</summary>
    internal const int GreatestDepth = 1_000;

    // Sizes within jsonb have 28 bits (JENTRY_OFFLENMASK); a value takes at most this many bytes more there than in the text.
    private const long GreatestSize = 0x0FFFFFFF;
    private const int ExtraOfValue = 24;

    private static readonly SearchValues<byte> s_special = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(b => (byte)b), (byte)'"', (byte)'\\']);

    private readonly ReadOnlySpan<byte> _text = text;
    private readonly JsonKeys? _keys = keys;
    private int _at;
    private long _values;

    /// <summary>What jsonb would refuse or lose, in half a sentence; null where it keeps all of it.</summary>
    internal string? Why { get; private set; }

    /// <summary>Whether the text is one value of JSON.</summary>
    internal bool Scan()
    {
        Span<ulong> objects = stackalloc ulong[(GreatestDepth / 64) + 1];
        int depth = 0;
        while (true)
        {
            if (!TakeValue(objects, ref depth, out bool opened)) return false;
            if (opened) continue;

            // Behind a value: as many ends as there are, then a comma or the end of the text.
            while (true)
            {
                SkipSpace();
                if (depth == 0) return _at == _text.Length && FitsSize();
                if (_at == _text.Length) return false;
                bool isObject = IsObject(objects, depth);
                byte next = _text[_at++];
                if (next == ',')
                {
                    if (isObject && !TakeKey()) return false;
                    break;
                }

                if (next != (isObject ? '}' : ']')) return false;
                Close(isObject);
                depth--;
            }
        }
    }

    /// <summary>Takes a value, or the beginning of one that has values within.</summary>
    private bool TakeValue(scoped Span<ulong> objects, ref int depth, out bool opened)
    {
        opened = false;
        _values++;
        SkipSpace();
        if (_at == _text.Length) return false;
        switch (_text[_at])
        {
            case (byte)'"':
                _at++;
                return TakeString(out _);
            case (byte)'{':
            case (byte)'[':
                return TakeOpening(objects, ref depth, out opened);
            case (byte)'t':
                return Take("true"u8);
            case (byte)'f':
                return Take("false"u8);
            case (byte)'n':
                return Take("null"u8);
            default:
                return TakeNumber();
        }
    }

    private bool TakeOpening(scoped Span<ulong> objects, ref int depth, out bool opened)
    {
        opened = false;
        bool isObject = _text[_at++] == '{';
        SkipSpace();
        if (_at == _text.Length) return false;
        if (_text[_at] == (isObject ? '}' : ']'))
        {
            _at++;
            return depth < GreatestDepth;
        }

        if (++depth > GreatestDepth) return false;
        ulong bit = 1UL << (depth & 63);
        if (isObject) objects[depth >> 6] |= bit;
        else objects[depth >> 6] &= ~bit;
        opened = true;
        if (!isObject) return true;
        if (Why is null) _keys?.Open();
        return TakeKey();
    }

    private static bool IsObject(Span<ulong> objects, int depth) => (objects[depth >> 6] & (1UL << (depth & 63))) != 0;

    private bool TakeKey()
    {
        SkipSpace();
        if (_at == _text.Length || _text[_at] != '"') return false;
        int start = ++_at;
        if (!TakeString(out bool escaped)) return false;
        if (Why is null) _keys?.Add(_text[start..(_at - 1)], escaped);
        SkipSpace();
        return _at < _text.Length && _text[_at++] == ':';
    }

    private void Close(bool isObject)
    {
        if (isObject && Why is null && _keys?.Close() is { } twice) Why = twice;
    }

    /// <summary>Takes a string whose first quote has been taken.</summary>
    private bool TakeString(out bool escaped)
    {
        escaped = false;
        int high = -1;
        while (true)
        {
            int next = _text[_at..].IndexOfAny(s_special);
            if (next < 0) return false;
            if (next > 0) LoneSurrogate(ref high);
            _at += next;
            byte special = _text[_at++];
            if (special == '"')
            {
                LoneSurrogate(ref high);
                return true;
            }

            if (special != '\\' || _at == _text.Length) return false;
            escaped = true;
            byte letter = _text[_at++];
            if (letter == 'u')
            {
                if (!TakeUnicode(ref high)) return false;
            }
            else
            {
                LoneSurrogate(ref high);
                if (!"\"\\/bfnrt"u8.Contains(letter)) return false;
            }
        }
    }

    private bool TakeUnicode(ref int high)
    {
        if (_text.Length - _at < 4) return false;
        int unit = JsonKeys.Hexadecimal(_text.Slice(_at, 4));
        if (unit < 0) return false;
        _at += 4;
        bool low = unit is >= 0xDC00 and <= 0xDFFF;
        if (high >= 0 && low)
        {
            high = -1;
            return true;
        }

        LoneSurrogate(ref high);
        if (low) Why ??= "has half of a surrogate pair, which jsonb refuses";
        if (unit == 0) Why ??= "has \\u0000, which jsonb refuses";
        if (unit is >= 0xD800 and <= 0xDBFF) high = unit;
        return true;
    }

    private void LoneSurrogate(ref int high)
    {
        if (high < 0) return;
        high = -1;
        Why ??= "has half of a surrogate pair, which jsonb refuses";
    }

    private bool TakeNumber()
    {
        int start = _at;
        if (_text[_at] == '-') _at++;
        int digits = TakeDigits();
        if (digits == 0 || (digits > 1 && _text[_at - digits] == '0')) return false;
        if (_at < _text.Length && _text[_at] == '.')
        {
            _at++;
            if (TakeDigits() == 0) return false;
        }

        bool plain = true;
        if (_at < _text.Length && (_text[_at] | 0x20) == 'e')
        {
            plain = false;
            _at++;
            if (_at < _text.Length && _text[_at] is (byte)'+' or (byte)'-') _at++;
            if (TakeDigits() == 0) return false;
        }

        // A number without an exponent and of few digits always fits.
        if (_keys is not null && Why is null && (!plain || _at - start > PgNumeric.GreatestScale) && !PgNumeric.TryParse(_text[start.._at], out _))
        {
            Why = "has a number beyond the range of numeric, which jsonb refuses";
        }

        return true;
    }

    private int TakeDigits()
    {
        int end = _text[_at..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        int count = end < 0 ? _text.Length - _at : end;
        _at += count;
        return count;
    }

    private bool Take(ReadOnlySpan<byte> word)
    {
        if (!_text[_at..].StartsWith(word)) return false;
        _at += word.Length;
        return true;
    }

    private bool FitsSize()
    {
        if (_text.Length + (_values * ExtraOfValue) > GreatestSize) Why ??= "may be larger than the 256 MB that jsonb holds";
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SkipSpace()
    {
        while (_at < _text.Length && _text[_at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') _at++;
    }
}
